"""The whole way of a report, as people walk it: on a phone, at a desk, by keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from mangel.models import Report
from photos.models import Photo
from tests.browser.conftest import DESKTOP, NARROW, PHONE, sideways, too_small, violations
from tests.factories import FOOTWAY, PARK_BENCH, report_in
from tests.pages.conftest import jpeg

PHOTO = {"name": "bank.jpg", "mimeType": "image/jpeg", "buffer": jpeg().read()}
NEXT = ".bottom .button >> nth=0"


def heading(page: Page, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_bench_in_the_park_goes_to_the_foundation_with_photo_and_device_position(visitor, size):
    page = visitor.page(size, at=PARK_BENCH)
    page.goto("/")
    page.get_by_role("link", name="Mangel melden").click()
    heading(page, "Haben Sie ein Foto?")
    page.locator("[data-photos] input[type=file][multiple]:not([name])").set_input_files(PHOTO)
    expect(page.locator("[data-photo-status]")).to_have_text("1 Foto dabei.")
    page.click(NEXT)
    heading(page, "Wo ist es?")
    page.get_by_role("button", name="Meinen Standort verwenden").click()
    expect(page.locator("[data-place-answer]")).to_contain_text("auf etwa 8 m genau")
    page.click(NEXT)
    heading(page, "Was ist es?")
    page.get_by_label("Suchen").fill("Parkbank")
    page.locator(".tile:visible", has_text="Bank, Tisch oder Brunnen").first.click()
    expect(page.locator("[data-reason-preview]")).to_contain_text("Klassik Stiftung Weimar")
    page.click(NEXT)
    heading(page, "Noch ein paar Angaben")
    page.get_by_text("Bank", exact=True).click()
    page.get_by_label("Was sollen wir noch wissen?").fill("Zwei Latten fehlen.")
    page.get_by_role("button", name="Meldung absenden").click()
    heading(page, "Danke. Ihre Meldung ist angekommen.")
    report = Report.objects.get()
    expect(page.locator("main")).to_contain_text("Zuständig: Klassik Stiftung Weimar")
    assert (report.office.code, report.place_source, report.accuracy_m) == ("klassik", "gps", 8.0)
    assert Photo.objects.filter(thing=report.thing).count() == 1
    assert violations(page) == []


def test_without_javascript_photo_and_words_for_the_place_are_enough(visitor):
    page = visitor.page(PHONE, java_script_enabled=False)
    page.goto("/melden/")
    page.set_input_files("#id_photos", PHOTO)
    page.click(NEXT)
    heading(page, "Wo ist es?")
    assert not page.locator("[data-place-locate]").is_visible()
    page.fill("#id_address", "am Spielplatz hinter der Schule")
    page.press("#id_address", "Enter")  # the way on, not the way back
    heading(page, "Was ist es?")
    page.locator("summary", has_text="Grün, Bäume, Parks").click()
    page.locator(".tile:visible", has_text="Bank, Tisch oder Brunnen").click()
    page.click(NEXT)
    heading(page, "Noch ein paar Angaben")
    page.click(NEXT)
    heading(page, "Danke. Ihre Meldung ist angekommen.")
    report = Report.objects.get()
    assert report.address == "am Spielplatz hinter der Schule"
    assert Photo.objects.filter(thing=report.thing).exists()


STOP = """
() => {
  const part = document.activeElement, ring = part.closest('.tile') ?? part;
  const seen = getComputedStyle(ring).outlineStyle !== 'none' && part.matches(':focus-visible');
  const box = ring.getBoundingClientRect();
  const bar = document.querySelector('.bottom')?.getBoundingClientRect();
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
    """Each page of the flow begins at its question, for the keyboard and for screen readers."""
    heading(page, question)
    expect(page.locator("h1")).to_be_focused()


def test_the_whole_report_by_keyboard_takes_at_most_25_stops_and_the_focus_is_always_seen(visitor):
    page = visitor.page(DESKTOP)
    page.goto("/")
    keys = Keyboard(page)
    keys.to("main a.button.big")
    keys.press("Enter")
    arrive(page, "Haben Sie ein Foto?")
    keys.to("button[value=without]")
    keys.press("Enter")
    arrive(page, "Wo ist es?")
    keys.to("#id_address")
    page.keyboard.type("Am Markt")
    keys.press("Enter")
    arrive(page, "Was ist es?")
    keys.to("[data-category-search]")
    page.keyboard.type("Schlagloch")
    keys.press("Enter")  # to the best match
    keys.press("Space")
    keys.press("Enter")
    arrive(page, "Noch ein paar Angaben")
    keys.to("[name=answers-tiefe]")
    keys.press("Space")
    keys.to("textarea")
    page.keyboard.type("Ein Loch.")
    keys.to(".bottom .button")
    keys.press("Enter")
    heading(page, "Danke. Ihre Meldung ist angekommen.")
    assert Report.objects.get().description == "Ein Loch."
    assert keys.unseen == []
    assert keys.stops <= 25, keys.stops


def test_errors_take_the_focus_and_lead_to_their_field(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/?category=STR1")
    page.click("button[value=without]")
    page.click("button[value=without]")
    page.click(NEXT)
    heading(page, "Noch ein paar Angaben")
    page.click(NEXT)
    expect(page.locator("[data-problems]")).to_be_focused()
    assert violations(page) == []
    page.locator("[data-problems] a").click()
    expect(page.locator("#id_answers-tiefe_0")).to_be_focused()


def test_the_double_is_one_tap_away(visitor):
    there = report_in("STR2", FOOTWAY)
    page = visitor.page(PHONE, at=FOOTWAY)
    page.goto("/melden/?category=STR2")
    page.click("button[value=without]")
    page.get_by_role("button", name="Meinen Standort verwenden").click()
    expect(page.locator("[data-place-answer]")).to_contain_text("8 m genau")
    page.click(NEXT)
    page.click(NEXT)
    heading(page, "Ist es das hier?")
    assert violations(page) == []
    page.get_by_role("button", name="Ja, das ist es").click()
    expect(page).to_have_url(re.compile(there.get_absolute_url()))
    expect(page.locator(".messages")).to_contain_text("Danke.")


def test_the_stop_page_can_be_read_and_called_from(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/?category=WAS2")
    page.click("button[value=without]")
    page.click("button[value=without]")
    page.click(NEXT)
    expect(page.locator("a[href='tel:112']")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Keine akute Gefahr").click()
    heading(page, "Noch ein paar Angaben")


def test_every_step_fits_on_320_pixels_and_under_a_thumb(visitor):
    report_in("STR1", FOOTWAY, answers={"tiefe": "flach"})
    page = visitor.page(NARROW, at=FOOTWAY)
    wide: dict[str, int] = {}
    small: dict[str, list[str]] = {}
    page.goto("/melden/?category=STR1")

    def look(name: str) -> None:
        wide[name], small[name] = sideways(page), too_small(page)

    look("photo")
    page.locator("[data-photos] input[type=file][multiple]:not([name])").set_input_files(PHOTO)
    expect(page.locator("[data-photo-status]")).to_have_text("1 Foto dabei.")
    look("photo chosen")
    page.click(NEXT)
    page.get_by_role("button", name="Meinen Standort verwenden").click()
    expect(page.locator("[data-place-answer]")).to_contain_text("8 m genau")
    look("place")
    page.click(NEXT)
    look("category")
    page.click(NEXT)
    heading(page, "Ist es das hier?")
    look("double")
    page.click(NEXT)
    look("details")
    page.click(NEXT)
    look("details, error")
    page.get_by_text("Gefahr: Jemand kann stürzen").click()
    page.click(NEXT)
    look("after details")
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}
    assert {name: parts for name, parts in small.items() if parts} == {}


def test_the_back_button_brings_back_what_was_typed(visitor):
    page = visitor.page(PHONE)
    page.goto("/melden/")
    page.click("button[value=without]")
    page.fill("#id_address", "Markt 10")
    page.click(NEXT)
    heading(page, "Was ist es?")
    page.get_by_role("button", name="Zurück").click()
    expect(page.locator("#id_address")).to_have_value("Markt 10")
