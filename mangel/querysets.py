"""How reports are found, in the town's words. Distances are metres."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.db import models
from django.db.models import Q
from django.db.models.query import ModelIterable
from django.utils import timezone

from mangel.states import FINISHED, Visibility

if TYPE_CHECKING:
    from accounts.models import User


class WithNames(ModelIterable):
    """Reports with what the catalogue in memory knows. Joined in SQL, PostgreSQL planned ten times longer than it
    read: seven small tables in any order are many plans."""

    def __iter__(self) -> Iterator[Any]:
        from mangel.catalogue import Catalogue

        catalogue = Catalogue.current()
        declined = {reason.pk: reason for reason in catalogue.declined.values()}
        for report in super().__iter__():
            for name, known in (
                ("category", catalogue.category_by_id),
                ("office", catalogue.office_by_id),
                ("declined_reason", declined),
            ):
                if row := known.get(getattr(report, f"{name}_id")):
                    setattr(report, name, row)
            yield report


class ReportQuerySet(models.QuerySet):
    """Start from `published()` for anything a stranger sees."""

    def published(self) -> Self:
        """What everybody may see: public and not merged into another."""
        return self.filter(visibility=Visibility.PUBLIC, merged_into__isnull=True)

    def fresh(self) -> Self:
        """Open, or finished in the last 30 days: the default view of map, list and tiles."""
        return self.filter(fresh=True)

    def unresolved(self) -> Self:
        """Neither Erledigt nor Keine Maßnahme."""
        return self.exclude(state__in=FINISHED)

    def newest_first(self) -> Self:
        """Newest first; equal times by public_id, so that pages do not shuffle."""
        return self.order_by("-created_at", "public_id")

    def with_names(self) -> Self:
        """Everything a card or page shows of a report's neighbours: no further query. For reading only: category,
        office and reason are the catalogue's own rows, shared by all threads."""
        named = self.select_related("district", "asset").defer("district__geometry")
        named._iterable_class = WithNames
        return named

    def near(self, centre: Point, *, radius_m: float) -> Self:
        """Within `radius_m` metres of `centre` (SRID 4326), nearest first, `.distance` set."""
        return (
            self.filter(point__dwithin=(centre, D(m=radius_m)))
            .annotate(distance=Distance("point", centre))
            .order_by("distance", "pk")  # pk: equal distances must not shuffle between pages
        )

    def in_bbox(self, box: tuple[float, float, float, float]) -> Self:
        """Whose point lies in (west, south, east, north), degrees. Web Mercator index, as the tiles."""
        polygon = Polygon.from_bbox(box)
        polygon.srid = 4326
        polygon.transform(3857)
        return self.filter(point_3857__bboverlaps=polygon)

    def for_desk_of(self, user: "User") -> Self:
        """Reports of the offices whose desk `user` works at today, and of the outside offices those mind.

        Merged ones are left out: they are worked on under the number they went into.
        """
        from mangel.permissions import minded_offices  # it reads our models

        return self.filter(merged_into__isnull=True, office__in=minded_offices(user))

    def visible_to(self, user: Any) -> Self:
        """What `user` may open as a page: the published, and their desk's own."""
        if not getattr(user, "is_authenticated", False):
            return self.published()
        mine = self.model.objects.for_desk_of(user)  # type: ignore[attr-defined]
        published = Q(visibility=Visibility.PUBLIC, merged_into__isnull=True)
        return self.filter(published | Q(pk__in=mine.values("pk")))


def offices_of(user: "User") -> list[int]:
    """Primary keys of the offices `user` is a member of today."""
    today = timezone.localdate()
    return [
        m.office_id
        for m in user.memberships.all()  # type: ignore[attr-defined]
        if m.starts_on <= today and (m.ends_on is None or today < m.ends_on)
    ]
