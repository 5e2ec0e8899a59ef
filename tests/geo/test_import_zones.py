"""manage.py import_zones: every real file, and files that are none."""

import gzip
import json
import zipfile
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.contrib.gis.gdal import CoordTransform, OGRGeometry, SpatialReference
from django.core.management import CommandError, call_command
from pyogrio.raw import write

from geo.lookup import zones_at
from geo.models import Zone, ZoneLayer
from tests.geo import reference
from tests.geo.conftest import LAT, LON, square

pytestmark = pytest.mark.django_db


def run(file: Path, *more: str, layer: str = "real", code: str = "code", name: str = "name") -> str:
    said = StringIO()
    call_command(
        "import_zones", str(file), "--layer", layer, "--code-field", code, "--name-field", name, *more, stdout=said
    )
    return said.getvalue()


def now(layer: str = "real") -> dict[str, Zone]:
    return {zone.code: zone for zone in Zone.objects.valid_now().filter(layer__key=layer)}


def collection(*features: tuple[str, object], **more) -> dict:
    """A FeatureCollection of (code, geometry as dict or shapely)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": f"Zone {code}"},
                "geometry": shape if shape is None or isinstance(shape, dict) else shapely.geometry.mapping(shape),
            }
            for code, shape in features
        ],
        **more,
    }


@pytest.fixture
def geojson(tmp_path):
    """geojson(("a", shape), …) → a file."""

    def make(*features, name="zones.geojson", **more) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(collection(*features, **more)))
        return path

    return make


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "code", "name", "count", "repaired"),
    [
        ("weimar_stadtgrenze.geojson", "de:amtlicher_gemeindeschluessel", "name", 1, 0),
        ("jena_ortsteile.geojson", "id", "name", 30, 0),
        ("thueringen_kreise.geojson.gz", "de:amtlicher_gemeindeschluessel", "name", 23, 1),
        ("koeln_stadtbezirke.geojson.gz", "STB_NR", "STB_NAME", 9, 0),
        ("koeln_stadtteile.geojson.gz", "STT_NR", "STT_NAME", 86, 2),
        ("koeln_stadtviertel.geojson.gz", "STV_NR", "STV_NAME", 371, 3),
        ("zuerich_quartiere.geojson.gz", "kuerzel", "name", 22, 0),
        ("zuerich_quartiere_curvepolygon.gpkg", "kuerzel", "name", 22, 0),
        ("boston_neighborhoods.geojson.gz", "neighborhood_id", "name", 26, 1),
        ("vg5000_gemeinden_thueringen.geojson.gz", "AGS", "GEN", 631, 2),
    ],
)
def test_every_real_file_is_swallowed_whole_and_twice_changes_nothing(data, file, code, name, count, repaired):
    said = run(data / "geo" / file, code=code, name=name)
    assert f"{count} added, 0 changed, 0 ended, 0 unchanged" in said
    assert (f"repaired: {repaired}" in said) == bool(repaired)
    again = run(data / "geo" / file, code=code, name=name)
    assert f"0 added, 0 changed, 0 ended, {count} unchanged" in again
    assert all(shapely.from_wkb(bytes(zone.geometry.wkb)).is_valid for zone in now().values())


@pytest.mark.data
def test_weimars_real_boundary_takes_the_place_of_the_drawn_one(city, data, tmp_path):
    drawn = Zone.objects.valid_now().get(layer__key="city")
    mapping = tmp_path / "codes.json"
    mapping.write_text(json.dumps({"16055000": drawn.code}))
    file = data / "geo" / "weimar_stadtgrenze.geojson"
    said = run(file, "--code-map", str(mapping), layer="city", code="de:amtlicher_gemeindeschluessel")
    assert "0 added, 1 changed, 0 ended" in said
    real = Zone.objects.valid_now().get(layer__key="city")
    assert (real.code, real.pk != drawn.pk) == (drawn.code, True)
    assert real.area_m2 == pytest.approx(84_300_000, rel=0.01)  # Weimar measures 84.3 km²
    assert zones_at(11.3290, 50.9795).inside_city  # the market square


@pytest.mark.data
def test_curves_in_swiss_coordinates_lie_where_the_converted_file_says(data):
    run(data / "geo" / "zuerich_quartiere.geojson.gz", code="kuerzel", name="name")
    said = run(data / "geo" / "zuerich_quartiere_curvepolygon.gpkg", "--dry-run", code="kuerzel", name="name")
    moved = [
        float(line.split(", ")[-1].split()[0].replace(",", "")) for line in said.splitlines() if "m² moved" in line
    ]
    assert len(moved) == 20  # the most that is listed
    assert max(moved) < 60  # a hair along kilometres of border


@pytest.mark.data
def test_all_municipalities_of_germany_are_swallowed_and_looked_up(data):
    said = run(data / "geo" / "vg5000_gemeinden_deutschland.geojson.gz", code="AGS", name="GEN")
    assert "10997 added" in said
    assert "repaired: 3" in said
    assert [hit.name for hit in zones_at(11.33, 50.98).by_layer("real")] == ["Weimar"]
    points = reference.random_points("real", 1_000) + reference.border_points("real", 500)
    assert reference.disagreements(points, "real") == []


@pytest.mark.data
def test_slivers_between_colognes_districts_are_told(data):
    said = run(data / "geo" / "koeln_stadtteile.geojson.gz", code="STT_NR", name="STT_NAME")
    assert "overlaps: 32" in said
    assert "208 and 702: 217.9 m²" in said
    assert "201: Ring Self-intersection" in said


# --- formats and reference systems -----------------------------------------------------------------------------------


def in_utm32(shape: shapely.Geometry) -> shapely.Geometry:
    moved = OGRGeometry(memoryview(shape.wkb))
    moved.transform(CoordTransform(SpatialReference(4326), SpatialReference(25832)))
    return shapely.from_wkb(bytes(moved.wkb))


@pytest.mark.parametrize(
    ("suffix", "driver"),
    [(".gpkg", "GPKG"), (".shp", "ESRI Shapefile"), (".fgb", "FlatGeobuf"), (".zip", "ESRI Shapefile")],
)
def test_the_usual_formats_come_in_utm(tmp_path, suffix, driver):
    park = shapely.box(11.33, 50.96, 11.34, 50.97)
    path = tmp_path / f"zones{'.shp' if suffix == '.zip' else suffix}"
    fields = [np.array(["p1", "p2"], dtype=object), np.array(["Park", "Größerer Park"], dtype=object)]
    shapes = np.array([in_utm32(park).wkb, in_utm32(shapely.box(11.4, 50.9, 11.5, 51)).wkb], dtype=object)
    write(
        str(path),
        shapes,
        fields,
        ["code", "name"],
        driver=driver,
        geometry_type="Polygon",
        crs="EPSG:25832",
        encoding="UTF-8",
    )
    if suffix == ".zip":
        path = zipped(tmp_path)
    assert "2 added" in run(path)
    assert now()["p2"].name == "Größerer Park"
    stored = shapely.from_wkb(bytes(now()["p1"].geometry.wkb))
    assert stored.symmetric_difference(park).area < 1e-9


def zipped(folder: Path) -> Path:
    archive = folder / "zones.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in folder.glob("zones.*"):
            if part.suffix != ".zip":
                packed.write(part, f"../../{part.name}")  # a name that tries to leave the folder
    return archive


def test_the_srid_can_be_told_where_the_file_does_not(tmp_path, geojson):
    utm = in_utm32(shapely.box(11.33, 50.96, 11.34, 50.97))
    path = geojson(("a", utm))
    with pytest.raises(CommandError, match=r"not degrees.*--srid 25832"):
        run(path)
    assert "1 added" in run(path, "--srid", "25832")
    assert now()["a"].geometry.centroid.x == pytest.approx(11.335, abs=1e-4)


def test_a_gzipped_file_and_a_code_map_are_read(tmp_path):
    path = tmp_path / "zones.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps(collection(("their-1", square(0, 0)))).encode()))
    mapping = tmp_path / "codes.csv"
    mapping.write_text("their-1,ours-1\n")
    run(path, "--code-map", str(mapping))
    assert list(now()) == ["ours-1"]


def test_lines_become_areas_of_the_width_told(geojson):
    street = shapely.LineString([(LON, LAT), (LON + 0.01, LAT)])
    path = geojson(("b7", street))
    with pytest.raises(CommandError, match=r"feature 1 \(b7, Zone b7\): it is a LineString.*--buffer-m"):
        run(path)
    run(path, "--buffer-m", "5")
    assert now()["b7"].area_m2 == pytest.approx(854 * 10 + 78, rel=0.01)


def test_a_bow_tie_is_mended_and_told(geojson):
    bow = {"type": "Polygon", "coordinates": [[[0, 40], [1, 41], [1, 40], [0, 41], [0, 40]]]}
    said = run(geojson(("bow", bow)))
    assert "repaired: 1" in said
    assert "bow: Self-intersection" in said
    assert now()["bow"].geometry.valid


def test_a_feature_without_geometry_is_skipped_and_told(geojson):
    said = run(geojson(("a", square(0, 0)), ("empty", None)))
    assert "skipped: 1" in said
    assert "feature 2 (empty, Zone empty): it has no geometry" in said


def test_a_dry_run_leaves_no_layer_behind(geojson):
    said = run(geojson(("a", square(0, 0))), "--dry-run", layer="never-seen")
    assert "dry run: nothing was written" in said
    assert not ZoneLayer.objects.filter(key="never-seen").exists()


# --- files that are refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "because"),
    [
        ("", "is not one of: GeoJSON"),
        ("Guten Tag", "is not one of: GeoJSON"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature"', "not JSON"),
        ('{"type": "Nothing"}', "its \"type\" is 'Nothing'"),
        ('{"type": "FeatureCollection", "features": []}', "holds no feature|holds these layers: none|no geometry"),
        ('<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "is not one of"),
        ('{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"}', "is damaged"),
        ("SQLite format 3\x00" + "x" * 200, "is not one of"),
        ("\x1f\x8bkaputt", "cannot be unpacked"),
        ("PK\x03\x04kaputt", "cannot be unpacked"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(tmp_path, content, because):
    path = tmp_path / "zones.geojson"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(CommandError, match=because):
        run(path)
    assert not now()


@pytest.mark.parametrize(
    ("features", "because"),
    [
        ([("a", square(0, 0)), ("", square(1, 0))], r"feature 2 .*: its code is empty"),
        ([("a", square(0, 0)), ("x" * 81, square(1, 0))], "longer than 80"),
        ([("a", {"type": "Polygon", "coordinates": [[[500, 1], [501, 1], [501, 2], [500, 1]]]})], "not degrees"),
        ([("a", {"type": "Point", "coordinates": [1, 1]})], "it is a Point"),
        ([("a", {"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 1], [1, 1]]]})], "encloses no area"),
    ],
)
def test_one_wrong_feature_stops_the_import_and_is_named(geojson, features, because):
    run(geojson(("old", square(2, 2))))
    with pytest.raises(CommandError, match=because):
        run(geojson(*features, name="wrong.geojson"))
    assert list(now()) == ["old"]


def test_swapped_axes_are_noticed(city, geojson):
    swapped = {"type": "Polygon", "coordinates": [[[50.96, 11.33], [50.97, 11.33], [50.97, 11.34], [50.96, 11.33]]]}
    with pytest.raises(CommandError, match="axes are swapped"):
        run(geojson(("a", swapped)))


def test_a_wrong_field_names_those_there_are(geojson):
    with pytest.raises(CommandError, match="--code-field is one of: code, name"):
        run(geojson(("a", square(0, 0))), code="schluessel")


def test_a_missing_file_is_a_sentence():
    with pytest.raises(CommandError, match="is not a file"):
        run(Path("/nowhere/zones.geojson"))
