"""The administration edits zones through the service."""

import json

import pytest
import shapely

from geo import zones
from geo.models import Address, StreetName, Zone
from tests.factories import make_administrator, make_clerk
from tests.geo.conftest import square

pytestmark = pytest.mark.django_db
NEW = "/verwaltung/geo/zone/add/"


@pytest.fixture
def admin(client, city):
    client.force_login(make_administrator())
    return client


def form(zone: Zone | None, geometry, **more) -> dict[str, str]:
    words = {"name": "Wiese", "phrase__de": "", "phrase__en": "", "source": ""}
    text = geometry if isinstance(geometry, str) else json.dumps(shapely.geometry.mapping(geometry))
    return {**words, "geometry": text, **more}


def page(zone: Zone) -> str:
    return f"/verwaltung/geo/zone/{zone.pk}/change/"


def test_a_redrawn_border_becomes_a_new_version(admin, zone):
    old = zone("a", square(0, 0))
    assert admin.post(page(old), form(old, square(0, 0, 0.02))).status_code == 302
    new = Zone.objects.valid_now().get(code="a")
    assert new.pk != old.pk
    assert new.area_m2 == pytest.approx(4 * old.area_m2, rel=0.01)
    assert Zone.objects.get(pk=old.pk).area_m2 == old.area_m2


def test_a_new_phrase_stays_in_the_version(admin, zone):
    old = zone("a", square(0, 0))
    shown = admin.get(page(old)).context["adminform"].form["geometry"].value()
    admin.post(page(old), form(old, shown, phrase__de="Auf der Wiese"))
    assert Zone.objects.get(pk=old.pk).phrase == {"de": "Auf der Wiese"}
    assert Zone.objects.filter(code="a").count() == 1


def test_the_field_shows_geojson_under_a_map(admin, zone):
    html = admin.get(page(zone("a", square(0, 0)))).content.decode()
    assert "data-admin-map" in html
    assert 'data-kind="MultiPolygon"' in html
    assert "MultiPolygon&quot;, &quot;coordinates&quot;" in html


def test_somebody_who_edits_a_stale_page_is_told(admin, zone):
    old = zone("a", square(0, 0))
    zones.change_zone(old, geometry=square(1, 0))
    answer = admin.post(page(old), form(old, square(2, 0)))
    assert answer.status_code == 200
    assert "aktuelle Fassung" in answer.content.decode()


NO_BORDERS = [
    *("", "kaputt", "{}", "[]", "[" * 3000),
    '{"type": "Point", "coordinates": [1, 1]}',
    '{"type": "Polygon", "coordinates": []}',
    '{"type": "Polygon", "coordinates": [[[1,1],[2,2],[1,1],[1,1]]]}',
    '{"type": "Polygon", "coordinates": [[[1000,1],[1001,1],[1001,2],[1000,1]]]}',
]


@pytest.mark.parametrize("text", NO_BORDERS)
def test_a_border_that_is_none_is_refused_beside_its_field(admin, zone, text):
    old = zone("a", square(0, 0))
    answer = admin.post(page(old), form(old, text))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["geometry"]
    assert Zone.objects.filter(code="a").count() == 1


def test_a_new_zone_needs_a_free_code(admin, zone):
    old = zone("a", square(0, 0))
    fields = form(None, square(1, 0), layer=str(old.layer_id), code="a")
    assert "vergeben" in admin.post(NEW, fields).content.decode()
    assert admin.post(NEW, fields | {"code": "b"}).status_code == 302
    assert Zone.objects.valid_now().get(code="b").name == "Wiese"


def test_a_used_zone_is_not_ended(admin, zone, monkeypatch):
    made = zone("a", square(0, 0))
    monkeypatch.setattr(zones.users, "_registered", [lambda layer, codes: ["Regel 7"]])
    fields = {"action": "end_zones", "_selected_action": [str(made.pk)]}
    answer = admin.post("/verwaltung/geo/zone/", fields, follow=True)
    assert "Regel 7" in answer.content.decode()
    assert Zone.objects.valid_now().filter(code="a").exists()


@pytest.mark.parametrize("model", ["city", "zonelayer", "zone", "population", "address", "asset"])
def test_lists_and_forms_open(admin, model):
    assert admin.get(f"/verwaltung/geo/{model}/").status_code == 200
    expected = 403 if model == "city" else 200  # there is one city
    assert admin.get(f"/verwaltung/geo/{model}/add/").status_code == expected


def test_an_address_typed_in_is_found(admin):
    point = '{"type": "Point", "coordinates": [11.33, 50.98]}'
    fields = {"street": "Am Poetensteig", "number": "1", "postcode": "", "place": "", "source": "", "point": point}
    assert admin.post("/verwaltung/geo/address/add/", fields).status_code == 302
    assert Address.objects.get().number == "1"
    assert StreetName.objects.filter(name="Am Poetensteig").exists()


def test_a_clerk_does_not_edit_zones(client, city, zone):
    client.force_login(make_clerk())
    assert client.get(page(zone("a", square(0, 0)))).status_code in (302, 403)
