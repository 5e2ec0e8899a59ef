"""All real files of zones and OpenStreetMap go in, and the difference they print is true (small: without Germany)."""

import gzip
import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import RequestFactory

from bench.drills._record import is_full, record
from geo import addresses
from geo.models import Address, Street, Zone, ZoneLayer
from geo.sources import zone_files
from geo.views import base_tile
from geo.zones import Diff, import_layer
from geo.zones.importing import ZoneFeature

# file, code, name, how many of its areas are broken (as shapely counts them; None: cannot read it at all)
ZONES = [
    ("jena_ortsteile.geojson", "@id", "name", 0),
    ("koeln_stadtbezirke.geojson.gz", "STB_NR", "STB_NAME", 0),
    ("koeln_stadtteile.geojson.gz", "STT_NR", "STT_NAME", 2),
    ("koeln_stadtviertel.geojson.gz", "STV_NR", "STV_NAME", 3),
    ("thueringen_kreise.geojson.gz", "@id", "name", 1),
    ("zuerich_quartiere.geojson.gz", "kuerzel", "name", 0),
    ("zuerich_quartiere_curvepolygon.gpkg", "kuerzel", "name", None),
    ("boston_neighborhoods.geojson.gz", "neighborhood_id", "name", 1),
    ("vg5000_gemeinden_thueringen.geojson.gz", "AGS", "GEN", 2),
]
GERMANY = ("vg5000_gemeinden_deutschland.geojson.gz", "AGS", "GEN", 3)
CITY = "weimar_stadtgrenze.geojson"
# file, at least so many street names and addresses
TOWNS = [("dreieich.osm.pbf", 100, 900), ("bayreuth_nord.osm.gz", 170, 780)]


def main() -> None:
    data = Path(settings.MANGEL_TEST_DATA)
    if not (data / "geo").exists():
        print("no test data (MANGEL_TEST_DATA), nothing was imported")
        return
    files = [*ZONES, *([GERMANY] if is_full() else [])]
    areas = sum(zones(data / "geo" / file, code, name, broken) for file, code, name, broken in files)
    city(data / "geo" / CITY)
    record(
        "Zones imported",
        f"{len(files) + 1} files, {areas + 1:,} areas, every difference true",
        "again: nothing changes",
    )
    told = [town(data / "osm" / file, names, houses) for file, names, houses in (TOWNS if is_full() else TOWNS[:1])]
    record("OSM imported", "; ".join(told), "streets on the tile, addresses found with a typing mistake")


def zones(path: Path, code: str, name: str, broken: int | None) -> int:
    """Import, look, import again, change one and leave one out; how many areas there are. Nothing stays."""
    with transaction.atomic():
        features = zone_files.read(path, code_field=code, name_field=name)
        layer = ZoneLayer.objects.create(key="drill", names={"de": "drill"}, rank=90)
        first = import_layer(features, layer=layer)
        codes = {feature.code for feature in features}
        stored = {zone.code: zone for zone in Zone.objects.valid_now().filter(layer=layer)}
        assert set(first.added) == set(stored) == codes, path.name
        assert first.changed == first.ended == first.unchanged == [], first
        if broken is not None:
            truly = invalid_in(path, code)
            assert len(truly) == broken, (path.name, truly)
            assert {repaired for repaired, _why in first.repaired} >= truly, (path.name, first.repaired)
        check_stored(layer, features)
        check_again(layer, features)
        transaction.set_rollback(True)
    print(
        f"{path.name}: {len(codes)} areas, {len(first.repaired)} repaired, {len(first.overlaps)} overlaps", flush=True
    )
    return len(codes)


def invalid_in(path: Path, code: str) -> set[str]:
    """Codes of the areas that are broken in the file, told by shapely and not by our reader."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    shapes: dict[str, list[Any]] = {}
    for feature in json.loads(text)["features"]:
        shapes.setdefault(str(feature["properties"][code]), []).append(shapely.geometry.shape(feature["geometry"]))
    return {key for key, parts in shapes.items() if not all(part.is_valid for part in parts)}


def check_stored(layer: ZoneLayer, features: list[ZoneFeature]) -> None:
    """What lies in the database is valid and has the ground of the file, up to what was mended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM geo_zone WHERE layer_id = %s AND NOT ST_IsValid(geometry)", [layer.pk])
        assert cursor.fetchone()[0] == 0
    kept = {zone.code: zone.geometry.area for zone in Zone.objects.valid_now().filter(layer=layer)}
    given: dict[str, list[ZoneFeature]] = {}
    for feature in features:
        given.setdefault(feature.code, []).append(feature)
    for code, parts in given.items():
        if all(part.geometry is not None and part.geometry.is_valid for part in parts):
            area = shapely.union_all([part.geometry for part in parts]).area
            assert abs(kept[code] / area - 1) < 1e-6, f"{code}: ground was lost or won"


