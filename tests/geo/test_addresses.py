"""Addresses: found with a typo, found from a spot, and streets that have no house number."""

import csv
import gzip
import json
import random
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from geo import street_names
from geo.addresses import nearest, search
from geo.folding import fold, split_number
from geo.models import Address, City, Landcover, Street
from geo.sources import osm

TOWNS = {
    "dreieich.osm.pbf": ("dreieich_adressen.csv.gz", 102, 915),
    "bayreuth_nord.osm.gz": ("bayreuth_nord_adressen.csv.gz", 179, 800),
}


def import_osm(path) -> str:
    said = StringIO()
    call_command("import_osm", str(path), stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def towns(django_db_setup, django_db_blocker):
    """Both towns, once for this file."""
    from django.conf import settings

    folder = settings.MANGEL_TEST_DATA
    if not (folder / "README.md").exists():
        pytest.skip("no real test data")
    with django_db_blocker.unblock():
        for file in TOWNS:
            import_osm(folder / "osm" / file)
        yield
        for model in (Street, Landcover, Address):
            model.objects.filter(source__in=TOWNS).delete()
        street_names.refresh()


def known_addresses(data, file: str) -> list[dict[str, str]]:
    with gzip.open(data / "streets" / TOWNS[file][0], "rt") as lines:
        return list(csv.DictReader(lines))


def misspelt(word: str, dice: random.Random) -> str:
    """One letter left out, doubled or swapped with the next."""
    at = dice.randrange(1, len(word) - 2)
    return dice.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


# --- real towns ------------------------------------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.django_db
@pytest.mark.parametrize("file", TOWNS)
def test_an_extract_brings_every_street_name_and_every_house_number(towns, data, file):
    _csv, names, _rows = TOWNS[file]
    # README counts every way with a name; footways across squares and waterways among them may carry one, too.
    assert Street.objects.filter(source=file).exclude(name="").values("name").distinct().count() >= names - 1
    held = set(Address.objects.filter(source=file).values_list("street", "number"))
    known = {
        (row["street"], door)
        for row in known_addresses(data, file)
        for door in re.split(r"\s*[;,]\s*", row["housenumber"])
        if door
    }
    assert known - held == set()
    assert Landcover.objects.filter(source=file, kind="water").exists()
    assert Landcover.objects.filter(source=file, kind__in=["green", "wood"]).exists()


@pytest.mark.data
@pytest.mark.django_db
@pytest.mark.parametrize("file", TOWNS)
def test_addresses_are_found_with_a_typing_mistake(towns, data, file):
    dice = random.Random(5)
    # In a name of seven letters one wrong one makes another name ("Gasse", "Basse").
    rows = [row for row in known_addresses(data, file) if len(row["street"]) > 7 and row["housenumber"].isalnum()]
    missed = []
    for row in dice.sample(rows, 60):
        typed = f"{misspelt(row['street'], dice)} {row['housenumber']}"
        near = (float(row["lon"]), float(row["lat"]))
        found = [(f.street, f.number.lower()) for f in search(typed, 5, near=near)]
        if (row["street"], row["housenumber"].lower()) not in found:
            missed.append((typed, found))
    assert len(missed) <= 1, missed


@pytest.mark.data
@pytest.mark.django_db
def test_the_address_of_a_spot_is_the_nearest_house(towns, data):
    for row in known_addresses(data, "dreieich.osm.pbf")[::60]:
        found = nearest(float(row["lon"]), float(row["lat"]))
        assert found is not None
        assert found.distance_m < 25
        assert found.kind == "address"


@pytest.mark.data
@pytest.mark.django_db
def test_importing_an_extract_again_replaces_it(towns, data):
    before = (Street.objects.count(), Landcover.objects.count(), Address.objects.count())
    import_osm(data / "osm" / "dreieich.osm.pbf")
    assert (Street.objects.count(), Landcover.objects.count(), Address.objects.count()) == before


@pytest.mark.data
@pytest.mark.django_db
def test_streets_show_on_the_map_once_their_extract_is_in(towns, client):
    from tests.geo.test_tiles import content, tile_at

    street = Street.objects.filter(source="dreieich.osm.pbf", name="Goethering").first()
    lon, lat = street.geometry[0][0]
    found = content(client.get("/tiles/base/{}/{}/{}.mvt".format(*tile_at(lon, lat, 15))).content)
    assert "Goethering" in {attributes["name"] for attributes in found["streets"]}


@pytest.mark.data
@pytest.mark.django_db
def test_an_extract_can_be_clipped_to_the_citys_surroundings(city, data):
    with pytest.raises(CommandError, match="holds no street"):
        call_command("import_osm", str(data / "osm" / "dreieich.osm.pbf"), "--clip")
    City.objects.update(bounds=[8.70, 49.99, 8.71, 50.0])
    said = StringIO()
    call_command("import_osm", str(data / "osm" / "dreieich.osm.pbf"), "--clip", "--source", "clip", stdout=said)
    assert Street.objects.filter(source="clip").count() > 100


@pytest.mark.data
@pytest.mark.django_db
def test_a_geopackage_made_from_an_extract_brings_the_same(data, tmp_path):
    from pyogrio.raw import read, write

    pbf, package = data / "osm" / "dreieich.osm.pbf", tmp_path / "town.gpkg"
    for layer in ("points", "lines", "multipolygons"):
        meta, _fids, shapes, columns = read(str(pbf), layer=layer)
        kinds = {"points": "Point", "lines": "LineString", "multipolygons": "MultiPolygon"}
        names = [str(name) for name in meta["fields"]]
        write(str(package), shapes, columns, names, layer=layer, driver="GPKG", geometry_type=kinds[layer],
              crs="EPSG:4326", append=package.exists())  # fmt: skip
    one, other = osm.read(pbf), osm.read(package)
    assert len(one.streets) == len(other.streets)
    assert {address[:4] for address in one.addresses} == {address[:4] for address in other.addresses}


@pytest.mark.django_db
def test_an_extract_that_is_none_is_refused(tmp_path):
    wrong = tmp_path / "town.osm.pbf"
    wrong.write_bytes(b"no extract")
    with pytest.raises(CommandError, match="is not one of: OSM"):
        import_osm(wrong)


# --- made-up ones ----------------------------------------------------------------------------------------------------


@pytest.fixture
def houses(db):
    """houses("Goethestraße 5", …): house numbers 100 m apart, eastwards from 11.3, 50.98."""

    def make(*lines: str, postcode: str = "99423", place: str = "Weimar") -> None:
        from shapely import Point

        from geo.basemap import replace_addresses

        rows = []
        for number, line in enumerate(lines):
            street, _, door = line.rpartition(" ")
            rows.append((street, door, postcode, place, Point(11.3 + number * 0.001425, 50.98)))
        replace_addresses(rows, source="test")

    return make


def labels(found) -> list[str]:
    return [f"{address.street} {address.number}".strip() for address in found]


@pytest.mark.parametrize(
    "typed",
    [
        "Goethestr. 5",
        "göthestraße 5",
        "GOETHESTRASSE 5",
        "Gothestrase 5",
        "goethe str 5",
        "5 Goethestraße",
        "Goetestr 5, Weimar",
    ],
)
def test_one_address_in_many_spellings(houses, typed):
    houses("Schillerstraße 5", "Goethestraße 4", "Goethestraße 5", "Goethestraße 15", "Industriestraße 5")
    assert labels(search(typed))[0] == "Goethestraße 5"


def test_the_house_number_decides_only_between_doors_of_the_street(houses):
    houses("Marktstraße 1", "Marktstraße 3", "Markt 2")
    assert labels(search("Marktstr 2"))[:2] == ["Marktstraße 1", "Marktstraße 3"]


def test_of_equal_names_the_nearer_comes_first(houses):
    houses("Wielandgasse 1", "Dorfgasse 1", "Wielandgasse 2")
    assert labels(search("Wielandgasse", near=(11.303, 50.98)))[0] == "Wielandgasse 2"
    assert labels(search("Wielandgasse", near=(11.299, 50.98)))[0] == "Wielandgasse 1"


def test_a_street_without_house_numbers_is_found(db):
    from django.contrib.gis.geos import LineString, MultiLineString

    path = MultiLineString(LineString((11.30, 50.98), (11.31, 50.98)), srid=4326)
    Street.objects.create(name="Poetensteig", kind="footway", rank=6, geometry=path)
    street_names.refresh()
    found = search("Poetensteg")[0]
    assert (found.kind, found.street, found.lat) == ("street", "Poetensteig", pytest.approx(50.98))
    assert nearest(11.305, 50.9805).street == "Poetensteig"  # 56 m away
    assert nearest(11.305, 50.9820) is None  # 222 m


def test_the_nearest_address_is_within_150_m_or_none(houses):
    houses("Markt 1", "Markt 2")
    assert labels([nearest(11.3010, 50.98)]) == ["Markt 2"]
    assert nearest(11.3, 50.98 + 0.00125).distance_m == pytest.approx(139, abs=1)
    assert nearest(11.3, 50.98 + 0.00140) is None


@pytest.mark.parametrize(
    "typed", ["", " ", "?", "1", "x" * 5000, "%", "' OR 1=1 --", "\u0000", "9" * 300, "ß", "Straße"]
)
def test_nothing_somebody_types_breaks_the_search(houses, typed):
    houses("Markt 1", "Straße des Friedens 99999999999999999999")
    assert isinstance(search(typed.replace("\u0000", "")), list)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Goethestraße", "Göthestr."),
        ("Ägidienplatz", "aegidienpl"),
        ("St.-Georgen-Straße 16 a", "st georgen str 16a"),
        ("Straße des Friedens", "str. des friedens"),
        ("Weiße Gasse", "WEISSE GASSE"),
    ],
)
def test_spellings_of_one_name_fold_alike(one, other):
    assert fold(one) == fold(other)


