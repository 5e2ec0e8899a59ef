"""Which zones hold a spot."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import shapely
import time_machine
from django.db import connection, transaction

from geo import zones
from geo.lookup import ZoneIndex, reachable, zones_at, zones_at_many
from geo.models import City, Zone
from geo.querysets import city_day
from tests.geo.conftest import spot, square

pytestmark = pytest.mark.django_db


def codes(found) -> list[str]:
    return [hit.code for hit in found]


def test_a_spot_belongs_to_the_zone_around_it(zone):
    zone("a", square(0, 0))
    zone("b", square(0.01, 0))
    assert codes(zones_at(*spot(0.005, 0.005))) == ["a"]
    assert codes(zones_at(*spot(0.015, 0.005))) == ["b"]
    assert codes(zones_at(*spot(0.05, 0.05))) == []


def test_a_spot_on_the_border_of_neighbours_belongs_to_the_lowest_code(zone):
    zone("b", square(0, 0))
    zone("a", square(0.01, 0))
    zone("c", square(0, 0.01))
    corner = spot(0.01, 0.01)
    assert codes(zones_at(*corner)) == ["a"]
    assert codes(zones_at(*spot(0.005, 0.01))) == ["b"]


def test_where_zones_really_overlap_all_count_the_smaller_first(zone):
    zone("big", square(0, 0, 0.02))
    zone("small", square(0.005, 0.005, 0.005))
    assert codes(zones_at(*spot(0.007, 0.007))) == ["small", "big"]
    # The small one's edge lies inside the big one: common ground on one side of it.
    assert codes(zones_at(*spot(0.005, 0.007))) == ["small", "big"]


def test_a_shared_corner_of_overlapping_zones_counts_for_both(zone):
    zone("a", square(0, 0, 0.02))
    zone("b", square(0, 0, 0.01))
    assert codes(zones_at(*spot(0, 0))) == ["b", "a"]


def test_neighbours_that_overlap_elsewhere_still_only_touch_at_their_border(zone):
    zone("b", square(0, 0))
    zone("a", shapely.union(square(0.01, 0), square(0.009, 0.009, 0.001)))
    assert codes(zones_at(*spot(0.01, 0.002))) == ["a"]
    assert set(codes(zones_at(*spot(0.0095, 0.0095)))) == {"a", "b"}


def test_layers_do_not_crowd_each_other_out(zone):
    zone("a", square(0, 0))
    zone("b", square(0.01, 0), key="wood")
    found = zones_at(*spot(0.01, 0.005))
    assert set(codes(found)) == {"a", "b"}
    assert codes(found.by_layer("wood")) == ["b"]


def test_a_batch_says_what_single_questions_say(zone):
    zone("a", square(0, 0))
    zone("b", square(0.01, 0))
    zone("c", square(0.005, 0.005, 0.02))
    places = [spot(x / 1000, y / 1000) for x in range(-1, 30) for y in range(-1, 30)]
    many = zones_at_many(*map(list, zip(*places, strict=True)))
    assert [tuple(found) for found in many] == [tuple(zones_at(*place)) for place in places]


def test_coordinates_that_are_no_numbers_lie_nowhere(zone):
    zone("a", square(0, 0))
    assert codes(zones_at(float("nan"), 40.0)) == []
    assert codes(zones_at_many([float("nan"), -29.995], [40.0, 40.005])[1]) == ["a"]


def test_the_town_knows_its_park_and_its_district(city):
    found = zones_at(11.3388, 50.9700)
    assert "klassik-ilmpark" in codes(found.by_layer("owner"))
    assert found.inside_city
    assert found.in_service_area
    assert found.district is not None
    assert not found.district_flagged


def test_outside_the_town_is_served_up_to_its_radius(city):
    in_jena, in_berlin = zones_at(11.586, 50.928), zones_at(13.4, 52.5)
    assert not in_jena.inside_city
    assert in_jena.in_service_area
    assert in_jena.district is None
    assert not in_berlin.in_service_area


def test_a_spot_of_the_town_without_district_belongs_to_the_nearest_within_500_m(wild, zone):
    zone("town", square(0, 0, 0.1), key="city")
    zone("left", square(0, 0, 0.02), key="district")
    near, far = zones_at(*spot(0.0249, 0.01)), zones_at(*spot(0.0265, 0.01))  # 419 m and 555 m at 40° north
    assert near.district is not None
    assert (near.district.code, near.district_flagged) == ("left", True)
    assert (far.district, far.district_flagged) == (None, False)


def test_before_a_city_pack_is_loaded_every_place_is_inside(wild):
    found = zones_at(11.33, 50.98)
    assert (codes(found), found.inside_city, found.in_service_area, found.district) == ([], True, True, None)
    assert City.current().name == ""


def test_threads_share_one_index(zone):
    zone("a", square(0, 0))
    zone("b", square(0.01, 0))
    index, places = ZoneIndex.current(), [spot(x / 500, 0.005) for x in range(12)]
    expected = [codes(index.at(*place)) for place in places]

    def ask(_: int) -> list[list[str]]:
        return [codes(index.at(*place)) for place in places]

    with ThreadPoolExecutor(8) as pool:
        assert all(answer == expected for answer in pool.map(ask, range(200)))


# --- when the index is built anew -----------------------------------------------------------------------------------


def test_a_changed_zone_counts_at_once(zone):
    old = zone("a", square(0, 0))
    assert codes(zones_at(*spot(0.03, 0.03))) == []
    zones.change_zone(old, geometry=square(0.025, 0.025))
    assert codes(zones_at(*spot(0.03, 0.03))) == ["a"]
    assert codes(zones_at(*spot(0.005, 0.005))) == []


def test_raw_sql_moves_the_revision_too(zone):
    made = zone("a", square(0, 0))
    zones_at(*spot(0, 0))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE geo_zone SET name = 'Neu' WHERE id = %s", [made.pk])
    assert zones_at(*spot(0.005, 0.005))[0].name == "Neu"


def test_what_was_rolled_back_leaves_no_trace(zone):
    zone("a", square(0, 0))
    with transaction.atomic():
        zone("b", square(0.02, 0))
        assert codes(zones_at(*spot(0.025, 0.005))) == ["b"]  # the index was built from it
        transaction.set_rollback(True)
    zone("c", square(0.04, 0))
    assert codes(zones_at(*spot(0.025, 0.005))) == []
    assert codes(zones_at(*spot(0.045, 0.005))) == ["c"]


def test_unchanged_zones_are_not_read_again(zone, django_assert_num_queries):
    zone("a", square(0, 0))
    index = ZoneIndex.current()
    with django_assert_num_queries(1):  # the revisions
        assert ZoneIndex.current() is index


def test_a_version_starts_and_ends_at_the_citys_midnight(layer):
    meadow, today = layer(), city_day()
    feature = zones.ZoneFeature(code="a", name="A", geometry=square(0, 0))
    zones.import_layer([feature], layer=meadow, valid_from=today + timedelta(days=3))
    place = spot(0.005, 0.005)
    assert codes(zones_at(*place)) == []
    zone = Zone.objects.get(layer=meadow)
    zones.end_zone(zone, on=today + timedelta(days=5))
    at_noon = "{}T12:00:00+00:00"
    with time_machine.travel(at_noon.format(today + timedelta(days=3))):
        assert codes(zones_at(*place)) == ["a"]
    with time_machine.travel(at_noon.format(today + timedelta(days=5))):
        assert codes(zones_at(*place)) == []


def test_the_day_is_the_citys_and_not_londons(city, layer):
    assert city.time_zone == "Europe/Berlin"
    with time_machine.travel("2027-03-09T23:30:00+00:00"):
        assert city_day() == date(2027, 3, 10)


# --- how far a position may be off -----------------------------------------------------------------------------------


def test_the_circle_of_a_position_reaches_the_zones_it_touches(zone):
    zone("a", square(0, 0))
    zone("b", square(0.01, 0))
    beside = spot(0.0099, 0.005)  # 8.5 m west of the border
    near, none_possible = reachable(*beside, 20, "meadow")
    assert (sorted(codes(near)), none_possible) == (["a", "b"], False)
    assert codes(reachable(*beside, 5, "meadow")[0]) == ["a"]


def test_none_is_possible_where_the_circle_leaves_the_layer(zone):
    zone("a", square(0, 0))
    edge = spot(0.0001, 0.005)
    assert reachable(*edge, 30, "meadow")[1]
    assert not reachable(*spot(0.005, 0.005), 30, "meadow")[1]
    assert reachable(*spot(0.05, 0.05), 30, "meadow") == ((), True)
