"""Has somebody reported this already?"""

import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from mangel import doubles, merging, workflow
from mangel.models import Report
from mangel.states import State
from pwa.errors import DomainError
from tests.factories import FOOTWAY, make_clerk, report_in, stored

pytestmark = pytest.mark.django_db
TEN_METRES_EAST = (FOOTWAY[0] + 0.000142, FOOTWAY[1])
FAR_AWAY = (FOOTWAY[0] + 0.005, FOOTWAY[1])


def found(report, at=TEN_METRES_EAST, **more):
    point = Point(*at, srid=4326)
    return list(doubles.like_this(category=report.category, point=point, **more))


def test_a_second_report_ten_metres_away_is_marked_as_possible_double(city):
    first = report_in("STR2", FOOTWAY)
    assert report_in("STR2", TEN_METRES_EAST).possible_duplicate_of_id == first.pk
    assert report_in("STR2", FAR_AWAY).possible_duplicate_of_id is None


def test_the_quick_question_of_every_new_report_finds_what_the_list_finds_first(city):
    clerk = make_clerk("tiefbau")
    for number in range(14):
        # East and west in turn, so that a later one may be nearer.
        east = (FOOTWAY[0] + (-1) ** number * 0.00004 * (number % 5), FOOTWAY[1] + 0.00002 * (number % 3))
        report = report_in(
            ("STR2", "STR3", "STR1")[number % 3], east, answers={"tiefe": "flach"} if number % 3 == 2 else {}
        )
        if number % 4 == 0:
            workflow.move_report(report=report, to=State.RESOLVED, user=clerk, note="Fertig.")
        if number % 7 == 3:
            Report.objects.filter(pk=report.pk).update(visibility="private")
    Report.objects.filter(state=State.RESOLVED).order_by("pk").update(
        resolved_at=timezone.now() - dt.timedelta(days=29)
    )
    last = stored(report)
    for accuracy_m in (None, 5, 40, 5_000):
        for place in (FOOTWAY, TEN_METRES_EAST, FAR_AWAY):
            asked = {"category": last.category, "point": Point(*place, srid=4326), "accuracy_m": accuracy_m}
            first = doubles.like_this(**asked).first()
            assert doubles.first_like_this(**asked) == (first and first.pk)
    assert doubles.first_like_this(category=last.category, point=Point(*FOOTWAY, srid=4326))


def test_another_group_of_matters_is_no_double(city):
    report_in("STR2", FOOTWAY)
    assert report_in("MUE1", FOOTWAY).possible_duplicate_of_id is None


def test_private_hidden_and_merged_reports_are_never_offered(city):
    report = report_in("STR2", FOOTWAY)
    assert found(report)
    for visibility in ("private", "hidden"):
        Report.objects.filter(pk=report.pk).update(visibility=visibility)
        assert not found(report)


def test_a_repair_of_last_week_is_offered_one_of_last_spring_is_not(city):
    report, clerk = report_in("STR2", FOOTWAY), make_clerk("tiefbau")
    workflow.move_report(report=report, to=State.RESOLVED, user=clerk, note="Fertig.")
    assert found(report)
    Report.objects.filter(pk=report.pk).update(resolved_at=timezone.now() - dt.timedelta(days=29))
    assert not found(report)


def test_a_bad_position_looks_further_but_not_through_the_whole_quarter(city):
    report = report_in("STR2", FOOTWAY)
    ninety_metres = (FOOTWAY[0] + 0.00128, FOOTWAY[1])
    assert not found(report, ninety_metres)
    assert found(report, ninety_metres, accuracy_m=95)
    assert not found(report, FAR_AWAY, accuracy_m=5_000)


def test_merging_moves_supporters_once_and_redirects(city):
    first, second, clerk = report_in("STR2"), report_in("STR2"), make_clerk("tiefbau")
    merging.support(report=first, key_hash="anna")
    merging.support(report=second, key_hash="anna")
    merging.support(report=second, key_hash="bert")
    stays = merging.merge(report=second, into=first, user=clerk)
    assert stays.pk == first.pk
    assert stored(second).merged_into_id == first.pk
    assert stored(first).supports.count() == 2
    assert stored(first).support_count == 3  # two supporters and the one who reported it too


def test_chains_flatten_and_loops_are_refused(city):
    a, b, c = (report_in("STR2") for _ in range(3))
    clerk = make_clerk("tiefbau")
    merging.merge(report=a, into=b, user=clerk)
    merging.merge(report=b, into=c, user=clerk)
    assert stored(a).merged_into_id == c.pk
    with pytest.raises(DomainError):
        merging.merge(report=c, into=a, user=clerk)
    with pytest.raises(DomainError, match="dieselbe"):
        merging.merge(report=c, into=c, user=clerk)


def test_a_private_report_merges_only_into_a_private_one(city):
    private, public = report_in("STR2"), report_in("STR2")
    clerk = make_clerk("tiefbau")
    workflow.set_visibility(report=private, visibility="private", user=clerk)
    with pytest.raises(DomainError, match="nicht öffentliche"):
        merging.merge(report=private, into=public, user=clerk)


def test_a_merged_report_takes_no_moves(city):
    first, second, clerk = report_in("STR2"), report_in("STR2"), make_clerk("tiefbau")
    merging.merge(report=second, into=first, user=clerk)
    with pytest.raises(workflow.MergedReport, match="zusammengelegt"):
        workflow.move_report(report=second, to=State.ACCEPTED, user=clerk)


def test_one_supporter_counts_once(city):
    report = report_in("STR2")
    assert merging.support(report=report, key_hash="anna") is True
    assert merging.support(report=report, key_hash="anna") is False
    assert stored(report).support_count == 1
