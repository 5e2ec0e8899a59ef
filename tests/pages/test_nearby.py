""" "In Ihrer Nähe" on the start page."""

import pytest
from shapely import Point

from geo.basemap import replace_addresses
from tests.factories import FOOTWAY, JENA, PARK_BENCH, report_in
from tests.pages.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(city):
    """One on the market, a newer one in the park."""
    return report_in("STR2", FOOTWAY), report_in("GRU4", PARK_BENCH)


def order(client, query=""):
    """Numbers of the list, from its top."""
    page = client.get(f"/{query}").content.decode()
    return [part[:9] for part in page.split('data-report="')[1:]]


def test_the_nearest_come_first_with_their_distance_once_a_place_is_known(client, two):
    market, park = two
    assert order(client) == [park.public_id, market.public_id]
    assert order(client, "?lon=11.330&lat=50.980") == [market.public_id, park.public_id]
    page = text_of(client.get("/?lon=11.330&lat=50.980"))
    assert "In Ihrer Nähe" in page
    assert " m" in page
    assert order(client, "?lon=11.330&lat=50.980&category=GRU4") == [park.public_id]


def test_without_javascript_an_address_is_enough(client, two):
    market, park = two
    replace_addresses([("Marktstraße", "1", "99423", "Weimar", Point(*FOOTWAY))], source="test")
    page = client.get("/?ort=Marktstraße 1")
    assert "Nahe Marktstraße 1" in text_of(page)
    assert order(client, "?ort=Marktstraße 1") == [market.public_id, park.public_id]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?ort=Xyzzystraße 99", "Diese Adresse finden wir nicht."),
        ("?lon=x&lat=50", "Diesen Standort können wir nicht lesen."),
        ("?lon=11.3", "Diesen Standort können wir nicht lesen."),
        ("?lon=nan&lat=inf", "Diesen Standort können wir nicht lesen."),
        ("?lon=13.4&lat=52.5", "Dieser Ort liegt zu weit weg."),
    ],
)
def test_a_place_that_cannot_be_used_says_so_and_shows_the_newest(client, two, query, sentence):
    market, park = two
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert order(client, query) == [park.public_id, market.public_id]


def test_where_nothing_is_near_the_page_says_it_kindly(client, two):
    page = text_of(client.get(f"/?lon={JENA[0]}&lat={JENA[1]}"))
    assert "Im Umkreis von zwei Kilometern ist nichts gemeldet." in page
