""" "Inhalt melden": two who do not know of each other withhold a piece; a person decides and says why."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import CityRole, Contact
from mangel import noticing, workflow
from mangel.models import Entry, Report
from mangel.tasks import sweep
from photos import release
from photos.models import Photo
from photos.tasks import make_renditions
from tests.api.conftest import REPORTS, problem_fields, sent
from tests.factories import make_clerk, make_user
from tests.own.conftest import Reporter
from tests.pages.conftest import jpeg, text_of
from threads.models import Notice

pytestmark = pytest.mark.django_db
TEXT = "Platte steht hoch."


@pytest.fixture
def shown(client):
    """A report whose text somebody has looked at."""
    reporter = Reporter(client, description=TEXT)
    workflow.accept(report=reporter.report, user=reporter.clerk, public_text=TEXT)
    return reporter


def neighbour(number, **headers):
    """A browser at another connection."""
    return Client(REMOTE_ADDR=f"192.0.2.{number}", headers=headers)


def object_to(reporter, browser, **fields):
    body = {"piece": "text", "reason": "insult"} | fields
    return browser.post(f"{REPORTS}{reporter.number}/notice/", body, content_type="application/json")


def page_of(reporter, piece="text", which=""):
    return f"/meldungen/{reporter.number}/inhalt-melden/?stueck={piece}&was={which}"


def test_the_first_notice_changes_nothing_the_second_of_somebody_else_withholds(shown):
    assert object_to(shown, neighbour(1)).status_code == 201
    assert shown.public()["description"] == TEXT
    assert object_to(shown, neighbour(2)).status_code == 201
    assert shown.public()["description"] is None
    assert shown.public()["text_pending"] is False
    assert TEXT not in shown.public_page()
    assert shown.client.get(f"{REPORTS}?q=Platte+steht").json()["features"] == []


def test_one_person_counts_once_however_often(shown):
    for _again in range(5):
        assert object_to(shown, neighbour(1)).status_code == 201
    assert Notice.objects.count() == 1
    assert shown.public()["description"] == TEXT


def test_a_household_is_one_voice_and_a_forged_header_is_none(shown):
    for device in ("2001:db8:1:2::5", "2001:db8:1:2:ffff::6"):
        object_to(shown, Client(REMOTE_ADDR=device))
    for forged in ("203.0.113.1", "203.0.113.2"):
        object_to(shown, Client(REMOTE_ADDR="2001:db8:1:2::7", headers={"X-Forwarded-For": forged}))
    assert shown.public()["description"] == TEXT
    object_to(shown, Client(REMOTE_ADDR="2001:db8:1:3::5"))
    assert shown.public()["description"] is None


def test_behind_our_own_proxy_its_word_counts(shown, settings):
    settings.MANGEL_TRUSTED_PROXIES = 1
    for told in ("9.9.9.9, 198.51.100.1", "8.8.8.8, 198.51.100.1"):
        object_to(shown, Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": told}))
    assert shown.public()["description"] == TEXT
    object_to(shown, Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "9.9.9.9, 198.51.100.2"}))
    assert shown.public()["description"] is None


def test_the_author_reads_what_happened_and_still_sees_their_text(shown):
    for number in (1, 2):
        object_to(shown, neighbour(number))
    page = text_of(shown.client.get(shown.page_url))
    assert "Mehrere Menschen haben unabhängig voneinander gesagt" in page
    assert TEXT in page
    assert shown.own()["withheld"][0]["outcome"] == "open"


def test_a_single_notice_does_not_worry_the_author(shown):
    object_to(shown, neighbour(1))
    assert shown.own()["withheld"] == []


def test_a_moderator_decides_with_reasons_that_both_sides_read(shown):
    given = [object_to(shown, neighbour(number), words="Das ist mein Name.").json() for number in (1, 2)]
    moderator = Client()
    user = make_user()
    CityRole.objects.create(user=user, role=CityRole.Role.MODERATOR)
    moderator.force_login(user)
    page = text_of(moderator.get("/pruefung/"))
    assert "2 Hinweise" in page
    assert "Das ist mein Name." in page
    assert TEXT in page
    url, form = f"/pruefung/{shown.number}/", {"piece": "text", "verdict": "reject"}
    refused = moderator.post(url, form | {"statement": " "})
    assert refused.status_code == 422
    assert "Bitte begründen" in text_of(refused)
    done = moderator.post(url, form | {"statement": "Es steht kein Name darin."}, follow=True)
    assert "Bleibt öffentlich." in text_of(done)
    assert shown.public()["description"] == TEXT
    told = text_of(Client().get(given[0]["url"]))
    assert "Es steht kein Name darin." in told
    assert "bleibt öffentlich" in told
    assert "Es steht kein Name darin." in shown.page()
    assert user.username not in told + shown.page()
    # A person has looked: many voices do not take it away again.
    for number in (3, 4, 5):
        object_to(shown, neighbour(number))
    assert shown.public()["description"] == TEXT


def test_the_office_in_charge_may_uphold_and_it_stays_away(shown):
    object_to(shown, neighbour(1), reason="private")
    noticing.decide(
        report=shown.report, name="text", upheld=True, statement="Darin stand ein Kennzeichen.", user=shown.clerk
    )
    assert shown.public()["description"] is None
    assert "Darin stand ein Kennzeichen." in shown.page()
    assert shown.own()["withheld"][0]["outcome"] == "upheld"
    assert object_to(shown, neighbour(2)).status_code == 404


@pytest.mark.parametrize("who", ["nobody", "other office"])
def test_others_neither_see_nor_decide(shown, who):
    object_to(shown, neighbour(1))
    browser = Client()
    assert browser.get("/pruefung/").status_code == 302
    assert browser.post(f"/pruefung/{shown.number}/", {"piece": "text"}).status_code == 302
    browser.force_login(make_user() if who == "nobody" else make_clerk("gruen"))
    page = browser.get("/pruefung/")
    assert page.status_code == (403 if who == "nobody" else 200)
    assert TEXT not in page.content.decode()
    form = {"piece": "text", "verdict": "uphold", "statement": "Weg."}
    assert browser.post(f"/pruefung/{shown.number}/", form).status_code == (403 if who == "nobody" else 404)
    assert shown.public()["description"] == TEXT


def test_two_who_decide_at_once_the_second_is_told(shown):
    object_to(shown, neighbour(1))
    clerk = Client()
    clerk.force_login(shown.clerk)
    form = {"piece": "text", "verdict": "uphold", "statement": "Name entfernt."}
    assert clerk.post(f"/pruefung/{shown.number}/", form).status_code == 302
    again = clerk.post(f"/pruefung/{shown.number}/", form)
    assert again.status_code == 409
    assert "jemand anderes entschieden" in text_of(again)


def test_a_photo_that_two_object_to_loses_its_address(shown, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        shown.press("foto", photos=jpeg())
    photo = Photo.objects.get()
    make_renditions(photo.pk)
    photo.refresh_from_db()
    release.show(photo)
    small = shown.public()["photos"][0]["small"]
    path = small.removeprefix("http://testserver")
    assert shown.client.get(path).status_code == 200
    assert "Foto melden" in shown.public_page()
    with django_capture_on_commit_callbacks(execute=True):
        for number in (1, 2):
            assert object_to(shown, neighbour(number), piece="photo", which=small, reason="person").status_code == 201
    assert shown.public()["photos"] == []
    assert shown.client.get(path).status_code == 404
    noticing.decide(
        report=shown.report, name=f"photo:{photo.key}", upheld=False, statement="Niemand zu sehen.", user=shown.clerk
    )
    assert len(shown.public()["photos"]) == 1


def test_a_text_of_the_timeline_can_be_objected_to_by_its_link(shown):
    shown.press("ergaenzen", text="Der Nachbar ist schuld.")
    entry = Entry.objects.get(kind="added")
    workflow.check_text(report=shown.report, seq=entry.seq, user=shown.clerk, show=True)
    assert f"?stueck=note&amp;was={entry.seq}" in shown.public_page()
    assert "Der Nachbar ist schuld." in text_of(shown.client.get(page_of(shown, "note", entry.seq)))
    for number in (1, 2):
        object_to(shown, neighbour(number), piece="note", which=str(entry.seq))
    assert "Nachbar" not in shown.public_page()


def test_without_javascript_one_objects_with_a_form_and_gets_an_address(shown):
    page = shown.client.get(page_of(shown))
    assert TEXT in text_of(page)
    url, form = f"/meldungen/{shown.number}/inhalt-melden/", {"stueck": "text", "was": ""}
    refused = shown.client.post(url, form | {"mail": "kaputt", "words": "Mein Name."})
    assert refused.status_code == 422
    assert "Bitte wählen Sie einen Grund." in text_of(refused)
    assert "Mein Name." in refused.content.decode()
    assert 'href="#id_mail"' in refused.content.decode()
    done = shown.client.post(
        url, form | {"reason": "private", "words": "Mein Name.", "mail": "ich@example.org"}, follow=True
    )
    assert "Danke für Ihren Hinweis." in text_of(done)
    assert Contact.objects.get().purpose == "notice"
    assert "ich@example.org" not in shown.page() + shown.public_page() + done.content.decode()


def test_reading_the_form_gives_no_notice(shown):
    for _scanner in range(3):
        neighbour(_scanner).get(page_of(shown))
    assert Notice.objects.count() == 0


def test_what_is_not_public_cannot_be_objected_to(client, shown):
    waiting = Reporter(client, description="Noch niemand hat es angesehen.")
    assert object_to(waiting, neighbour(1)).status_code == 404
    private = sent(client, category="MUE6", description="Geheim")
    url = f"{REPORTS}{private['public_id']}/notice/"
    answer = neighbour(1).post(url, {"piece": "text", "reason": "other"}, content_type="application/json")
    assert answer.status_code == 404
    assert "Geheim" not in answer.content.decode()
    assert client.get(f"/meldungen/{private['public_id']}/inhalt-melden/?stueck=text").status_code == 404
    for piece, which in (("photo", ""), ("photo", "x" * 22), ("note", "1"), ("note", "-1"), ("note", "x")):
        assert object_to(shown, neighbour(1), piece=piece, which=which).status_code == 404
        assert client.get(page_of(shown, piece, which)).status_code == 404


def test_every_field_says_what_is_wrong_with_it(shown):
    refused = object_to(shown, neighbour(1), piece="soul", reason="mood", mail="x", words="ä" * 1001, colour="red")
    assert refused.status_code == 422
    assert problem_fields(refused) == {"piece", "reason", "mail", "words", "colour"}


def test_who_gave_notice_is_forgotten_after_48_hours(shown):
    object_to(shown, neighbour(1))
    assert Notice.objects.exclude(sender_hash="").exists()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=49)):
        sweep()
        assert not Notice.objects.exclude(sender_hash="").exists()
        # Those forgotten count as one: somebody new makes two.
        object_to(shown, neighbour(2))
        assert shown.public()["description"] is None


def test_what_was_erased_meanwhile_does_not_come_back(shown):
    for number in (1, 2):
        object_to(shown, neighbour(number))
    shown.call("erase", confirm=True)
    clerk = Client()
    clerk.force_login(shown.clerk)
    assert "Inzwischen gelöscht." in text_of(clerk.get("/pruefung/"))
    noticing.decide(report=shown.report, name="text", upheld=False, statement="Schon weg.", user=shown.clerk)
    assert shown.public()["description"] is None


def test_waiting_texts_are_looked_at_on_the_same_page(shown):
    shown.press("ergaenzen", text="Immer noch da.")
    clerk = Client()
    clerk.force_login(shown.clerk)
    assert "Immer noch da." in text_of(clerk.get("/pruefung/"))
    seq = Entry.objects.get(kind="added").seq
    assert clerk.get(f"/pruefung/{shown.number}/text/{seq}/").status_code == 405
    assert clerk.post(f"/pruefung/{shown.number}/text/{seq}/", {"show": "yes"}).status_code == 302
    assert "Immer noch da." in shown.public_page()
    again = clerk.post(f"/pruefung/{shown.number}/text/{seq}/", {"show": "no"}, follow=True)
    assert "inzwischen jemand anderes" in text_of(again)
    assert "Immer noch da." in shown.public_page()


def test_the_page_of_a_notice_tells_nothing_of_a_report_that_went(shown):
    url = object_to(shown, neighbour(1)).json()["url"]
    Report.objects.update(visibility="private")
    page = text_of(Client().get(url))
    assert shown.report.spoken_id not in page.replace("\u202f", " ")
    assert TEXT not in page
