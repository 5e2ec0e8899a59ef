"""What a resident may do with their own report, and what not any more."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from mangel import merging, timeline, workflow
from mangel.models import Entry, EntryText, Report
from mangel.states import IllegalTransition, State
from notifications.models import Event
from photos.models import Photo
from tests.api.conftest import REPORTS, problem_fields, report_of, sent
from tests.factories import FOOTWAY, PARK_BENCH, make_clerk
from tests.own.conftest import Reporter
from tests.pages.conftest import jpeg, text_of

pytestmark = pytest.mark.django_db


def ask(reporter, text="Vor welchem Haus genau?"):
    workflow.ask(report=reporter.report, user=reporter.clerk, text=text)


# --- the office's question -------------------------------------------------------------------------------------------


def test_the_office_asks_and_the_reporter_answers_on_their_page(reporter):
    ask(reporter)
    assert "Vor welchem Haus genau?" in text_of(reporter.client.get(reporter.page_url))
    assert "Vor welchem Haus genau?" not in reporter.public_page()
    assert reporter.public()["waiting"]["kind"] == "question"
    page = reporter.press("antworten", text="Vor Nummer 12.")
    assert "Ihre Antwort ist angekommen" in text_of(page)
    assert "Vor Nummer 12." in text_of(page)
    assert reporter.report.waiting == ""
    assert "Vor Nummer 12." not in reporter.public_page()
    entry = Entry.objects.get(report=reporter.report, kind="answered")
    assert (entry.actor_role, entry.written.text) == ("reporter", "Vor Nummer 12.")
    assert Event.objects.filter(kind="report_answered", entry_seq=entry.seq).exists()


def test_an_answer_that_is_sent_twice_is_one_answer(reporter):
    ask(reporter)
    assert reporter.own()["question"]["text"] == "Vor welchem Haus genau?"
    assert [reporter.call("answers", text="Nummer 12").status_code for _try in "ab"] == [200, 200]
    assert Entry.objects.filter(kind="answered").count() == 1
    assert reporter.own()["question"] is None


def test_without_a_question_there_is_nothing_to_answer(reporter):
    refused = reporter.call("answers", text="Hallo?")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_possible")
    assert "ergänzen" in refused.json()["title"]


def test_only_the_office_in_charge_asks_and_only_while_it_is_open(reporter):
    with pytest.raises(PermissionDenied):
        workflow.ask(report=reporter.report, user=make_clerk("gruen"), text="Was?")
    reporter.moved(State.RESOLVED)
    with pytest.raises(IllegalTransition):
        ask(reporter)


# --- a sentence, a photo ---------------------------------------------------------------------------------------------


def test_a_sentence_is_public_once_a_person_has_looked(reporter):
    page = reporter.press("ergaenzen", text="Heute ist jemand gestolpert.")
    assert "Heute ist jemand gestolpert." in text_of(page)
    assert "gestolpert" not in reporter.public_page()
    entry = Entry.objects.get(report=reporter.report, kind="added")
    workflow.check_text(report=reporter.report, seq=entry.seq, user=reporter.clerk, show=True)
    assert "gestolpert" in reporter.public_page()


def test_a_sentence_about_a_matter_that_shows_no_text_never_becomes_public(client):
    reporter = Reporter(client, category="GRU2", at=FOOTWAY)
    Report.objects.filter(pk=reporter.report.pk).update(visibility="public")
    reporter.report.category.__class__.objects.filter(code="GRU2").update(text_policy="never")
    assert reporter.call("sentences", text="Beim Nachbarn Müller").status_code == 200
    assert not Entry.objects.get(report=reporter.report, kind="added").public
    assert "Müller" not in reporter.public_page()


def test_the_same_sentence_sent_twice_is_one_and_too_many_are_refused(reporter):
    for _try in "ab":
        assert reporter.call("sentences", text="Immer noch da.").status_code == 200
    assert Entry.objects.filter(kind="added").count() == 1
    for number in range(30):
        answer = reporter.call("sentences", text=f"Und noch etwas: {number}")
    assert answer.status_code == 409
    assert "rufen Sie uns an" in answer.json()["title"]


@pytest.mark.parametrize(("text", "sentence"), [("  ", "Bitte schreiben Sie"), ("ä" * 2001, "Das sind 2001 Zeichen")])
def test_what_cannot_be_taken_says_so_beside_its_field_and_is_not_lost(reporter, text, sentence):
    page = reporter.press("ergaenzen", text=text)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert 'href="#id_ergaenzen_text"' in page.content.decode()
    assert f">{text}</textarea>" in page.content.decode()
    assert problem_fields(reporter.call("sentences", text=text)) == {"text"}


def test_a_photo_can_follow_without_javascript(reporter):
    page = reporter.press("foto", photos=jpeg())
    assert "das Foto ist angekommen" in text_of(page)
    assert Photo.objects.filter(thing=reporter.report.thing).count() == 1
    assert reporter.press("foto").status_code == 422


# --- correcting ------------------------------------------------------------------------------------------------------


def test_another_place_decides_anew_who_is_responsible(client):
    reporter = Reporter(client, category="GRU4", description="Bank kaputt")
    assert reporter.report.office.code == "gruen"
    answer = reporter.call("correct", lon=PARK_BENCH[0], lat=PARK_BENCH[1])
    assert answer.status_code == 200
    assert answer.json()["properties"]["office"]["code"] == "klassik"
    assert reporter.report.decisions.count() == 2
    assert reporter.report.description == "Bank kaputt"
    assert "Ort berichtigt" in reporter.public_page()


def test_another_matter_decides_anew_and_a_new_text_waits_for_a_look(reporter):
    report = reporter.report
    workflow.release(report=report, user=reporter.clerk, public_text="Platte steht hoch.")
    assert reporter.public()["description"] == "Platte steht hoch."
    page = reporter.press("berichtigen", category="GRU3", description="Es ist eine Wurzel.", place_hint="links")
    assert "wir haben es berichtigt" in text_of(page)
    mended = reporter.report
    assert (mended.category.code, mended.office.code) == ("GRU3", "kommunalservice")
    assert (mended.description, mended.place_hint, mended.shown_text) == ("Es ist eine Wurzel.", "links", "")
    assert mended.point is not None
    assert reporter.public()["text_pending"] is True


def test_a_matter_that_is_private_takes_the_report_from_the_public(reporter):
    assert reporter.call("correct", category="MUE6").status_code == 200
    assert reporter.report.visibility == "private"
    assert reporter.client.get(f"{REPORTS}{reporter.number}/").status_code == 404


def test_an_address_nobody_knows_keeps_the_spot_that_was_told(reporter):
    spot = reporter.report.point
    assert spot is not None
    reporter.press("berichtigen", description="Platte steht hoch.", address="Hinter der alten Mühle, links")
    report = reporter.report
    assert report.address == "Hinter der alten Mühle, links"
    assert report.point == spot


def test_danger_that_is_told_later_counts(reporter):
    assert not reporter.report.hazard
    reporter.call("correct", description="Da hängt ein Kabel.")
    assert reporter.report.hazard


def test_once_the_office_has_begun_nothing_is_corrected_but_added(reporter):
    reporter.moved(State.ACCEPTED)
    refused = reporter.call("correct", description="Doch nicht.")
    assert refused.status_code == 409
    assert "ergänzen" in refused.json()["title"]
    assert reporter.report.description == "Platte steht hoch."
    assert "correct" not in reporter.own()["possible"]
    assert "Angaben berichtigen" not in reporter.page()


def test_a_correction_names_every_field_that_needs_mending(reporter):
    refused = reporter.call("correct", category="XXX", lon=200, lat=1, colour="red")
    assert refused.status_code == 422
    assert problem_fields(refused) == {"colour"}
    refused = reporter.call("correct", category="XXX", lon=200, lat=1)
    assert problem_fields(refused) == {"category", "lon"}
    page = reporter.press("berichtigen", category="STR2", description="x" * 5000)
    assert page.status_code == 422
    assert "x" * 5000 in page.content.decode()
    assert 'id="id_berichtigen_description_error"' in page.content.decode()


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_what_nobody_has_begun_with_leaves_the_public_when_it_is_withdrawn(reporter):
    page = reporter.press("zurueckziehen")
    assert "zurückgezogen und nicht mehr öffentlich" in text_of(page)
    report = reporter.report
    assert (report.state, report.declined_reason.code, report.visibility) == ("declined", "withdrawn", "hidden")
    assert reporter.client.get(f"{REPORTS}{reporter.number}/").status_code == 410
    assert reporter.client.get(f"/meldungen/{reporter.number}/").status_code == 410
    assert timeline.state_from(list(report.entries.order_by("seq"))) == "declined"
    assert reporter.call("withdraw").status_code == 200  # the answer was lost: said again
    assert reporter.own()["possible"] == ["erase"]


def test_what_others_need_stays_and_the_office_is_told(reporter):
    reporter.client.post(f"{REPORTS}{reporter.number}/support/", {"supporter_key": "k" * 20})
    page = reporter.press("zurueckziehen", note="Ich ziehe weg.")
    assert "der zuständigen Stelle gesagt" in text_of(page)
    assert (reporter.report.state, reporter.report.visibility) == ("received", "public")
    assert "Ich ziehe weg." not in reporter.public_page()
    assert EntryText.objects.get(entry__kind="unwanted").text == "Ich ziehe weg."


def test_work_that_has_begun_is_not_undone_by_withdrawing(reporter):
    reporter.moved(State.IN_PROGRESS)
    assert reporter.call("withdraw", note="").json()["properties"]["state"] == "in_progress"
    assert Entry.objects.filter(kind="unwanted").count() == 1


# --- done? not done --------------------------------------------------------------------------------------------------


def test_done_is_disputed_once_and_then_before_the_lead(reporter):
    reporter.moved(State.RESOLVED)
    assert "Wieder öffnen" in reporter.page()
    page = reporter.press("wieder-oeffnen", note="Die Platte wackelt noch.")
    assert "Ihre Meldung ist wieder offen" in text_of(page)
    report = reporter.report
    assert (report.state, report.reopened, report.resolved_at) == ("accepted", 1, None)
    assert "Wieder geöffnet" in reporter.public_page()
    assert "wackelt" not in reporter.public_page()  # nobody has looked at it yet
    reporter.moved(State.RESOLVED)
    page = reporter.press("wieder-oeffnen", note="Sie wackelt immer noch.")
    assert "Jetzt sieht es sich die Leitung an." in text_of(page)
    assert (reporter.report.state, reporter.report.lead_asked_at is not None) == ("resolved", True)
    refused = reporter.call("reopen", note="Hallo?")
    assert refused.status_code == 409
    assert "liegt schon bei der Leitung" in refused.json()["title"]
    desk = Client()
    desk.force_login(reporter.clerk)
    assert "an die Leitung" in text_of(desk.get("/dienst/?ansicht=abgeschlossen"))
    reporter.moved(State.ACCEPTED)
    assert reporter.report.lead_asked_at is None


def test_an_answer_that_got_lost_does_not_ask_the_lead(reporter):
    reporter.moved(State.RESOLVED)
    for _try in "abc":
        assert reporter.call("reopen", note="Wackelt noch.").json()["properties"]["state"] == "accepted"
    assert reporter.report.lead_asked_at is None


def test_after_28_days_it_is_a_new_report(reporter):
    reporter.moved(State.RESOLVED)
    with time_machine.travel(timezone.now() + dt.timedelta(days=28, minutes=1)):
        assert reporter.own()["possible"] == ["erase"]
        refused = reporter.call("reopen", note="Wackelt.")
        assert refused.status_code == 409
        assert "28 Tage" in refused.json()["title"]
    with time_machine.travel(timezone.now() + dt.timedelta(days=27, hours=23)):
        assert reporter.call("reopen", note="Wackelt.").status_code == 200


def test_reopening_needs_a_sentence(reporter):
    reporter.moved(State.RESOLVED)
    assert problem_fields(reporter.call("reopen", note=" ")) == {"note"}
    assert reporter.report.state == "resolved"


def test_no_action_is_looked_at_again_once_and_by_somebody_else(reporter):
    first = reporter.clerk
    reporter.moved(State.DECLINED, by=first)
    assert "Noch einmal prüfen lassen" in reporter.page()
    assert reporter.call("reopen", note="Doch, da ist es.").json()["properties"]["state"] == "accepted"
    with pytest.raises(IllegalTransition, match="andere Person"):
        reporter.moved(State.DECLINED, by=first)
    reporter.moved(State.DECLINED)
    refused = reporter.call("reopen", note="Trotzdem.")
    assert refused.status_code == 409
    assert "noch einmal geprüft" in refused.json()["title"]


def test_a_withdrawn_report_is_not_looked_at_again(reporter):
    reporter.call("withdraw")
    refused = reporter.call("reopen", note="Doch wieder.")
    assert refused.status_code == 409
    assert "haben Sie zurückgezogen" in refused.json()["title"]


def test_what_is_open_does_not_open_again(reporter):
    refused = reporter.call("reopen", note="Macht schneller.")
    assert refused.status_code == 409
    assert "ergänzen" in refused.json()["title"]


# --- merged, strangers, reading --------------------------------------------------------------------------------------


def test_a_merged_report_says_where_it_goes_on(client, reporter):
    other = sent(client)
    merging.merge(report=reporter.report, into=report_of(other), user=reporter.clerk)
    for verb, body in (("sentences", {"text": "x"}), ("reopen", {"note": "x"}), ("withdraw", {})):
        refused = reporter.call(verb, **body)
        assert refused.status_code == 409
        assert "zusammengelegt" in refused.json()["title"]
    assert reporter.own()["possible"] == ["erase"]


VERBS = ["answers", "sentences", "reopen", "withdraw", "correct", "erase"]
DEEDS = ["antworten", "ergaenzen", "foto", "berichtigen", "wieder-oeffnen", "zurueckziehen", "kontakt", "loeschen"]


@pytest.mark.parametrize("verb", VERBS)
def test_without_the_code_nobody_does_anything(reporter, verb):
    url = f"{REPORTS}{reporter.number}/{verb}/"
    body = {"text": "x", "note": "x", "confirm": True, "description": "x"}
    assert reporter.client.post(url, body, content_type="application/json").status_code == 401
    wrong = {"Authorization": "Tracking 0000-0000-0000-0000"}
    assert reporter.client.post(url, body, content_type="application/json", headers=wrong).status_code == 404
    assert reporter.report.description == "Platte steht hoch."


@pytest.mark.parametrize("deed", DEEDS)
def test_reading_an_address_changes_nothing(reporter, deed):
    before = Entry.objects.count()
    refused = reporter.client.get(f"{reporter.page_url}{deed}/")
    assert (refused.status_code, refused["Allow"], refused["Cache-Control"]) == (405, "POST", "no-store")
    assert f'href="{reporter.page_url}"' in refused.content.decode()
    wrong = f"/verfolgen/{reporter.number}/0000000000000000/{deed}/"
    assert reporter.client.post(wrong, {"text": "x", "note": "x", "confirm": "yes"}).status_code == 404
    assert Entry.objects.count() == before


def test_pages_with_the_code_are_kept_nowhere(reporter):
    for answer in (
        reporter.client.get(reporter.page_url),
        reporter.client.post(f"{reporter.page_url}ergaenzen/", {"text": ""}),
        reporter.client.post(f"{reporter.page_url}ergaenzen/", {"text": "Noch da."}),
        reporter.client.get(f"{reporter.page_url}daten/"),
    ):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


# --- "Sollen wir Ihnen Bescheid geben?" ------------------------------------------------------------------------------


def test_after_sending_one_may_say_how_to_be_reached_and_it_stays_with_the_office(reporter):
    thanks = reporter.client.get(f"{reporter.page_url}?angekommen=1")
    assert "Sollen wir Ihnen Bescheid geben?" in text_of(thanks)
    page = reporter.press("kontakt", channel="mail", mail="kaputt")
    assert page.status_code == 422
    assert 'href="#id_kontakt_mail"' in page.content.decode()
    assert 'value="kaputt"' in page.content.decode()
    assert reporter.press("kontakt", channel="call").status_code == 422
    page = reporter.press("kontakt", channel="mail", mail="ich@example.org")
    assert "wir geben Ihnen Bescheid" in text_of(page)
    assert reporter.report.contact.mail == "ich@example.org"
    assert "ich@example.org" not in reporter.public_page()
