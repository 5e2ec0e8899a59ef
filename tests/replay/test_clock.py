"""The clock that the demo moves, and the town it must not touch."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from fixtures.demo.clock import moved_clock
from fixtures.management.commands import load_demo
from mangel.models import Decision, Entry, Membership
from mangel.workflow import move_report
from tests.factories import make_clerk, report_in


@pytest.mark.django_db
def test_a_town_with_a_life_of_its_own_is_left_alone(monkeypatch, city):
    monkeypatch.setattr(load_demo, "OWN_REPORTS", 0)
    report_in("STR2")
    with pytest.raises(CommandError, match="1 reports of its own"):
        call_command("load_demo", stdout=StringIO())


@pytest.mark.django_db
def test_services_write_the_time_the_clock_is_set_to(city):
    last_spring = timezone.now() - dt.timedelta(days=200)
    clerk = make_clerk("tiefbau")
    Membership.objects.update(starts_on=(last_spring - dt.timedelta(days=1)).date())
    with moved_clock() as clock:
        clock.moment = last_spring
        report = report_in("STR2")
        clock.moment = last_spring + dt.timedelta(days=3)
        move_report(report=report, to="resolved", user=clerk, note="Fertig.")
    report.refresh_from_db()
    assert report.created_at == last_spring
    assert report.resolved_at == last_spring + dt.timedelta(days=3)
    assert [entry.at for entry in report.entries.order_by("seq")] == [report.created_at, report.resolved_at]
    assert Decision.objects.get(report=report).at == last_spring
    assert abs(timezone.now() - report_in("STR2").created_at) < dt.timedelta(minutes=1)
    assert Entry.objects.latest("pk").at > last_spring
