"""The lookup in this process against PostGIS, at random places and at borders."""

import numpy as np
import pytest

from geo import metric
from geo.lookup import ZoneIndex, zones_at
from geo.models import ZoneLayer
from geo.sources import zone_files
from geo.zones import import_layer
from tests.geo import reference


@pytest.mark.parametrize("layer", ["city", "district", "owner", "road", "water"])
def test_random_places_and_borders_of_the_town_agree_with_sql(city, layer):
    points = reference.random_points(layer, 600) + reference.border_points(layer, 400)
    assert reference.disagreements(points) == []


def test_the_nearest_district_agrees_with_sql(city):
    for lon, lat in reference.border_points("city", 60, within_m=400):
        found = zones_at(lon, lat)
        if found.inside_city and not found.by_layer("district"):
            nearest = found.district.code if found.district else None
            assert nearest == reference.one_value(reference.DISTRICT, lon, lat)


def test_metres_to_the_city_agree_with_sql_to_a_metre(city):
    dice = np.random.default_rng(3)
    index = ZoneIndex.current()
    for lon, lat in zip(dice.uniform(10.9, 11.8, 60), dice.uniform(50.7, 51.3, 60), strict=True):
        ours = index.metres_to_city(lon, lat)
        assert ours == pytest.approx(reference.one_value(reference.METRES_TO_CITY, lon, lat), abs=1.0)


def test_distances_agree_with_the_ellipsoid(db):
    for lon, lat, east, north in ((11.3, 50.98, 0.002, 0.001), (8.5, 47.4, 0.2, -0.1), (-71, 42.3, -0.15, 0.15)):
        sql = "SELECT ST_Distance(ST_MakePoint(%(lon)s, %(lat)s)::geography, ST_MakePoint({}, {})::geography)"
        there = (lon + east, lat + north)
        exact = reference.one_value(sql.format(*there), lon, lat)
        assert metric.distance_m(lon, lat, *there) == pytest.approx(exact, rel=2e-5)


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "code", "name"),
    [
        ("koeln_stadtteile.geojson.gz", "STT_NR", "STT_NAME"),  # slivers, self-intersections
        ("koeln_stadtviertel.geojson.gz", "STV_NR", "STV_NAME"),
        ("vg5000_gemeinden_thueringen.geojson.gz", "AGS", "GEN"),
        ("zuerich_quartiere_curvepolygon.gpkg", "kuerzel", "name"),
    ],
)
def test_real_zones_agree_with_sql(db, data, file, code, name):
    layer = ZoneLayer.objects.create(key="real", names={"de": "real"}, rank=50)
    import_layer(zone_files.read(data / "geo" / file, code_field=code, name_field=name), layer=layer)
    points = reference.random_points("real", 1_500) + reference.border_points("real", 1_000)
    assert reference.disagreements(points, "real") == []
