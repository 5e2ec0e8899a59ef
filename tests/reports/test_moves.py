"""What the desk may do with a report, and what it must say."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mangel import rerouting, timeline, workflow
from mangel.models import DeclinedReason, Entry, Office
from mangel.states import FINISHED, MOVES, IllegalTransition, NoteRequired, State
from pwa.errors import DomainError
from tests.factories import FOOTWAY, PARK_BENCH, make_clerk, report_in, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(city):
    return make_clerk("tiefbau")


@pytest.fixture
def report(city):
    return report_in("STR2", FOOTWAY)


def reason(code="nothing_found"):
    return DeclinedReason.objects.get(code=code)


def test_declining_a_report_needs_a_reason_and_a_sentence(clerk, report):
    with pytest.raises(NoteRequired, match="Grund"):
        workflow.move_report(report=report, to=State.DECLINED, user=clerk, note="Da war nichts.")
    with pytest.raises(NoteRequired, match="begründen"):
        workflow.move_report(report=report, to=State.DECLINED, user=clerk, declined_reason=reason())
    assert stored(report).state == State.RECEIVED


def test_done_without_a_photo_needs_a_sentence(clerk, report):
    with pytest.raises(NoteRequired, match="begründen"):
        workflow.move_report(report=report, to=State.RESOLVED, user=clerk)
    workflow.move_report(report=report, to=State.RESOLVED, user=clerk, with_photo=True)
    done = stored(report)
    assert done.state == State.RESOLVED
    assert done.resolved_at is not None


def test_a_clerk_of_another_office_may_not_touch_it(report):
    with pytest.raises(PermissionDenied):
        workflow.move_report(report=report, to=State.ACCEPTED, user=make_clerk("gruen"))
    assert stored(report).state == State.RECEIVED


def test_central_intake_minds_the_foundations_reports(city):
    bench = report_in("GRU4", PARK_BENCH)
    forwarded = rerouting.forward(report=bench, user=make_clerk("zentral"))
    assert (forwarded.state, forwarded.office.code) == (State.FORWARDED, "klassik")


def test_a_report_of_the_city_is_not_forwarded_but_rerouted(clerk, report):
    with pytest.raises(IllegalTransition, match="umleiten"):
        rerouting.forward(report=report, user=clerk)


def test_rerouting_makes_a_new_decision_and_starts_anew(clerk, report):
    workflow.move_report(report=report, to=State.ACCEPTED, user=clerk)
    rerouting.reroute(report=report, office=Office.objects.get(code="gruen"), user=clerk, why="Es ist ein Parkweg.")
    rerouted = stored(report)
    assert (rerouted.office.code, rerouted.state) == ("gruen", State.RECEIVED)
    newest = report.decisions.order_by("-seq").first()
    assert (newest.made_by, newest.why, newest.office.code) == ("user", "Es ist ein Parkweg.", "gruen")


def test_rerouting_needs_a_why(clerk, report):
    with pytest.raises(NoteRequired):
        rerouting.reroute(report=report, office=Office.objects.get(code="gruen"), user=clerk, why="  ")


def test_only_somebody_else_looks_again_at_what_was_declined(clerk, report):
    workflow.move_report(
        report=report, to=State.DECLINED, user=clerk, note="Nichts zu sehen.", declined_reason=reason()
    )
    with pytest.raises(IllegalTransition, match="andere Person"):
        workflow.move_report(report=report, to=State.ACCEPTED, user=clerk, note="Doch.")
    colleague = make_clerk("tiefbau")
    assert workflow.move_report(report=report, to=State.ACCEPTED, user=colleague, note="Doch.").reopened == 1


def test_a_stale_form_changes_nothing(clerk, report):
    seen = Entry.objects.filter(report=report).count()
    workflow.move_report(report=report, to=State.ACCEPTED, user=clerk, seen_seq=seen)
    with pytest.raises(workflow.StaleForm, match="Inzwischen"):
        workflow.move_report(report=report, to=State.IN_PROGRESS, user=clerk, seen_seq=seen)
    assert stored(report).state == State.ACCEPTED


def test_moving_the_pin_into_the_park_makes_the_foundation_responsible(city):
    bench = report_in("GRU4", FOOTWAY)
    assert bench.office.code == "gruen"
    rerouting.relocate(report=bench, lon=PARK_BENCH[0], lat=PARK_BENCH[1], user=make_clerk("gruen"))
    moved = stored(bench)
    assert moved.office.code == "klassik"
    assert bench.decisions.count() == 2


def test_changing_the_matter_decides_again_and_drops_answers_nobody_asks(clerk, city):
    from mangel.models import Category

    report = report_in("STR1", FOOTWAY, answers={"tiefe": "flach"})
    rerouting.recategorise(report=report, category=Category.objects.get(code="GRU3"), user=clerk)
    changed = stored(report)
    assert (changed.category.code, changed.office.code, changed.answers) == ("GRU3", "kommunalservice", {})


def test_a_matter_that_is_private_by_default_closes_a_public_report_until_staff_opens_it(city):
    from mangel.models import Category

    clerk = make_clerk("zentral")
    report = report_in("SON3", FOOTWAY, description="Der Beamte am Schalter war unfreundlich")
    assert report.visibility == "public"
    rerouting.recategorise(report=report, category=Category.objects.get(code="BAR3"), user=clerk)
    assert stored(report).visibility == "private"
    workflow.set_visibility(report=report, visibility="public", user=clerk)
    rerouting.recategorise(report=report, category=Category.objects.get(code="BAR3"), user=clerk)
    assert stored(report).visibility == "public"


def test_a_matter_that_is_never_public_cannot_be_opened(city):
    report = report_in("FAH1", FOOTWAY)
    assert report.visibility == "private"
    with pytest.raises(DomainError, match="nie öffentlich"):
        workflow.set_visibility(report=report, visibility="public", user=make_clerk("ordnung"))


def test_accepting_releases_the_text_a_person_has_looked_at(clerk, city):
    report = report_in("STR2", FOOTWAY, description="Platte locker, Herr Müller ist gestürzt")
    assert stored(report).shown_text == ""
    workflow.accept(report=report, user=clerk, public_text="Platte locker")
    accepted = stored(report)
    assert (accepted.state, accepted.shown_text) == (State.ACCEPTED, "Platte locker")
    assert accepted.description.endswith("gestürzt")


def test_state_and_office_are_always_derivable_from_the_timeline(city):
    """Random days at the desk: whatever is tried, rows and timeline agree and only the table's moves happen."""
    people = {code: make_clerk(code) for code in ("tiefbau", "gruen", "zentral", "kommunalservice")}
    offices = [Office.objects.get(code=code) for code in ("tiefbau", "gruen", "klassik", "kommunalservice")]
    steps = st.lists(
        st.tuples(st.sampled_from([*State, "reroute", "forward"]), st.integers(0, 3), st.booleans()), max_size=12
    )

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def a_day(day):
        report = report_in("STR2", FOOTWAY)
        for step, number, talkative in day:
            actor = people.get(stored(report).office_in_charge.code, people["zentral"])
            note = "Wie besprochen." if talkative else ""
            before = stored(report).state
            try:
                if step == "reroute":
                    rerouting.reroute(report=report, office=offices[number], user=actor, why=note)
                elif step == "forward":
                    rerouting.forward(report=report, user=actor, office=offices[number], why=note)
                else:
                    because = reason() if step == State.DECLINED else None
                    workflow.move_report(report=report, to=step, user=actor, note=note, declined_reason=because)
            except DomainError:
                assert stored(report).state == before
        now, entries = stored(report), list(report.entries.order_by("seq"))
        assert timeline.state_from(entries) == now.state
        assert report.decisions.order_by("-seq").first().office_id == now.office_id
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        moves = [(entry.old, entry.new) for entry in entries if entry.kind == Entry.Kind.MOVED]
        assert set(moves) <= set(MOVES)
        assert (now.resolved_at is not None) == (now.state in FINISHED)

    a_day()
