"""The app on a phone without network: what is there, what waits, what arrives, what is forgotten."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench._device import FOOTWAY, cached, compose, install, kept, send
from mangel.models import Report, Submission
from mangel.states import Visibility
from photos.models import Photo
from pwa import app_settings
from tests.browser.conftest import sideways, too_small, violations
from tests.factories import report_in
from tests.pages.conftest import jpeg

PHOTO = jpeg().read()
FILE = {"name": "platte.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}
STAFF_ONLY = ("/dienst/", "/verwaltung/", "/anmelden/", "/verfolgen/")


@pytest.fixture
def phone(visitor) -> Page:
    """A phone with the app on it, which knows where it is."""
    page = visitor.page(at=FOOTWAY, service_workers="allow")
    install(page)
    return page


def offline(page: Page, away: bool = True) -> None:
    page.context.set_offline(away)


def strip(page: Page):
    return page.locator("[data-strips]")


def test_start_form_outbox_and_own_reports_open_without_network(phone):
    offline(phone)
    for path, heading in {
        "/": "Was ist kaputt?",
        "/melden/": "Haben Sie ein Foto?",
        "/melden/?category=STR1": "Haben Sie ein Foto?",
        "/melden/ausgang/": "Ausgang",
        "/meine/": "Meine Meldungen",
        "/statistik/": "Kein Netz",
        "/dienst/": "Kein Netz",
    }.items():
        phone.goto(path)
        expect(phone.locator("h1:visible")).to_have_text(heading)
        assert violations(phone) == [], path
        assert sideways(phone) == 0
        assert too_small(phone) == []
    phone.goto("/")
    expect(strip(phone)).to_contain_text("Kein Netz. Stand von")


def test_a_report_composed_offline_waits_and_arrives_with_its_photo(phone):
    offline(phone)
    compose(phone, FILE)
    send(phone)
    expect(phone.locator("h1:visible")).to_have_text("Liegt im Ausgang")
    phone.goto("/melden/ausgang/")
    card = phone.locator("[data-item]")
    expect(card).to_contain_text("Wartet")
    expect(card).to_contain_text("Gehweg")
    expect(card.locator("img")).to_be_visible()
    assert violations(phone) == []
    assert too_small(phone) == []
    phone.goto("/")
    expect(strip(phone)).to_contain_text("1 Meldung wartet noch auf das Senden.")
    assert Report.objects.count() == 0
    offline(phone, False)
    expect(strip(phone).locator("[data-waiting]")).to_have_count(0)
    report = Submission.objects.get().report
    phone.goto("/meine/")
    own = phone.locator(f"[data-mine='{report.public_id}']")
    expect(own).to_contain_text("Eingegangen")
    expect(own).to_contain_text("Gehweg")
    assert violations(phone) == []
    phone.wait_for_function("async () => (await indexedDB.databases()).length > 0")
    assert [photo.sha256 for photo in Photo.objects.filter(thing=report.thing)] == [hashlib.sha256(PHOTO).hexdigest()]


def test_what_arrived_leaves_number_and_link_on_the_device(phone):
    compose(phone, FILE)
    phone.fill("[data-step=summary] textarea", "Die Platte vor dem Haus Nr. 7 ist gebrochen.")
    send(phone)
    phone.wait_for_url("**/verfolgen/**")
    report = Report.objects.get()
    phone.goto("/meine/")
    expect(phone.locator("[data-mine]")).to_contain_text("Eingegangen")
    phone.wait_for_function(f"{EMPTY}('outbox')")
    left = {name: kept(phone, name) for name in ("drafts", "outbox", "photos", "mine")}
    (mine,) = left.pop("mine")
    assert left == {"drafts": [], "outbox": [], "photos": []}
    assert mine["public_id"] == report.public_id
    assert "Haus Nr. 7" not in str(mine)
    # Later without network: the last seen state, with its moment.
    offline(phone)
    phone.goto("/meine/")
    expect(phone.locator("[data-mine]")).to_contain_text("Stand von")
    assert not [path for path in cached(phone) if path.startswith(STAFF_ONLY)]


EMPTY = """async (name) => {
  const db = await new Promise((done) => {
    const opening = indexedDB.open("mangel"); opening.onsuccess = () => done(opening.result); });
  const count = await new Promise((done) => {
    const asked = db.transaction(name).objectStore(name).count(); asked.onsuccess = () => done(asked.result); });
  db.close();
  return count === 0;
}"""
EMPTY = f"({EMPTY})"


def test_a_hazard_that_waits_says_to_call_and_the_numbers_can_be_called(phone):
    offline(phone)
    compose(phone, code="STR2")
    phone.fill("[data-step=summary] textarea", "Es riecht nach Gas.")
    send(phone)
    phone.get_by_role("button", name="Keine akute Gefahr").click()
    expect(phone.locator("h1:visible")).to_have_text("Liegt im Ausgang")
    phone.goto("/melden/ausgang/")
    card = phone.locator("[data-item]")
    expect(card).to_contain_text("NICHT gesendet. Bitte jetzt anrufen.")
    expect(card.locator("a[href='tel:112']")).to_be_visible()
    assert violations(phone) == []


def test_a_waiting_report_is_edited_and_sent_as_the_same_one(phone):
    offline(phone)
    compose(phone)
    send(phone)
    expect(phone.locator("h1:visible")).to_have_text("Liegt im Ausgang")
    (before,) = kept(phone, "outbox")
    phone.goto("/melden/ausgang/")
    phone.get_by_role("button", name="Bearbeiten").click()
    phone.wait_for_url("**/melden/")
    (draft,) = kept(phone, "drafts")
    assert draft["key"] == before["key"]
    assert kept(phone, "outbox") == []


def test_a_refused_report_says_why_and_can_be_mended(phone, monkeypatch):
    offline(phone)
    compose(phone)
    send(phone)
    expect(phone.locator("h1:visible")).to_have_text("Liegt im Ausgang")
    phone.evaluate(SPOIL)
    offline(phone, False)
    phone.goto("/melden/ausgang/")
    card = phone.locator("[data-state=refused]")
    expect(card).to_contain_text("Abgelehnt")
    expect(card).to_contain_text("Diese Kategorie gibt es nicht.")
    assert violations(phone) == []
    phone.goto("/")
    expect(strip(phone)).to_contain_text("1 Meldung konnte nicht gesendet werden.")
    phone.goto("/melden/ausgang/")
    phone.get_by_role("button", name="Bearbeiten").click()
    phone.wait_for_url("**/melden/")


SPOIL = """async () => {
  const db = await new Promise((done) => {
    const opening = indexedDB.open("mangel"); opening.onsuccess = () => done(opening.result); });
  const store = db.transaction("outbox", "readwrite").objectStore("outbox");
  const asked = store.getAll();
  await new Promise((done) => (asked.onsuccess = done));
  const [item] = asked.result;
  item.draft.fields.category = "NIX9";
  await new Promise((done) => (store.put(item).onsuccess = done));
  db.close();
}"""


def test_everything_is_forgotten_at_one_tap(phone):
    phone.goto("/meldungen/")
    compose(phone, FILE)
    send(phone)
    phone.wait_for_url("**/verfolgen/**")
    offline(phone)
    compose(phone, FILE)
    send(phone)
    expect(phone.locator("h1:visible")).to_have_text("Liegt im Ausgang")
    phone.goto("/melden/ausgang/")
    expect(phone.locator("[data-item][data-state=waiting]")).to_have_count(1)
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.get_by_role("button", name="Alles löschen").click()
    expect(phone.locator("[data-said]")).to_have_text("Alles gelöscht.")
    assert [kept(phone, name) for name in ("drafts", "outbox", "photos", "mine")] == [[], [], [], []]
    phone.wait_for_function("async () => !(await caches.has('mangel-pages'))")


def test_a_report_that_was_hidden_leaves_the_device(phone):
    report = report_in("STR2", FOOTWAY)
    address = report.get_absolute_url()
    phone.goto(address)
    phone.goto("/meldungen/")
    phone.wait_for_function(f"async () => Boolean(await caches.match('{address}'))")
    Report.objects.filter(pk=report.pk).update(visibility=Visibility.HIDDEN)
    forget_the_pause(phone)
    phone.goto("/")  # whatever page is opened next
    phone.wait_for_function(f"async () => !(await caches.match('{address}'))")
    assert [path for path in cached(phone) if report.public_id in path] == []
    assert report.public_id not in phone.evaluate(TEXT_OF, "/meldungen/")


TEXT_OF = "async (path) => (await (await caches.match(path))?.text()) ?? ''"


def forget_the_pause(page: Page) -> None:
    page.evaluate("""async () => {
      const db = await new Promise((done) => {
        const opening = indexedDB.open("mangel"); opening.onsuccess = () => done(opening.result); });
      const put = db.transaction("meta", "readwrite").objectStore("meta").put(0, "caughtUpAt");
      await new Promise((done) => (put.onsuccess = done));
      db.close();
    }""")


def test_a_new_version_is_offered_never_forced_and_not_during_a_draft(phone, monkeypatch, tmp_path):
    script = Path(app_settings.PWA_SERVICE_WORKER_PATH).read_text()
    newer = tmp_path / "serviceworker.js"
    newer.write_text(script + "\n// a newer one\n")
    monkeypatch.setattr(app_settings, "PWA_SERVICE_WORKER_PATH", newer)
    phone.goto("/melden/")
    phone.locator("input[data-photo-gallery]").set_input_files(FILE)
    expect(phone.locator("h1:visible")).to_have_text("Wo ist es?")
    phone.evaluate("navigator.serviceWorker.ready.then((it) => it.update())")
    phone.wait_for_function("async () => Boolean((await navigator.serviceWorker.ready).waiting)")
    expect(phone.locator("[data-update]")).to_have_count(0)
    phone.goto("/")
    expect(phone.locator("[data-update]")).to_contain_text("Neue Version")
    assert violations(phone) == []
    with phone.expect_navigation():
        phone.get_by_role("button", name="Neue Version – jetzt laden").click()
    phone.wait_for_function("async () => !(await navigator.serviceWorker.ready).waiting")


def test_a_shared_photo_becomes_a_draft(phone):
    phone.evaluate("""() => {
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: "/melden/teilen/", enctype: "multipart/form-data" });
      form.innerHTML = '<input name="text" value="Platte gebrochen"><input type="file" name="photos" id="shared">';
      document.body.append(form);
    }""")
    phone.set_input_files("#shared", FILE)
    phone.evaluate("document.querySelector('#shared').form.submit()")
    phone.wait_for_url("**/melden/")
    (draft,) = kept(phone, "drafts")
    assert draft["fields"]["description"] == "Platte gebrochen"
    assert [photo["name"] for photo in draft["photos"]] == ["platte.jpg"]
    expect(phone.locator("h1:visible")).to_contain_text("angefangene")


def test_another_device_remembers_a_report_by_its_link(phone):
    from mangel import tracking

    report = report_in("STR2", FOOTWAY)
    code = tracking.code_for(report.public_id, kid=report.tracking_kid, version=report.tracking_version)
    phone.goto(f"/verfolgen/{report.public_id}/{code}/")
    phone.get_by_role("button", name="Auf diesem Gerät merken").click()
    phone.goto("/meine/")
    expect(phone.locator(f"[data-mine='{report.public_id}']")).to_contain_text("Eingegangen")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.get_by_role("button", name="Hier vergessen").click()
    expect(phone.locator("[data-mine]")).to_have_count(0)


def test_a_browser_finds_nothing_that_keeps_the_app_from_being_installed(phone):
    told = phone.context.new_cdp_session(phone).send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's window is a private one, and that is the only thing Chromium has to say.
    assert {error["errorId"] for error in told} <= {"in-incognito"}


def test_the_map_seen_at_the_first_visit_is_there_without_network(phone):
    canvas = phone.locator("[data-map] canvas")
    expect(canvas).to_be_visible()
    phone.wait_for_function(
        "async () => (await (await caches.open('mangel-assets')).keys()).some(({url}) => url.includes('/draw-'))"
    )
    offline(phone)
    phone.goto("/")
    expect(canvas).to_be_visible()
    expect(phone.locator(".map-failed")).to_have_count(0)