def test_a_postcode_is_no_house_number():
    assert split_number(fold("Markt 5, 99423 Weimar")) == ("markt 99423 weimar", "5")
    assert split_number(fold("Markt 99423")) == ("markt 99423", "")


# --- import_addresses ------------------------------------------------------------------------------------------------


def import_addresses(path, *more: str) -> str:
    said = StringIO()
    call_command("import_addresses", str(path), *more, stdout=said)
    return said.getvalue()


@pytest.mark.data
@pytest.mark.django_db
def test_the_address_lists_of_both_towns_are_read(data):
    assert import_addresses(data / "streets" / "dreieich_adressen.csv.gz") == "915 addresses\n"
    assert import_addresses(data / "streets" / "bayreuth_nord_adressen.csv.gz") == "800 addresses\n"
    assert "Albert-Schweitzer-Straße 31" in labels(search("Albert Schweizer Straße 31"))


@pytest.mark.django_db
def test_a_german_list_in_utm_is_read(tmp_path):
    path = tmp_path / "adressen.csv"
    path.write_bytes(
        "Straße;Hnr;PLZ;Ort;Ostwert;Nordwert\nSchloßgasse;3;99423;Weimar;663614,5;5649902,1\n".encode("cp1252")
    )
    import_addresses(path, "--srid", "25832")
    found = search("Schlossgasse 3")[0]
    assert (found.lon, found.lat) == (pytest.approx(11.33, abs=0.01), pytest.approx(50.98, abs=0.01))


