"""Has somebody reported this already? (DESIGN 5.3)"""

import datetime as dt

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.utils import timezone

from mangel.models import Category, Report
from mangel.states import FINISHED, State

RECENTLY_RESOLVED = dt.timedelta(days=28)
SHOWN_AT_MOST = 3
# A bad GPS fix must not make the whole quarter a double.
RADIUS_MAX_M = 100.0


def like_this(
    *, category: Category, point: Point | None, accuracy_m: float | None = None, asset_id: int | None = None
) -> QuerySet[Report]:
    """Published reports that may be the same defect, nearest first; never private, hidden or merged ones.

    All open ones of any age, and those resolved in the last 28 days; same group of categories; within
    max(the category's radius, the position's accuracy) metres, or with the same asset.
    """
    recent = timezone.now() - RECENTLY_RESOLVED
    found = Report.objects.published().filter(category__parent_id=category.parent_id)
    found = found.filter(~Q(state__in=FINISHED) | Q(state=State.RESOLVED, resolved_at__gte=recent))
    if asset_id:
        return found.filter(asset_id=asset_id).order_by("-created_at")
    if point is None:
        return found.none()
    radius_m = max(float(category.duplicate_radius_m), min(accuracy_m or 0.0, RADIUS_MAX_M))
    return found.near(point, radius_m=radius_m)
