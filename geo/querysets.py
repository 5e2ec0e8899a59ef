"""How to find zones, addresses and assets, in the town's words."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

if TYPE_CHECKING:
    from geo.models import Address, Asset, Zone
else:
    Zone = Address = Asset = Any


def city_day() -> date:
    """Today on the city's clock."""
    from geo.models import City

    return datetime.now(City.current().tz).date()


class ZoneQuerySet(models.QuerySet["Zone"]):
    def valid_on(self, day: date) -> Self:
        """The versions that count on `day` (city time)."""
        return self.filter(valid__contains=day)

    def valid_now(self) -> Self:
        """The versions that count today (city time)."""
        return self.valid_on(city_day())


class _NearQuerySet(models.QuerySet[Any]):
    def near(self, lon: float, lat: float, *, radius_m: float) -> Self:
        """Within `radius_m` metres of lon/lat (4326), nearest first, `.distance` set."""
        here = Point(lon, lat, srid=4326)
        return (
            self.filter(point__dwithin=(here, D(m=radius_m)))
            .annotate(distance=Distance("point", here))
            .order_by("distance", "pk")  # pk: equal distances must not shuffle
        )


class AddressQuerySet(_NearQuerySet):
    pass


class AssetQuerySet(_NearQuerySet):
    def present(self) -> Self:
        """Those that still stand."""
        return self.filter(active=True)
