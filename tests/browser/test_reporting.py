"""The whole way of a report, as people walk it: on a phone, at a desk, by keyboard, without JavaScript, offline."""

import gzip
import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Request, expect

from mangel.models import Report, Support
from photos.models import Photo
from tests.browser.conftest import DESKTOP, NARROW, PHONE, sideways, too_small, violations
from tests.factories import FOOTWAY, JENA, PARK_BENCH, report_in
from tests.pages.conftest import jpeg

BERLIN = (13.405, 52.52)
PHOTO = {"name": "bank.jpg", "mimeType": "image/jpeg", "buffer": jpeg().read()}
STEP = ".step:not([hidden])"
NEXT = f"{STEP} .bottom .button >> nth=0"
SEND = "[data-send]"
WITHOUT = f"{STEP} button[value=without]"
JS_BUDGET = 60_000


def heading(page: Page, text: str) -> None:
    expect(page.locator("h1:visible")).to_have_text(text)


def photo_from(place: tuple[float, float]) -> dict[str, object]:
    """A photo whose camera knew where it was (lon, lat)."""
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    for tag, value, letter in ((1, place[1], "N"), (3, place[0], "E")):
        minutes = (value % 1) * 60
        gps[tag], gps[tag + 1] = letter, (float(int(value)), float(int(minutes)), (minutes % 1) * 60)
    out = BytesIO()
    Image.new("RGB", (640, 480), (90, 110, 100)).save(out, "JPEG", exif=exif)
    return {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def take_photo(page: Page, photo: dict[str, object] = PHOTO) -> None:
    page.set_input_files("[data-photo-camera]", photo)  # type: ignore[arg-type]


def here(page: Page) -> None:
    """The device's position, good enough: one tap."""
    heading(page, "Wo ist es?")
    expect(page.locator("[data-place-go]")).to_have_text("Ja, hier ist es")
    page.click("[data-place-go]")


def choose(page: Page, category: str, word: str = "") -> None:
    heading(page, "Was ist es?")
    if word:
        page.get_by_label("Suchen").fill(word)
    page.locator(f".tile:visible:has(input[value={category}])").first.click()


def sent(page: Page) -> Report:
    page.wait_for_url(re.compile("/verfolgen/.*angekommen=1"))
    return Report.objects.latest("created_at")


# --- how much it takes (GOALS U1, U2, U3) -----------------------------------------------------------------------------


class Thumb:
    """Taps, and counts taps and page loads."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.loads = page, 0, 0
        page.on("request", self.see)

    def see(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.loads += 1

    def tap(self, target: Locator) -> None:
        target.click()
        self.taps += 1

    def take_photo(self) -> None:
        """One tap; the camera's own shutter is not ours to count."""
        with self.page.expect_file_chooser() as chooser:
            self.tap(self.page.locator("label", has_text="Foto aufnehmen"))
        chooser.value.set_files(PHOTO)  # type: ignore[arg-type]


@pytest.mark.parametrize(("category", "answer"), [("STR1", "Flach, gut zu überfahren"), ("LIC1", ""), ("MUE1", "")])
def test_from_the_start_page_to_sent_takes_at_most_six_taps_and_two_page_loads(visitor, category, answer):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/")
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name="Mangel melden"))
    thumb.take_photo()
    expect(page.locator("[data-place-go]")).to_have_text("Ja, hier ist es")
    thumb.tap(page.locator("[data-place-go]"))
    thumb.tap(page.locator(f"[data-category-frequent] .tile:has(input[value={category}])"))
    if answer:
        thumb.tap(page.get_by_text(answer))
    heading(page, "Stimmt alles?")
    thumb.tap(page.locator(SEND))
    report = sent(page)
    assert (report.category.code, report.place_source, report.accuracy_m) == (category, "gps", 8.0)
    page.wait_for_timeout(1500)  # the photo follows the text
    assert Photo.objects.filter(thing=report.thing).count() == 1
    assert thumb.taps <= 6
    assert thumb.loads <= 2