def check_again(layer: ZoneLayer, features: list[ZoneFeature]) -> None:
    again = import_layer(features, layer=layer)
    assert not again.writes, again
    assert len(again.unchanged) == len({feature.code for feature in features})
    if len(features) < 3:
        return
    # One half as large, one gone; the others stay as they are.
    by_code = {feature.code: feature for feature in features}
    changed, gone, *_rest = sorted(by_code)
    rest = [feature for feature in features if feature.code not in (changed, gone)]
    ground = by_code[changed].geometry
    assert ground is not None
    west, south, east, north = ground.bounds
    half = ground.buffer(0).intersection(shapely.box(west, south, (west + east) / 2, north))
    diff = import_layer([*rest, ZoneFeature(changed, by_code[changed].name, half)], layer=layer)
    assert what(diff) == ([], [changed], [gone]), what(diff)
    assert len(diff.unchanged) == len(by_code) - 2


def what(diff: Diff) -> tuple[list[str], list[str], list[str]]:
    return diff.added, [change.code for change in diff.changed], diff.ended


def city(path: Path) -> None:
    """The town's own boundary of OpenStreetMap as layer `city`."""
    with transaction.atomic():
        said = StringIO()
        options = {"layer": "city", "code_field": "name", "name_field": "name", "code_map": None, "force": True}
        call_command("import_zones", str(path), stdout=said, skip_checks=True, **options)
        now = Zone.objects.valid_now().get(layer__key="city")
        assert 83e6 < now.area_m2 < 85.5e6, now.area_m2  # 84.4 km², as the town itself says
        assert "1 added" in said.getvalue() or "1 changed" in said.getvalue(), said.getvalue()
        transaction.set_rollback(True)
    print(f"{path.name}: {now.area_m2 / 1e6:.1f} km²")


def town(path: Path, names: int, houses: int) -> str:
    """An extract: streets on the map, an address found although mistyped; importing it again changes no count."""
    with transaction.atomic():
        call_command("import_osm", str(path), stdout=StringIO(), skip_checks=True)
        streets = Street.objects.exclude(name="").values("name").distinct().count()
        numbers = Address.objects.count()
        assert streets >= names, (path.name, streets)
        assert numbers >= houses, (path.name, numbers)
        for address in Address.objects.filter(street__regex="^.{8,}$").order_by("pk")[
            : numbers : max(1, numbers // 20)
        ]:
            typo = (
                address.street[:3] + address.street[4] + address.street[3] + address.street[5:]
            )  # two letters swapped
            found = addresses.search(f"{typo} {address.number}", near=(address.point.x, address.point.y))
            assert any((hit.street, hit.number) == (address.street, address.number) for hit in found), (typo, found[:2])
        # Where most houses are there are streets.
        spots = (address.point for address in Address.objects.all())
        (x, y), _houses = Counter(tile_at(spot.x, spot.y, 14) for spot in spots).most_common(1)[0]
        # The view itself: a whole request would end our transaction.
        tile = base_tile(RequestFactory().get("/"), "14", str(x), str(y))
        assert (tile.status_code, len(tile.content) > 1_000) == (200, True), "no streets on the tile"
        call_command("import_osm", str(path), stdout=StringIO(), skip_checks=True)
        assert (Street.objects.exclude(name="").values("name").distinct().count(), Address.objects.count()) == (
            streets,
            numbers,
        )
        transaction.set_rollback(True)
    return f"{path.name} {streets} street names, {numbers} addresses"


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    from math import asinh, pi, radians, tan

    return int((lon + 180) / 360 * 2**z), int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)


if __name__ == "__main__":
    main()
