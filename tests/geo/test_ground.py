"""What lies under everything: the setting, what pages are told of it, and a map that admits to having no streets."""

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from geo import ground
from geo.models import City, Street, ZoneLayer
from geo.widgets import map_of_the_city

GREY = "https://karten.example.org/styles/grey.json?key=secret"


def errors() -> list[str]:
    return [error.msg for error in run_checks() if error.id == "geo.E001"]


@pytest.mark.parametrize("setting", ["none", "own", GREY, "http://localhost:8080/style.json"])
def test_these_settings_can_be_used(settings, setting):
    settings.MANGEL_BASEMAP = setting
    assert errors() == []


@pytest.mark.parametrize(
    "setting",
    [
        *("", "osm", "OWN", "ftp://a.example/style.json", "file:///etc/passwd", "//a.example/style.json", "https:///a"),
        *(
            "https://user:word@a.example/s.json",
            "https://a.example/s .json",
            "https://a.example:x/",
            "https://[::1",
            "mapbox://a",
        ),
    ],
)
def test_any_other_stops_the_start_with_value_and_remedy(settings, setting):
    settings.MANGEL_BASEMAP = setting
    assert repr(setting) in errors()[0]
    with pytest.raises(SystemCheckError, match="import_osm FILE"):
        call_command("check")
    assert ground.style() == "none"  # and where it was started all the same, nothing is asked of anybody


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "told"), [("own", "own"), ("none", "none"), (GREY, "/basiskarte/style.json")])
def test_pages_and_forms_name_no_foreign_address(client, city, settings, setting, told):
    settings.MANGEL_BASEMAP = setting
    page = client.get("/").content.decode()
    assert f'data-style="{told}"' in page
    assert "karten.example.org" not in page
    assert map_of_the_city()["style"] == told


@pytest.mark.django_db
def test_the_privacy_page_names_the_service_where_there_is_one(client, city, settings):
    settings.MANGEL_BASEMAP = GREY
    page = client.get("/datenschutz/").content.decode()
    assert "beim Kartendienst karten.example.org" in page
    assert "secret" not in page
    assert "karten.example.org" not in client.get("/impressum/").content.decode()
    settings.MANGEL_BASEMAP = "own"
    assert "Kartendienst" not in client.get("/datenschutz/").content.decode()


def street() -> Street:
    line = GEOSGeometry("MULTILINESTRING((11.32 50.98,11.33 50.98))", srid=4326)
    return Street.objects.create(name="Gasse", kind="street", rank=4, geometry=line)


BARE = "Übersicht ohne Straßen."


@pytest.mark.django_db
def test_a_map_without_streets_says_so_until_they_are_imported(client, city, settings):
    settings.MANGEL_BASEMAP = "own"
    assert f'class="map-note">{BARE} Schematische Grenzen.' in client.get("/").content.decode()
    made = street()
    page = client.get("/").content.decode()
    assert BARE not in page
    assert "Schematische Grenzen." in page
    made.delete()
    assert BARE in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_map_of_a_service_has_streets_and_a_map_of_nothing_has_none(client, city, settings):
    settings.MANGEL_BASEMAP = GREY
    assert BARE not in client.get("/").content.decode()
    street()
    settings.MANGEL_BASEMAP = "none"
    assert BARE in client.get("/").content.decode()


@pytest.mark.django_db
def test_sketched_boundaries_are_called_so_even_if_the_city_left_its_note_empty(client, city, settings):
    street()
    City.objects.update(map_note={})
    assert 'class="map-note">Schematische Grenzen.<' in client.get("/").content.decode()
    ZoneLayer.objects.update(schematic=False)
    assert "map-note" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_asking_for_streets_costs_one_query_between_imports(django_assert_num_queries, city):
    ground.has_streets()
    with django_assert_num_queries(1):  # the revisions
        ground.has_streets()


@pytest.mark.django_db
def test_the_administration_shows_the_two_ways_to_streets(client, city, settings):
    from tests.factories import make_administrator

    client.force_login(make_administrator())
    page = client.get("/verwaltung/").content.decode()
    assert "Die Karte zeigt noch keine Straßen" in page
    assert "bin/manage import_osm" in page
    assert "MANGEL_BASEMAP=" in page
    street()
    assert "import_osm" not in client.get("/verwaltung/").content.decode()
