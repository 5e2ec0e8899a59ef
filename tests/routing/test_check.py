"""The rules prove themselves before they hold."""

import pytest
from django.contrib.gis.geos import Point

from geo.models import Zone
from geo.zones import change_zone
from mangel import routing_check
from mangel.models import Category, Office, RoutingRule, RuleSet
from mangel.routing_check import RulesBlocked
from tests.factories import PARK_BENCH, report_in, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(city):
    active = RuleSet.objects.get(status="active")
    return routing_check.copy_as_draft(active, name="Entwurf")


def test_the_towns_rules_leave_no_case_open(city):
    result = routing_check.check(RuleSet.objects.get(status="active"))
    assert result["blocking"] == []
    assert result["equal"] == []
    assert result["never_win"] == []
    assert result["gaps_and_overlaps"] == []
    assert result["cases"] > 5_000


def test_offices_reached_only_by_hand_are_listed(city):
    result = routing_check.check(RuleSet.objects.get(status="active"))
    assert {"forst", "gedenk", "wohnstaette"} <= set(result["unreached_offices"])


def test_a_copy_of_the_rules_changes_no_ground(draft):
    assert routing_check.check(draft)["changes"] == []


def test_a_matter_left_without_an_office_blocks_a_draft(draft):
    draft.rules.filter(category__code="WAS2").delete()
    draft.rules.filter(category=None, layer="", outside=False).delete()
    result = routing_check.check_rule_set(draft.pk)
    draft.refresh_from_db()
    assert draft.status == "blocked"
    assert any(case.startswith("WAS2") for case in result["blocking"])
    with pytest.raises(RulesBlocked, match="prüfen"):
        routing_check.activate(draft.pk)
    assert RuleSet.objects.get(status="active").pk != draft.pk


def test_a_second_check_that_ends_late_leaves_the_rules_in_force(draft, monkeypatch):
    routing_check.check_rule_set(draft.pk)
    checking = routing_check.check

    def put_in_force_meanwhile(rule_set):
        monkeypatch.setattr(routing_check, "check", checking)
        routing_check.activate(rule_set.pk)
        return checking(rule_set)

    monkeypatch.setattr(routing_check, "check", put_in_force_meanwhile)
    routing_check.check_rule_set(draft.pk)
    assert RuleSet.objects.get(status="active").pk == draft.pk


def test_a_draft_edited_during_its_check_stays_unchecked(draft, monkeypatch):
    RuleSet.objects.filter(pk=draft.pk).update(status="checking")

    def edited_meanwhile(rule_set):
        RuleSet.objects.filter(pk=rule_set.pk).update(status="draft")
        return {"blocking": []}

    monkeypatch.setattr(routing_check, "check", edited_meanwhile)
    routing_check.check_rule_set(draft.pk)
    draft.refresh_from_db()
    assert (draft.status, draft.checked_at) == ("draft", None)


def test_a_draft_cannot_become_active_unchecked(draft):
    with pytest.raises(RulesBlocked):
        routing_check.activate(draft.pk)


def test_the_check_tells_how_much_ground_changes_office(draft):
    RoutingRule.objects.create(
        rule_set=draft,
        category=Category.objects.get(code="STR2"),
        layer="district",
        zone_code="taubach",
        office=Office.objects.get(code="gruen"),
        reason_code="district_default",
    )
    changes = routing_check.check(draft)["changes"]
    assert [(row["category"], row["old"], row["new"]) for row in changes] == [("STR2", "tiefbau", "gruen")]
    taubach = Zone.objects.get(code="taubach")
    assert changes[0]["area_m2"] == pytest.approx(taubach.area_m2, rel=0.1)


def test_equal_rules_and_rules_on_ended_zones_are_reported(draft):
    twin = draft.rules.filter(category__code="WAS2").first()
    twin.pk, twin._state.adding = None, True
    twin.save()
    RoutingRule.objects.create(
        rule_set=draft, layer="owner", zone_code="gibt-es-nicht", office=twin.office, reason_code="owner_zone"
    )
    result = routing_check.check(draft)
    assert len(result["equal"]) == 1
    assert any("gibt-es-nicht" in line for line in result["ended"])
    assert any("gibt-es-nicht" in line for line in result["never_win"])


def test_an_activated_draft_decides_the_next_report(draft):
    rule = draft.rules.get(layer="owner", zone_code="klassik-ilmpark")
    rule.office = Office.objects.get(code="gruen")
    rule.save()
    routing_check.check_rule_set(draft.pk)
    before = report_in("GRU4", PARK_BENCH)
    routing_check.activate(draft.pk)
    after = report_in("GRU4", PARK_BENCH)
    assert (before.office.code, after.office.code) == ("klassik", "gruen")
    assert stored(before).office.code == "klassik"


def test_a_rule_of_an_inactive_office_does_not_speak(city):
    Office.objects.filter(code="klassik").update(active=False)
    assert report_in("GRU4", PARK_BENCH).office.code == "gruen"


def test_recutting_a_zone_changes_no_old_report_and_breaks_no_rule(city):
    old = report_in("GRU4", PARK_BENCH)
    version = old.decisions.get().zone_versions
    park = Zone.objects.get(code="klassik-ilmpark")
    half = park.geometry.difference(Point(*PARK_BENCH, srid=4326).buffer(0.001))
    change_zone(park, geometry=half)
    assert stored(old).office.code == "klassik"
    assert old.decisions.get().zone_versions == version
    assert Zone.objects.filter(pk__in=version).count() == len(version)
    assert report_in("GRU4", PARK_BENCH).office.code == "gruen"
    assert routing_check.check(RuleSet.objects.get(status="active"))["blocking"] == []
