"""Tiles of zones and of our own basemap."""

import tempfile
from contextlib import suppress
from math import asinh, pi, radians, tan
from pathlib import Path

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from pyogrio import list_layers
from pyogrio.raw import read

from geo import zones
from geo.models import Landcover, Street
from geo.tiles import NoSuchTile, Tile, tile_envelope
from tests.geo.conftest import LAT, LON, square


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    side = 2**z
    return z, int((lon + 180) / 360 * side), int((1 - asinh(tan(radians(lat))) / pi) / 2 * side)


def content(tile: bytes) -> dict[str, list[dict]]:
    """Layer → attributes of its features, read by GDAL as any other client would."""
    if not tile:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "0.mvt"
        path.write_bytes(tile)
        found = {}
        for name, _kind in list_layers(str(path)):
            meta, _fids, _shapes, columns = read(str(path), layer=name)
            fields = [str(field) for field in meta["fields"]]
            found[str(name)] = [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=True)]
        return found


def get_tile(client, path: str, place=(LON + 0.005, LAT + 0.005), z: int = 14, **more):
    return client.get(f"/tiles/{path}/{'/'.join(map(str, tile_at(*place, z)))}.mvt", **more)


@pytest.mark.django_db
def test_a_tile_of_zones_carries_code_name_and_label(client, zone):
    zone("a", square(0, 0), names={"de": "Wiese am Bach"})
    answer = get_tile(client, "zones/meadow")
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    (found,) = content(answer.content)["zones"]
    assert (found["code"], found["name"], found["label"]) == ("a", "A", "Wiese am Bach")


@pytest.mark.django_db
def test_a_tile_shows_only_versions_valid_today_and_at_once(client, zone):
    old = zone("a", square(0, 0))
    assert content(get_tile(client, "zones/meadow").content)["zones"]
    zones.change_zone(old, geometry=square(5, 5))
    assert get_tile(client, "zones/meadow").content == b""


@pytest.mark.django_db
def test_a_browser_that_has_the_tile_gets_304_until_a_zone_changes(client, zone):
    made = zone("a", square(0, 0))
    first = get_tile(client, "zones/meadow")
    assert "max-age=" in first["Cache-Control"]
    again = get_tile(client, "zones/meadow", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    zones.change_zone(made, name="Neu", phrase={})
    changed = get_tile(client, "zones/meadow", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert content(changed.content)["zones"][0]["name"] == "Neu"


@pytest.fixture
def drawn(db):
    """A pond, a lawn, a brook, a railway and two streets."""
    ground = {
        "water": "POLYGON((-29.998 40.002,-29.996 40.002,-29.996 40.004,-29.998 40.002))",
        "green": "POLYGON((-29.995 40.002,-29.993 40.002,-29.993 40.004,-29.995 40.002))",
        "rail": "LINESTRING(-29.999 40.006,-29.99 40.006)",
    }
    for kind, wkt in ground.items():
        Landcover.objects.create(kind=kind, name=kind.title(), size_m=170, geometry=GEOSGeometry(wkt, srid=4326))
    for name, kind, rank, lat in (("Hauptstraße", "primary", 1, 40.007), ("Hinterweg", "path", 6, 40.008)):
        line = GEOSGeometry(f"MULTILINESTRING((-29.999 {lat},-29.99 {lat}))", srid=4326)
        Street.objects.create(name=name, kind=kind, rank=rank, geometry=line)


def test_the_basemap_has_water_green_rails_and_named_streets(client, drawn):
    found = content(get_tile(client, "base").content)
    assert set(found) == {"water", "green", "rail", "streets"}
    assert {(s["name"], s["kind"], s["rank"]) for s in found["streets"]} == {
        ("Hauptstraße", "primary", 1),
        ("Hinterweg", "path", 6),
    }


def test_from_far_away_only_main_streets_are_drawn_without_names(client, drawn):
    found = content(get_tile(client, "base", z=9).content)
    assert set(found) == {"streets"}  # a pond of 170 m is less than three pixels
    assert [street["rank"] for street in found["streets"]] == [1]
    assert not found["streets"][0].get("name")


def test_a_new_street_shows_at_once(client, drawn):
    before = get_tile(client, "base")
    Street.objects.filter(name="Hinterweg").update(name="Vorderweg")
    after = get_tile(client, "base", headers={"if-none-match": before["ETag"]})
    assert "Vorderweg" in {street["name"] for street in content(after.content)["streets"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "where", ["23/0/0", "3/8/0", "3/0/8", "a/0/0", "-1/0/0", "1.5/0/0", "3/0/" + "9" * 300, "٣/0/0"]
)
@pytest.mark.parametrize("kind", ["base", "zones/district"])
def test_an_address_outside_the_pyramid_is_a_404_with_a_reason(client, city, kind, where):
    answer = client.get(f"/tiles/{kind}/{where}.mvt")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "Kachel gibt es nicht" in answer.json()["title"]


@pytest.mark.django_db
def test_a_layer_nobody_knows_is_a_404(client):
    assert client.get("/tiles/zones/nowhere/3/1/1.mvt").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["base", "zones/district"])
def test_tiles_of_the_whole_world_and_of_its_edges_answer(client, city, kind):
    for where in ("0/0/0", "1/1/1", "22/0/0", "22/4194303/4194303", "5/17/31"):
        assert client.get(f"/tiles/{kind}/{where}.mvt").status_code == 200


@given(st.integers(0, 22).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, 2**z - 1)] * 2)))
def test_a_tile_holds_its_four_children(address):
    tile = tile_envelope(*address)
    west, south, east, north = tile.bounds_3857
    if tile.z < 22:
        children = [Tile(tile.z + 1, 2 * tile.x + i, 2 * tile.y + j).bounds_3857 for i in (0, 1) for j in (0, 1)]
        assert min(c[0] for c in children) == pytest.approx(west, abs=1e-6)
        assert min(c[1] for c in children) == pytest.approx(south, abs=1e-6)
        assert max(c[2] for c in children) == pytest.approx(east, abs=1e-6)
        assert max(c[3] for c in children) == pytest.approx(north, abs=1e-6)


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_no_address_breaks_the_pyramid(z, x, y):
    with suppress(NoSuchTile):
        assert tile_envelope(z, x, y).z <= 22


@pytest.mark.django_db
def test_bounds_agree_with_postgis():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM ST_TileEnvelope(14, 8700, 5500) e")
        assert tile_envelope(14, 8700, 5500).bounds_3857 == pytest.approx(cursor.fetchone(), abs=1e-6)