@pytest.mark.django_db
def test_geojson_addresses_are_read(tmp_path):
    path = tmp_path / "adressen.geojson"
    point = {"type": "Point", "coordinates": [11.33, 50.98]}
    feature = {"type": "Feature", "geometry": point, "properties": {"addr:street": "Markt", "addr:housenumber": "1"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert import_addresses(path) == "1 addresses\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "because"),
    [
        ("Markt,1,abc,50.9", "line 2: lon='abc' is not a number"),
        ("Markt,1,,50.9", "line 2: lon='' is not a number"),
        ("Markt,1,0,0", "row 2: 0,0 is no place"),
        ("Markt,1,663614,5649902", "is --srid missing"),
        (",1,11.3,50.9", "row 2: it has no street"),
        ("Markt,1,50.98,11.33", "longitude and latitude are swapped"),
        ("Markt,1,nan,50.9", "is no place"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_changes(city, houses, tmp_path, line, because):
    houses("Markt 7")
    path = tmp_path / "test.csv"
    path.write_text(f"street,housenumber,lon,lat\n{line}\n")
    with pytest.raises(CommandError, match=because):
        import_addresses(path, "--source", "test")
    assert Address.objects.get(source="test").number == "7"


def test_tags_are_read_from_both_spellings_of_the_driver():
    assert (
        osm.tags_of({"name": "A", "other_tags": '"addr:street"=>"Am \\"Tor\\"","x"=>"1"'})["addr:street"] == 'Am "Tor"'
    )
    assert osm.tags_of({"name": None, "other_tags": '{"addr:street": "Markt"}'}) == {"addr:street": "Markt"}


def test_searching_takes_one_query_beside_its_setting(houses, django_assert_num_queries):
    houses("Markt 1")
    with django_assert_num_queries(4):  # savepoint, threshold, search, release
        search("Markt 1")
    with django_assert_num_queries(1):
        nearest(11.3, 50.98)
