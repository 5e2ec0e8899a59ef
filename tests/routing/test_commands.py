"""What an administrator sees on the command line."""

import json

import pytest
from django.core.management import CommandError, call_command

from mangel import rerouting
from mangel.models import Office, RuleSet
from tests.factories import make_clerk, report_in

pytestmark = pytest.mark.django_db


def test_check_routing_tells_in_words_and_as_json(city, capsys):
    call_command("check_routing")
    assert "cases decided" in capsys.readouterr().out
    call_command("check_routing", "--json")
    assert json.loads(capsys.readouterr().out)["blocking"] == []


def test_check_routing_fails_where_a_case_is_left_open(city):
    RuleSet.objects.get(status="active").rules.filter(category__code="WAS2").update(active=False)
    RuleSet.objects.get(status="active").rules.filter(category=None, layer="", outside=False).update(active=False)
    with pytest.raises(CommandError, match="without an office"):
        call_command("check_routing")


def test_routing_report_names_the_rule_that_misleads(city, capsys):
    for _ in range(2):
        rerouting.reroute(
            report=report_in("STR2"), office=Office.objects.get(code="gruen"), user=make_clerk("tiefbau"), why="Parkweg"
        )
    call_command("routing_report")
    assert "2 × rule" in capsys.readouterr().out
