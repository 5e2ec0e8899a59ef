"""Originals are kept no longer than the matter needs them. Which matters are over, higher rooms know."""

from collections.abc import Callable, Iterable

from django.db.models import Q

from photos import release
from photos.models import Photo

AT_ONCE = 500
_sources: dict[str, Callable[[Iterable[int]], set[int]]] = {}


def register(name: str, due_among: Callable[[Iterable[int]], set[int]]) -> None:
    """`due_among(thing ids)` returns those whose originals go today. Of a thing that nobody names, they stay."""
    _sources[name] = due_among


def forget_due() -> int:
    """Delete originals, the desk's views of them, and camera hints whose time is over; returns of how many photos."""
    forgotten, last = 0, 0
    kept = Photo.objects.filter(~Q(original="") | ~Q(upright="") | Q(hint_point__isnull=False), pk__gt=last)
    while batch := list(kept.filter(pk__gt=last).order_by("pk").values_list("pk", "thing_id")[:AT_ONCE]):
        last = batch[-1][0]
        things = {thing for _, thing in batch}
        due = set().union(*(due_among(things) for due_among in _sources.values()))
        for pk, thing in batch:
            if thing in due:
                release.forget_original(Photo(pk=pk))
                forgotten += 1
    return forgotten