def test_the_form_route_loads_at_most_sixty_kilobytes_of_javascript_and_no_map(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    scripts: dict[str, bytes] = {}

    def keep(response) -> None:
        if response.request.resource_type == "script" and response.ok:
            scripts[response.url] = response.body()

    page.on("response", keep)
    page.goto("/melden/")
    take_photo(page)
    here(page)
    heading(page, "Was ist es?")
    assert sum(len(gzip.compress(body, 9)) for body in scripts.values()) <= JS_BUDGET
    assert not [url for url, body in scripts.items() if b"maplibregl-" in body]


# --- the way ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_bench_in_the_park_goes_to_the_foundation_with_photo_and_device_position(visitor, size):
    page = visitor.page(size, at=PARK_BENCH)
    page.goto("/melden/")
    heading(page, "Haben Sie ein Foto?")
    page.set_input_files("[data-photo-gallery]", PHOTO)
    here(page)
    choose(page, "GRU4", "Parkbank")
    heading(page, "Stimmt alles?")
    expect(page.locator("[data-reason]")).to_contain_text("Klassik Stiftung Weimar")
    page.get_by_text("Genauer beschreiben").click()
    page.get_by_text("Bank", exact=True).click()
    page.get_by_label("Was sollen wir noch wissen?").fill("Zwei Latten fehlen.")
    page.click(SEND)
    report = sent(page)
    heading(page, "Danke. Ihre Meldung ist angekommen.")
    assert (report.office.code, report.place_source, report.accuracy_m) == ("klassik", "gps", 8.0)
    assert (report.description, report.answers) == ("Zwei Latten fehlen.", {"teil": "bank"})


def test_without_javascript_photo_and_words_for_the_place_are_enough(visitor):
    page = visitor.page(PHONE, java_script_enabled=False)
    page.goto("/melden/")
    heading(page, "Haben Sie ein Foto?")
    assert not page.locator("label", has_text="Foto aufnehmen").is_visible()
    page.set_input_files("#id_photos", PHOTO)
    page.click("[data-photo-go] .button")
    heading(page, "Wo ist es?")
    assert not page.locator("[data-place-locate]").is_visible()
    page.fill("#id_address", "am Spielplatz hinter der Schule")
    page.press("#id_address", "Enter")  # the way on, not the way back
    heading(page, "Was ist es?")
    page.locator("summary", has_text="Grün, Bäume, Parks").click()
    page.locator(".tile:visible", has_text="Bank, Tisch oder Brunnen").click()
    page.click(".bottom .button >> nth=0")
    heading(page, "Noch ein paar Angaben")
    page.click(".bottom .button >> nth=0")
    heading(page, "Danke. Ihre Meldung ist angekommen.")
    report = Report.objects.get()
    assert report.address == "am Spielplatz hinter der Schule"
    assert Photo.objects.filter(thing=report.thing).exists()


def test_without_javascript_another_language_keeps_what_was_typed(visitor):
    page = visitor.page(PHONE, java_script_enabled=False)
    page.goto("/melden/")
    page.click("button[value=without]")
    page.fill("#id_address", "Markt 10")
    page.locator(".languages summary").click()
    page.get_by_role("button", name="English").click()
    heading(page, "Where is it?")
    expect(page.locator("#id_address")).to_have_value("Markt 10")


def test_everything_can_be_changed_before_it_is_sent(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/?category=STR2")
    page.click(WITHOUT)
    here(page)
    heading(page, "Stimmt alles?")
    page.locator("[data-edit=place]").click()
    page.fill("#id_address", "hinter dem Kiosk")
    page.click(NEXT)
    heading(page, "Stimmt alles?")
    expect(page.locator("[data-sum=place]")).to_contain_text("hinter dem Kiosk")
    page.locator("[data-edit=category]").click()
    choose(page, "LIC1")
    page.locator("[data-edit=photo]").click()
    take_photo(page)
    heading(page, "Stimmt alles?")
    expect(page.locator("[data-sum=photo] img")).to_be_visible()
    page.click(SEND)
    report = sent(page)
    assert (report.category.code, report.address, report.point) == ("LIC1", "hinter dem Kiosk", None)


def test_words_for_a_photo_are_asked_where_the_photo_is(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/?category=STR2")
    take_photo(page)
    heading(page, "Wo ist es?")
    page.get_by_role("button", name="Zurück").click()
    page.get_by_label("Was ist auf dem Foto zu sehen?").fill("Platte steht hoch")
    page.click(NEXT)
    here(page)
    page.click(SEND)
    report = sent(page)
    page.wait_for_timeout(1500)
    assert Photo.objects.get(thing=report.thing).alt_text == "Platte steht hoch"


def test_the_back_button_walks_through_the_steps_with_what_was_said(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/")
    page.click(WITHOUT)
    heading(page, "Wo ist es?")
    page.fill("#id_address", "Markt 10")
    page.click(NEXT)
    heading(page, "Was ist es?")
    page.go_back()
    heading(page, "Wo ist es?")
    expect(page.locator("#id_address")).to_have_value(re.compile("Markt 10"))
    page.go_back()
    heading(page, "Haben Sie ein Foto?")
    page.go_forward()
    heading(page, "Wo ist es?")


# --- place ------------------------------------------------------------------------------------------------------------


def test_a_coarse_position_is_asked_about(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.context.set_geolocation({"longitude": FOOTWAY[0], "latitude": FOOTWAY[1], "accuracy": 400})
    page.goto("/melden/?category=STR2")
    page.click(WITHOUT)
    expect(page.locator("[data-place-detail]")).to_contain_text("nur auf etwa 400 m genau", timeout=15_000)
    expect(page.locator("[data-place-go]")).to_have_text("Weiter")
    assert violations(page) == []
    page.get_by_role("button", name="Ja, hier ist es").click()
    heading(page, "Noch eine Frage")  # the circle reaches ground of somebody else
    assert violations(page) == []
    page.get_by_text("Weiß nicht").click()
    page.click(SEND)
    assert sent(page).accuracy_m == 400


def test_photo_and_device_at_different_places_are_asked_about(visitor):
    page = visitor.page(PHONE, at=PARK_BENCH)
    page.goto("/melden/?category=STR2")
    take_photo(page, photo_from(FOOTWAY))
    expect(page.locator("[data-place-name]")).to_contain_text("verschiedene Orte")
    assert violations(page) == []
    page.get_by_role("button", name="Wo das Foto entstand").click()
    page.click(SEND)
    report = sent(page)
    assert report.place_source == "photo"
    assert (round(report.point.x, 4), round(report.point.y, 4)) == FOOTWAY


def test_without_a_device_position_the_photo_says_where_it_was(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/?category=STR2")
    take_photo(page, photo_from(FOOTWAY))
    expect(page.locator("[data-place-go]")).to_have_text("Ja, hier ist es")
    page.click("[data-place-go]")
    page.click(SEND)
    assert sent(page).place_source == "photo"


def test_outside_the_city_it_is_said_before_anything_is_typed(visitor):
    page = visitor.page(PHONE, at=JENA)
    page.goto("/melden/?category=STR2")
    page.click(WITHOUT)
    expect(page.locator("[data-place-outside]")).to_be_visible()


def test_far_outside_the_place_is_not_offered_and_a_new_position_takes_the_warning_away(visitor):
    page = visitor.page(PHONE, at=BERLIN)
    page.context.set_geolocation({"longitude": BERLIN[0], "latitude": BERLIN[1], "accuracy": 400})
    page.goto("/melden/?category=STR2")
    page.click(WITHOUT)
    expect(page.locator("[data-place-outside]")).to_contain_text("weit außerhalb", timeout=15_000)
    expect(page.locator("[data-place-ask]")).to_be_hidden()
    expect(page.locator("[data-place-go]")).to_have_text("Weiter")
    page.context.set_geolocation({"longitude": FOOTWAY[0], "latitude": FOOTWAY[1], "accuracy": 400})
    page.get_by_role("button", name="Meinen Standort verwenden").click()
    expect(page.get_by_role("button", name="Ja, hier ist es")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-place-outside]")).to_be_hidden()


# --- danger, doubles --------------------------------------------------------------------------------------------------


def test_the_double_is_one_tap_away_and_can_be_added_to(visitor):
    there = report_in("STR2", FOOTWAY)
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/?category=STR2")
    take_photo(page)
    here(page)
    heading(page, "Ist es das hier?")
    assert violations(page) == []
    page.get_by_role("button", name="Ja, das ist es").click()
    heading(page, "Danke, das hilft.")
    assert violations(page) == []
    assert Support.objects.get().report == there
    expect(page.get_by_role("link", name="Fertig, zur Meldung")).to_have_attribute("href", there.get_absolute_url())
    page.get_by_role("button", name="Es ist schlimmer geworden").click()
    heading(page, "Stimmt alles?")
    page.click(SEND)
    report = sent(page)
    assert report.possible_duplicate_of == there
    assert "schlimmer" in report.description


def test_something_else_nearby_goes_on_and_is_not_asked_again(visitor):
    report_in("STR2", FOOTWAY)
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/?category=STR2")
    page.click(WITHOUT)
    here(page)
    page.get_by_role("button", name="Nein, etwas anderes").click()
    heading(page, "Stimmt alles?")
    page.click(SEND)
    sent(page)
    assert Report.objects.count() == 2


def test_the_stop_page_comes_with_the_matter_and_can_be_called_from(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/?category=WAS2")
    page.click(WITHOUT)
    heading(page, "Wo ist es?")
    page.click(WITHOUT)
    expect(page.locator("[data-step=danger] a[href='tel:112']")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Keine akute Gefahr").click()
    heading(page, "Stimmt alles?")


def test_a_word_of_danger_stops_before_sending_and_the_answer_sends(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/?category=STR2")
    page.click(WITHOUT)
    heading(page, "Wo ist es?")
    page.click(WITHOUT)
    heading(page, "Stimmt alles?")
    page.get_by_label("Was sollen wir noch wissen?").fill("Es riecht nach Gas.")
    page.click(SEND)
    expect(page.locator("[data-step=danger]")).to_be_visible()
    page.get_by_role("button", name="Ich habe angerufen").click()
    assert sent(page).hazard


def test_another_danger_stops_again(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/?category=WAS2")
    page.click(WITHOUT)
    heading(page, "Wo ist es?")
    page.click(WITHOUT)
    page.get_by_role("button", name="Keine akute Gefahr").click()
    page.get_by_label("Was sollen wir noch wissen?").fill("Hier liegt eine Bombe.")
    page.click(SEND)
    expect(page.locator("[data-step=danger]")).to_be_visible()
    page.get_by_role("button", name="Ich habe angerufen").click()
    assert sent(page).hazard


# --- nothing is lost --------------------------------------------------------------------------------------------------


def test_a_tab_killed_by_the_camera_brings_the_draft_back(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/")
    take_photo(page)
    here(page)
    choose(page, "STR1")
    heading(page, "Noch eine Frage")
    page.wait_for_timeout(300)
    with pytest.raises(PlaywrightError, match="crash"):
        page.goto("chrome://crash")  # kills the renderer, without a last word
    again = page.context.new_page()
    again.goto("/melden/")
    heading(again, "Weiter mit Ihrer angefangenen Meldung?")
    expect(again.locator("[data-resume-what]")).to_contain_text("1 Foto")
    assert violations(again) == []
    again.get_by_role("button", name="Weitermachen").click()
    heading(again, "Noch eine Frage")
    again.get_by_text("Flach, gut zu überfahren").click()
    heading(again, "Stimmt alles?")
    again.click(SEND)
    report = sent(again)
    assert (report.category.code, report.place_source) == ("STR1", "gps")
    again.wait_for_timeout(1500)
    assert Photo.objects.filter(thing=report.thing).count() == 1


def test_the_same_tab_goes_on_where_it_was_and_a_new_beginning_forgets(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/?category=STR2")
    page.click(WITHOUT)
    here(page)
    page.get_by_label("Was sollen wir noch wissen?").fill("Platte steht hoch.")
    page.get_by_label("Was sollen wir noch wissen?").blur()
    page.wait_for_timeout(300)
    page.reload()
    heading(page, "Stimmt alles?")
    expect(page.get_by_label("Was sollen wir noch wissen?")).to_have_value("Platte steht hoch.")
    other = page.context.new_page()
    other.goto("/melden/")
    other.get_by_role("button", name="Neu beginnen").click()
    heading(other, "Haben Sie ein Foto?")
    other.reload()
    heading(other, "Haben Sie ein Foto?")


def test_another_language_keeps_the_draft(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/")
    take_photo(page)
    here(page)
    choose(page, "STR2")
    page.get_by_label("Was sollen wir noch wissen?").fill("Platte steht hoch.")
    page.locator(".languages summary").click()
    page.get_by_role("button", name="English").click()
    heading(page, "Is everything right?")
    expect(page.locator("#id_description")).to_have_value("Platte steht hoch.")
    expect(page.locator("[data-sum=photo] img")).to_be_visible()
    page.click(SEND)
    assert sent(page).language == "en"


def test_offline_a_language_that_is_not_on_the_device_is_said_to_be_missing(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/")
    page.context.set_offline(True)
    page.locator(".languages summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("[data-problems]")).to_contain_text("nicht in der anderen Sprache")
    assert not [cookie for cookie in page.context.cookies() if cookie["value"] == "en"]


def test_offline_the_report_waits_in_the_outbox(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/")
    page.context.set_offline(True)
    take_photo(page)
    here(page)
    choose(page, "STR2")
    heading(page, "Stimmt alles?")
    page.click(SEND)
    heading(page, "Liegt im Ausgang")
    assert violations(page) == []
    assert not page.locator("[data-queued-danger]").is_visible()
    assert not Report.objects.exists()


def test_offline_a_danger_says_that_nothing_was_sent(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/")
    page.context.set_offline(True)
    page.click(WITHOUT)
    here(page)
    choose(page, "STR1")
    page.get_by_text("Gefahr: Jemand kann stürzen").click()
    expect(page.locator("[data-step=danger]")).to_contain_text("NICHT gesendet. Bitte jetzt anrufen.")
    assert violations(page) == []
    page.get_by_role("button", name="Ich habe angerufen").click()
    page.click(SEND)
    expect(page.locator("[data-step=queued]")).to_contain_text("NICHT gesendet. Bitte jetzt anrufen.")


def test_a_browser_that_keeps_nothing_says_so_and_sends_all_the_same(visitor):
    page = visitor.page(PHONE, at=FOOTWAY)
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page.goto("/melden/?category=STR2")
    take_photo(page)
    heading(page, "Wo ist es?")
    expect(page.locator("[data-not-kept]")).to_be_visible()
    assert violations(page) == []
    here(page)
    page.click(SEND)
    assert sent(page).category.code == "STR2"


# --- for everybody ----------------------------------------------------------------------------------------------------

STOP = """
() => {
  const part = document.activeElement, ring = part.closest('.tile, .picker') ?? part;
  const seen = getComputedStyle(ring).outlineStyle !== 'none' && part.matches(':focus-visible');
  const box = ring.getBoundingClientRect();
  const bar = document.querySelector('.step:not([hidden]) .bottom:not([hidden])')?.getBoundingClientRect();
  const hidden = bar && !part.closest('.bottom') && box.top >= bar.top && box.bottom <= bar.bottom + 1;
  return {what: document.title + ' | ' + part.outerHTML.slice(0, 90), seen: seen && !hidden};
}
"""


class Keyboard:
    """Tabs through pages, counts the stops and looks whether the focus can be seen at each."""

    def __init__(self, page: Page) -> None:
        self.page, self.stops, self.unseen = page, 0, []

    def to(self, selector: str, at_most: int = 12) -> None:
        for _press in range(at_most):
            self.page.keyboard.press("Tab")
            self.stops += 1
            stop = self.page.evaluate(STOP)
            if not stop["seen"]:
                self.unseen.append(stop["what"])
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"{selector} not reached in {at_most} stops")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


def arrive(page: Page, question: str) -> None:
    """Each step begins at its question, for the keyboard and for screen readers."""
    heading(page, question)
    expect(page.locator("h1:visible")).to_be_focused()


def test_the_whole_report_by_keyboard_takes_at_most_25_stops_and_the_focus_is_always_seen(visitor):
    page = visitor.page(DESKTOP, reduced_motion="reduce")  # a page still gliding hides what it brings into view
    page.goto("/")
    keys = Keyboard(page)
    keys.to("main a.button.big")
    keys.press("Enter")
    arrive(page, "Haben Sie ein Foto?")
    keys.to("button[value=without]")
    keys.press("Enter")
    arrive(page, "Wo ist es?")
    keys.to("#id_address")
    page.keyboard.type("Am Brunnen")
    keys.press("Enter")
    arrive(page, "Was ist es?")
    keys.to("[data-category-search]")
    page.keyboard.type("Schlagloch")
    keys.press("Enter")  # to the best match
    keys.press("Space")
    arrive(page, "Noch eine Frage")
    keys.to("[name=answers-tiefe]")
    keys.press("ArrowDown")  # walking through the answers stays here
    heading(page, "Noch eine Frage")
    keys.press("Enter")
    arrive(page, "Stimmt alles?")
    keys.to("textarea")
    page.keyboard.type("Ein Loch.")
    keys.to(SEND)
    keys.press("Enter")
    report = sent(page)
    assert (report.description, report.answers, report.address) == ("Ein Loch.", {"tiefe": "tief"}, "Am Brunnen")
    assert keys.unseen == []
    assert keys.stops <= 25, keys.stops


def test_errors_take_the_focus_and_lead_to_their_field(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/?category=STR1")
    page.click(WITHOUT)
    heading(page, "Wo ist es?")
    page.click(NEXT)
    expect(page.locator("[data-problems]")).to_be_focused()
    assert violations(page) == []
    page.locator("[data-problems] a").click()
    expect(page.locator("#id_address")).to_be_focused()
    page.click(WITHOUT)
    heading(page, "Noch eine Frage")
    page.click(NEXT)
    expect(page.locator("[data-problems]")).to_be_focused()
    assert violations(page) == []
    page.locator("[data-problems] a").click()
    expect(page.locator("#id_answers-tiefe_0")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, DESKTOP], ids=["320 pixels", "desktop"])
def test_every_step_fits_under_a_thumb_and_reads_aloud(visitor, size, scheme):
    report_in("STR1", FOOTWAY, answers={"tiefe": "flach"})
    page = visitor.page(size, at=FOOTWAY, color_scheme=scheme)
    found: dict[str, object] = {}
    page.goto("/melden/")

    def look(question: str, what: str = "") -> None:
        heading(page, question)
        name = f"{question} {what}"
        found[f"{name} sideways"] = sideways(page) or None
        found[f"{name} small"] = too_small(page)
        found[f"{name} axe"] = violations(page)

    look("Haben Sie ein Foto?")
    page.locator(".languages summary").click()
    look("Haben Sie ein Foto?", "languages")
    page.keyboard.press("Escape")
    take_photo(page)
    heading(page, "Wo ist es?")
    page.go_back()
    look("Haben Sie ein Foto?", "chosen")
    page.click(NEXT)
    expect(page.locator("[data-place-go]")).to_have_text("Ja, hier ist es")
    look("Wo ist es?")
    page.click(NEXT)
    look("Was ist es?")
    choose(page, "STR1")
    look("Noch eine Frage")
    page.get_by_text("Tief, man muss ausweichen").click()
    look("Ist es das hier?")
    page.click(NEXT)
    look("Stimmt alles?")
    page.get_by_text("Genauer beschreiben").click()
    look("Stimmt alles?", "more")
    assert {name: what for name, what in found.items() if what} == {}


def test_at_400_percent_nothing_is_cut_off(visitor):
    page = visitor.page({"width": 320, "height": 256}, at=FOOTWAY)
    page.goto("/melden/?category=STR2")
    assert sideways(page) <= 0
    page.click(WITHOUT)
    here(page)
    heading(page, "Stimmt alles?")
    assert sideways(page) <= 0
    page.click(SEND)
    assert sent(page)
