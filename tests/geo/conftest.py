"""Small made-up ground beside the loaded town: squares in layers of their own."""

import pytest
import shapely

from geo import zones
from geo.models import Zone, ZoneLayer

# A corner of the Atlantic: nothing of the city pack is near.
LON, LAT = -30.0, 40.0


def square(east: float, north: float, size: float = 0.01) -> shapely.Polygon:
    """A square of `size` degrees whose south-west corner lies `east`, `north` degrees from LON, LAT."""
    return shapely.box(LON + east, LAT + north, LON + east + size, LAT + north + size)


def spot(east: float, north: float) -> tuple[float, float]:
    """lon, lat of a spot beside LON, LAT."""
    return LON + east, LAT + north


@pytest.fixture
def layer(db):
    """A new layer of zones: layer("meadow")."""

    def make(key: str = "meadow", **values) -> ZoneLayer:
        return ZoneLayer.objects.create(key=key, names={"de": key}, rank=ZoneLayer.objects.count() + 10, **values)

    return make


@pytest.fixture
def zone(layer):
    """A zone that counts from today on: zone("a", square(0, 0))."""
    made: dict[str, ZoneLayer] = {}

    def make(code: str, geometry: shapely.Geometry, *, key: str = "meadow", **values) -> Zone:
        if key not in made:
            made[key] = ZoneLayer.objects.filter(key=key).first() or layer(key)
        return zones.add_zone(layer=made[key], code=code, name=code.title(), geometry=geometry, **values)

    return make


@pytest.fixture
def wild(db):
    """A database before any city pack: no city, no zone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE geo_city, geo_zone CASCADE")
