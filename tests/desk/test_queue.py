"""The queue: what lies here, by due, in ten SQL at most."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from mangel import workflow
from mangel.desk.due import due_words
from mangel.models import Report
from mangel.states import State
from tests.desk.conftest import bring, jpeg, render_all
from tests.factories import FOOTWAY, PARK_BENCH, make_clerk, report_in

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


def numbers_in(answer) -> list[str]:
    """The listed reports in order."""
    return [row.report.public_id for row in answer.context["rows"]]


def due(report, **fields):
    Report.objects.filter(pk=report.pk).update(**fields)
    return report


def sql_of(browser, address) -> int:
    browser.get(address)  # catalogue and zones are read once per process
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_the_queue_takes_ten_sql_however_much_lies_there(desk, clerk, city):
    report_in("STR2", FOOTWAY)
    few = {view: sql_of(desk, f"/dienst/?ansicht={view}") for view in ("sichten", "faellig", "in-arbeit")}
    for _ in range(30):
        report_in("STR2", FOOTWAY, description="Platte")
    for report in Report.objects.all()[:10]:
        workflow.move_report(report=report, to=State.IN_PROGRESS, user=clerk)
    many = {view: sql_of(desk, f"/dienst/?ansicht={view}") for view in few}
    assert many["sichten"] == few["sichten"]
    narrowed = sql_of(desk, "/dienst/?ansicht=sichten&q=Platte&kategorie=STR&ortsteil=x")
    assert max(*many.values(), narrowed) <= 10


def test_hazards_come_first_then_the_earliest_due_then_those_without(desk, city):
    now = timezone.now()
    later = due(report_in("STR2"), react_due_at=now + dt.timedelta(hours=9), done_due_at=None)
    soon = due(report_in("STR2"), react_due_at=now + dt.timedelta(hours=1))
    never = due(report_in("STR2"), react_due_at=None, done_due_at=None)
    danger = due(report_in("STR2"), react_due_at=now + dt.timedelta(days=9), hazard=True)
    answer = desk.get("/dienst/?ansicht=sichten")
    assert numbers_in(answer) == [r.public_id for r in (danger, soon, later, never)]


def test_due_means_until_tonight_and_what_lies_with_others_is_not_ours(client, clerk, city):
    now = timezone.now()
    late = due(report_in("STR2"), react_due_at=now - dt.timedelta(days=3))
    due(report_in("STR2"), react_due_at=now + dt.timedelta(days=3))
    forwarded = bring(report_in("STR2"), State.FORWARDED, clerk)
    due(forwarded, done_due_at=now - dt.timedelta(days=3))
    client.force_login(clerk)
    assert numbers_in(client.get("/dienst/")) == [late.public_id]
    client.force_login(make_clerk("zentral"))
    assert numbers_in(client.get("/dienst/")) == []
    page = client.get("/dienst/?ansicht=weitergeleitet")
    assert numbers_in(page) == [forwarded.public_id]
    assert "due-late" not in page.content.decode()


def test_the_chips_count_what_is_behind_them(desk, clerk, city):
    for state in (State.RECEIVED, State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS, State.RESOLVED, State.DECLINED):
        bring(report_in("STR2"), state, clerk)
    for view, number in {"sichten": 2, "in-arbeit": 2, "weitergeleitet": 0, "abgeschlossen": 2}.items():
        answer = desk.get(f"/dienst/?ansicht={view}")
        chip = next(c for c in answer.context["chips"] if c["current"])
        assert (chip["count"], len(numbers_in(answer))) == (number, number), view


def test_a_photo_that_came_later_calls_for_another_look(desk, clerk, city, media):
    report = report_in("STR2", photos=[jpeg()])
    workflow.accept(report=report, user=clerk)
    assert numbers_in(desk.get("/dienst/?ansicht=sichten")) == []
    render_all()
    answer = desk.get("/dienst/?ansicht=sichten")
    assert numbers_in(answer) == [report.public_id]
    assert "neues Foto" in answer.content.decode()


def test_the_list_is_narrowed_by_group_leaf_district_and_words(desk, city):
    step = report_in("STR2", description="Platte wackelt")
    bollard = report_in("VKE8", description="Schild ist weg")
    for query, found in {
        "kategorie=STR2": {step},
        f"kategorie={step.category.parent.code}": {step},
        "kategorie=VKE8": {bollard},
        "kategorie=XXX": set(),
        f"ortsteil={step.district_code}": {step, bollard},
        "ortsteil=nirgends": set(),
        "q=WACKELT": {step},
        "q=100%25": set(),
    }.items():
        listed = numbers_in(desk.get(f"/dienst/?ansicht=sichten&{query}"))
        assert set(listed) == {r.public_id for r in found}, query


def test_a_number_typed_in_threes_or_plain_opens_the_report(desk, report):
    for typed in (report.public_id, f"{report.public_id[:3]} {report.public_id[3:6]} {report.public_id[6:]}"):
        assert desk.get("/dienst/", {"q": typed})["Location"] == f"/dienst/meldung/{report.public_id}/"


def test_a_number_of_another_desk_says_so(desk, city):
    bench = report_in("MUE1", PARK_BENCH)
    answer = desk.get("/dienst/", {"q": bench.public_id}, follow=True)
    assert "liegt nicht an diesem Schreibtisch" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    ["seite=99999999999", "seite=-1", "seite=²", "seite=1e9", "ansicht=%00", "q=%00", "kategorie=%00", "meldung=%00",
     "seite=" + "9" * 5000, "q=" + "x" * 5000, "ortsteil=%FF%FE"],
)  # fmt: skip
def test_a_mistyped_address_still_shows_the_desk(desk, report, query):
    assert desk.get(f"/dienst/?{query}").status_code == 200


def test_pages_of_fifty(desk, city, monkeypatch):
    monkeypatch.setattr("mangel.desk.queue.PAGE", 2)
    reports = {report_in("STR2").public_id for _ in range(5)}
    listed = [numbers_in(desk.get(f"/dienst/?ansicht=sichten&seite={page}")) for page in (1, 2, 3, 4)]
    assert [len(page) for page in listed] == [2, 2, 1, 0]
    assert {number for page in listed for number in page} == reports


@pytest.mark.parametrize(
    ("at", "words", "late"),
    [
        ("2026-11-23T16:00", "heute 16:00", False),
        ("2026-11-23T08:00", "heute 08:00", True),
        ("2026-11-24T09:00", "morgen", False),
        ("2026-11-22T09:00", "seit gestern", True),
        ("2026-11-20T09:00", "seit 3 Tagen", True),
        ("2026-11-25T09:00", "25. Nov.", False),
        ("2026-10-01T09:00", "1. Okt.", True),
        ("2027-03-02T09:00", "2. März 2027", False),
    ],
)
def test_due_dates_are_said_as_people_say_them(at, words, late):
    now = dt.datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
    with translation.override("de"):
        due = due_words(dt.datetime.fromisoformat(at).replace(tzinfo=BERLIN), now, BERLIN)
    assert (due.words, due.late) == (words, late)


# --- Sichten --------------------------------------------------------------------------------------------------------


def test_sichten_opens_the_next_after_each_decision_until_all_is_seen(desk, act, city):
    first, second = report_in("STR2"), report_in("STR2")
    for expected in (first, second):
        answer = desk.get("/dienst/sichten/")
        assert answer.context["report"].public_id == expected.public_id
        assert act(expected, "uebernehmen", modus="sichten")["Location"] == "/dienst/sichten/"
    assert "Alles gesichtet" in desk.get("/dienst/sichten/").content.decode()


def test_spaeter_brings_the_next_and_the_put_off_one_comes_back(desk, city):
    first, second = report_in("STR2"), report_in("STR2")
    desk.post(f"/dienst/sichten/{first.public_id}/spaeter/")
    assert desk.get("/dienst/sichten/").context["report"] == second
    desk.post(f"/dienst/sichten/{second.public_id}/spaeter/")
    assert "auf später gelegt" in desk.get("/dienst/sichten/").content.decode()
    desk.post("/dienst/sichten/nochmal/")
    assert desk.get("/dienst/sichten/").context["report"] == first


def test_an_error_in_sichten_stays_on_the_same_report(report, act):
    answer = act(report, "keine-massnahme", modus="sichten", note="")
    assert answer.status_code == 422
    assert answer.context["report"] == report
    assert answer.context["triage"]


def test_a_possible_double_is_shown_beside(desk, city, media):
    first = report_in("STR2", FOOTWAY, photos=[jpeg()])
    render_all()
    second = report_in("STR2", FOOTWAY)
    page = desk.get(f"/dienst/sichten/{second.public_id}/").content.decode()
    assert "Vielleicht doppelt" in page
    assert f"/dienst/meldung/{first.public_id}/" in page


def test_an_unclear_place_names_who_else_was_possible(client, city):
    report = report_in("MUE1", PARK_BENCH, accuracy_m="400")
    client.force_login(make_clerk("zentral"))
    page = client.get(f"/dienst/meldung/{report.public_id}/").content.decode()
    assert "Möglich sind" in page
    assert "Klassik Stiftung" in page
