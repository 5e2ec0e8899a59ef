"""What the city says about photos of reports: when they become public by themselves, how long originals are kept."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from geo.models import City
from mangel import workflow
from mangel.models import Category, Report
from mangel.states import Visibility
from photos import events as photo_events
from photos import release, retention
from photos.models import Photo
from photos.states import Source
from threads.states import Check

KEPT_AFTER_CLOSE = dt.timedelta(days=90)
HAZARD_YEARS = 3  # a claim for damages may come until the end of the third year


def show_after_blur(sender: Any, photo: Photo, **kwargs: Any) -> None:
    """Renditions are there. Where the category says "after blurring", nobody looks before publication: only if the
    machine has looked, and saw no number plate, for of those it finds too few to be trusted."""
    report = Report.objects.select_related("category").filter(thing=photo.thing_id).first()
    if report is None:
        return
    if photo.check_state == Check.SHOWN:
        workflow.touch(report)  # public again after somebody blurred more of it: open pages hear of the picture
        return
    by_itself = (
        photo.source == Source.REPORTER
        and photo.check_state == Check.WAITING
        and report.category.photo_policy == Category.Policy.AFTER_BLUR
        and report.visibility == Visibility.PUBLIC
        and bool(photo.detectors)
        and not any(region["what"] == "plate" for region in photo.regions)
    )
    if by_itself:
        release.show(photo)
        workflow.touch(report)


def originals_due(things: Iterable[int]) -> set[int]:
    """Things whose originals go today: finished 90 days ago, after a hazard at the end of the third year (city time).

    A report that was merged follows the one it went into: the photo belongs to the same matter.
    """
    now = timezone.now()
    year = now.astimezone(City.current().tz).year
    claims_end = dt.datetime(year - HAZARD_YEARS, 1, 1, tzinfo=City.current().tz)
    closed, late = now - KEPT_AFTER_CLOSE, claims_end
    alone = Q(merged_into=None, resolved_at__lt=closed) & (Q(hazard=False) | Q(resolved_at__lt=late))
    safe = Q(hazard=False, merged_into__hazard=False)
    merged = Q(merged_into__resolved_at__lt=closed) & (safe | Q(merged_into__resolved_at__lt=late))
    return set(Report.objects.filter(alone | merged, thing__in=things).values_list("thing_id", flat=True))


def listen() -> None:
    """Called once, when the app is ready."""
    photo_events.photo_ready.connect(show_after_blur, dispatch_uid="mangel.show_after_blur")
    retention.register("reports", originals_due)
