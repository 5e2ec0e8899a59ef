"""Zones, addresses and assets over the API."""

import pytest
from django.contrib.gis.geos import Point

from geo import zones
from geo.api.serializers import ZoneSerializer
from geo.models import Asset, Zone
from tests.geo.conftest import square

pytestmark = pytest.mark.django_db


def test_zones_are_geojson_with_their_attribution(client, layer):
    meadow = layer(attribution="© Wiesenamt")
    zones.add_zone(layer=meadow, code="a", name="A", geometry=square(0, 0), properties={"owner_phone": "secret"})
    answer = client.get("/api/v1/zones/?layer=meadow").json()
    assert answer["type"] == "FeatureCollection"
    (feature,) = answer["features"]
    assert feature["properties"] == {"layer": "meadow", "code": "a", "name": "A", "attribution": "© Wiesenamt"}
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert "secret" not in str(answer)


def test_the_fast_answer_says_what_the_serializer_says(client, city):
    fast = client.get("/api/v1/zones/").json()
    valid = Zone.objects.valid_now().select_related("layer").order_by("layer__rank", "layer__key", "code")
    slow = ZoneSerializer(valid, many=True).data
    assert len(fast["features"]) > 20
    for one, other in zip(fast["features"], slow["features"], strict=True):
        assert one["properties"] == dict(other["properties"])
        assert one["geometry"]["type"] == other["geometry"]["type"]
        assert flat(one["geometry"]["coordinates"]) == pytest.approx(flat(other["geometry"]["coordinates"]), abs=1e-7)


def flat(nested) -> list[float]:
    return [n for part in nested for n in flat(part)] if isinstance(nested, list | tuple) else [nested]


def test_only_versions_valid_today_are_shown(client, zone):
    zones.end_zone(zone("a", square(0, 0)))
    assert client.get("/api/v1/zones/?layer=meadow").json()["features"] == []


def test_a_client_that_has_the_zones_gets_304(client, zone):
    zone("a", square(0, 0))
    first = client.get("/api/v1/zones/?layer=meadow")
    again = client.get("/api/v1/zones/?layer=meadow", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    zone("b", square(1, 0))
    assert client.get("/api/v1/zones/?layer=meadow", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_zones_at_a_spot_of_the_park(client, city):
    answer = client.get("/api/v1/zones/at/?lon=11.3388&lat=50.97").json()
    assert {"layer": "owner", "code": "klassik-ilmpark", "name": "Park an der Ilm"} in answer["zones"]
    assert (answer["inside_city"], answer["in_service_area"]) == (True, True)
    assert answer["district"]["nearest"] is False


def test_far_away_there_is_no_zone(client, city):
    answer = client.get("/api/v1/zones/at/?lon=2.35&lat=48.85").json()
    assert (answer["zones"], answer["district"], answer["in_service_area"]) == ([], None, False)


@pytest.fixture
def lamps(db):
    for number in range(12):
        point = Point(11.33 + number * 0.0002, 50.98, srid=4326)
        Asset.objects.create(
            layer="lamp", number=f"L{number}", point=point, owner="Stadt", properties={"key": "secret"}
        )
    Asset.objects.create(layer="tree", number="T1", point=Point(11.33, 50.98, srid=4326))
    Asset.objects.create(layer="lamp", number="gone", point=Point(11.33, 50.98, srid=4326), active=False)


def test_the_eight_nearest_things_come_nearest_first(client, lamps):
    features = client.get("/api/v1/assets/?lon=11.33&lat=50.98&layer=lamp").json()["features"]
    assert [feature["properties"]["number"] for feature in features] == [f"L{n}" for n in range(8)]
    assert features[1]["properties"]["distance_m"] == pytest.approx(14.0, abs=0.1)
    assert "secret" not in str(features)


def test_things_of_every_kind_within_250_m(client, lamps):
    features = client.get("/api/v1/assets/?lon=11.33&lat=50.98").json()["features"]
    assert {"lamp", "tree"} == {feature["properties"]["layer"] for feature in features}
    assert client.get("/api/v1/assets/?lon=11.35&lat=50.98").json()["features"] == []


def test_an_address_by_words_and_by_spot(client, db):
    from shapely import Point as Spot

    from geo.basemap import replace_addresses

    replace_addresses([("Marktstraße", "5", "99423", "Weimar", Spot(11.329, 50.98))], source="test")
    by_words = client.get("/api/v1/addresses/?q=markstr 5").json()["features"]
    assert by_words[0]["properties"]["label"] == "Marktstraße 5, 99423 Weimar"
    by_spot = client.get("/api/v1/addresses/?lon=11.3291&lat=50.98").json()["features"]
    assert by_spot[0]["properties"]["distance_m"] == pytest.approx(7.0, abs=0.1)
    assert client.get("/api/v1/addresses/?q=gibt es nicht").json()["features"] == []


@pytest.mark.parametrize(
    "url",
    [
        "zones/?colour=red",
        "zones/?layer=%00",
        "zones/at/",
        "zones/at/?lon=11.3",
        "zones/at/?lon=nan&lat=50",
        "zones/at/?lon=1e308&lat=50",
        "zones/at/?lon=50.98&lat=11.33",
        "zones/at/?lon=0&lat=0",
        "zones/at/?lon=" + "9" * 500 + "&lat=50",
        "addresses/",
        "addresses/?q=%00",
        "addresses/?q=Markt&limit=0",
        "addresses/?lon=11.3",
        "assets/",
        "assets/?lon=11.3&lat=50.9&layer=" + "x" * 41,
    ],
)
def test_a_wrong_question_is_a_400_with_field_and_remedy_in_both_languages(client, city, url):
    answer = client.get(f"/api/v1/{url}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert all(error["field"] and error["message"] for error in answer.json()["errors"])
    english = client.get(f"/api/v1/{url}", headers={"accept-language": "en"})
    assert english.status_code == 400


@pytest.mark.parametrize(
    "url", ["zones/", "zones/at/?lon=11.3&lat=50.9", "addresses/?q=x", "assets/?lon=11.3&lat=50.9"]
)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_places_are_only_read(client, url, method):
    assert getattr(client, method)(f"/api/v1/{url}").status_code == 405
