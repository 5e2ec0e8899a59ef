"""Who is responsible, against the same question put slowly in SQL. All of it: `bin/drill routing --full`."""

import pytest
import shapely

from geo.lookup import ZoneIndex
from geo.models import Zone
from geo.zones import change_zone
from mangel import routing_check
from mangel.models import Category, Decision, Office, RoutingRule, RuleSet
from mangel.routing import RoutingTable
from tests.factories import PARK_BENCH, report_in, stored
from tests.geo.reference import border_points, disagreements, random_points
from tests.routing import reference

pytestmark = pytest.mark.django_db

LAYERS = ("city", "district", "owner", "road", "water")
RANDOM, AT_BORDERS = 9_000, 1_000


def everywhere(count_random: int, count_borders: int) -> list[tuple[float, float]]:
    """Random points over the city and around it, and points within a metre of the borders of every layer."""
    each = count_borders // len(LAYERS)
    near = [point for n, layer in enumerate(LAYERS) for point in border_points(layer, each, seed=n)]
    return random_points("city", count_random) + near


def test_ten_thousand_points_lie_in_the_zones_that_sql_names(city):
    assert disagreements(everywhere(RANDOM, AT_BORDERS)) == []


def test_every_zone_set_every_matter_and_every_answer_leads_to_the_office_that_sql_names(city):
    # The smallest grounds that the rules tell apart, which chance would miss.
    cells = [cell for cell in routing_check.cells(list(LAYERS)) if cell.spot]
    spots = reference.spots_of_zone_sets(everywhere(RANDOM, AT_BORDERS) + [cell.spot for cell in cells])
    assert {frozenset(zone.id for zone in cell.zones) for cell in cells} <= set(spots)
    cases = list(reference.every_case(spots))
    assert len(cases) > 5_000
    assert reference.disagreements(cases) == []


def test_rules_of_every_kind_are_ordered_as_sql_orders_them(city):
    """Weimar's rules use few of the kinds of conditions; these use all, two of each, in an order that matters."""
    active = RuleSet.objects.get(status="active")
    leaf = Category.objects.get(code="VAN1")
    offices = list(Office.objects.filter(active=True).order_by("pk"))
    conditions = [
        {"category": category, "layer": layer, "zone_code": zone, "question": question, "option": option}
        for option, question in (("", ""), ("park", "woran"))
        for layer, zone in (
            ("", ""),
            ("district", ""),
            ("district", "innenstadt"),
            ("owner", ""),
            ("owner", "klassik-ilmpark"),
        )
        for category in (None, leaf.parent, leaf)
    ]
    conditions += [{"category": leaf, "outside": True}, {"category": None, "outside": True}]
    RoutingRule.objects.bulk_create(
        RoutingRule(rule_set=active, office=offices[number % len(offices)], reason_code="central", **condition)
        for number, condition in enumerate(reversed(conditions * 2))
    )
    assert len(RoutingTable.current().of(leaf).by_zone) > 5
    spots = reference.spots_of_zone_sets(everywhere(2_000, 500))
    assert reference.disagreements(list(reference.every_case(spots))) == []


def test_cutting_a_zone_anew_changes_no_old_report_and_breaks_no_rule(city):
    old = report_in("GRU4", at=PARK_BENCH)
    before = Decision.objects.get(report=old)
    park = Zone.objects.valid_now().get(layer__key="owner", code="klassik-ilmpark")
    west, south, east, north = shapely.from_wkb(bytes(park.geometry.wkb)).bounds
    # The southern half stays the foundation's; the bench lies in the northern one.
    half = shapely.from_wkb(bytes(park.geometry.wkb)).intersection(
        shapely.box(west, south, east, PARK_BENCH[1] - 0.0005)
    )
    now = change_zone(park, geometry=half)
    still_inside = half.representative_point()

    assert stored(old).office.code == "klassik"
    after = Decision.objects.get(report=old)
    assert (after.zone_versions, after.office_id, after.reason_params) == (
        before.zone_versions,
        before.office_id,
        before.reason_params,
    )
    assert park.pk in after.zone_versions
    assert now.pk not in after.zone_versions
    assert report_in("GRU4", at=PARK_BENCH).office.code == "gruen"
    new = report_in("GRU4", at=(still_inside.x, still_inside.y))
    assert new.office.code == "klassik"
    assert now.pk in Decision.objects.get(report=new).zone_versions
    result = routing_check.check(RuleSet.objects.get(status="active"))
    assert (result["blocking"], result["ended"]) == ([], [])
    spots = reference.spots_of_zone_sets(everywhere(1_000, 500))
    assert reference.disagreements(list(reference.every_case(spots))) == []
    assert ZoneIndex.current().by_code("owner", "klassik-ilmpark").id == now.pk
