"""Has somebody reported this already? (DESIGN 5.3)"""

import datetime as dt

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.utils import timezone

from mangel.catalogue import Catalogue
from mangel.models import Category, Report
from mangel.states import FINISHED, State
from pwa.prepared import prepared

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
    return found.near(point, radius_m=radius_for(category, accuracy_m))


def radius_for(category: Category, accuracy_m: float | None) -> float:
    return max(float(category.duplicate_radius_m), min(accuracy_m or 0.0, RADIUS_MAX_M))


def first_like_this(
    *, category: Category, point: Point | None, accuracy_m: float | None = None, asset_id: int | None = None
) -> int | None:
    """Primary key of the first of `like_this`. Every report that comes in asks, so without building the query anew."""
    if point is None or asset_id:
        nearest = like_this(category=category, point=point, accuracy_m=accuracy_m, asset_id=asset_id)
        return nearest.values_list("pk", flat=True).first()
    group = [c.pk for c in Catalogue.current().category_by_id.values() if c.parent_id == category.parent_id]
    with prepared() as cursor:
        cursor.execute(
            FIRST_LIKE_THIS,
            {
                "group": group,
                "finished": [str(state) for state in FINISHED],
                "resolved": str(State.RESOLVED),
                "recent": timezone.now() - RECENTLY_RESOLVED,
                "lon": point.x,
                "lat": point.y,
                "radius_m": radius_for(category, accuracy_m),
            },
        )
        row = cursor.fetchone()
    return row[0] if row else None


FIRST_LIKE_THIS = """
SELECT id FROM ( -- OFFSET 0: one index can help, so do not plan with the other twenty
       SELECT id, point, category_id, visibility, merged_into_id, state, resolved_at FROM mangel_report
        WHERE ST_DWithin(point, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, %(radius_m)s) OFFSET 0
       ) nearby
 WHERE visibility = 'public' AND merged_into_id IS NULL AND category_id = ANY(%(group)s)
   AND (state <> ALL(%(finished)s) OR (state = %(resolved)s AND resolved_at >= %(recent)s))
 ORDER BY ST_Distance(point, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography), id LIMIT 1
"""
