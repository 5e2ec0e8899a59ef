"""The look: every part in every state, in the visitor's own colours, on paper, without motion."""

import re

import pytest
from playwright.sync_api import Page

from mangel.states import State
from tests.browser.conftest import DESKTOP, NARROW, PHONE, sideways, too_small, violations
from tests.browser.test_pages import addresses, town  # noqa: F401 (a fixture)

# 400 % of a window of 1280 × 1024.
ZOOMED = {"width": 320, "height": 256}


@pytest.fixture
def design(visitor, transactional_db, settings):
    settings.DEBUG = True

    def opened(query: str = "", size=PHONE, **options) -> Page:
        page = visitor.page(size, **options)
        assert page.goto(f"/entwurf/{query}").ok
        return page

    return opened


@pytest.mark.parametrize("query", ["?farben=hell", "?farben=dunkel", "?sprache=ar&farben=dunkel"])
def test_axe_finds_nothing_in_any_part_in_any_state(design, query):
    page = design(query)
    assert violations(page) == []
    assert sideways(page) <= 0
    assert too_small(page) == []


def test_dark_by_query_is_dark_by_device(design):
    ground = "getComputedStyle(document.body).backgroundColor"
    by_query = design("?farben=dunkel").evaluate(ground)
    assert by_query == design("", color_scheme="dark").evaluate(ground)
    assert by_query != design("?farben=hell", color_scheme="dark").evaluate(ground)


def test_nobody_sees_the_workshop_in_production(client, db):
    assert client.get("/entwurf/").status_code == 404


# --- the visitor's own colours ---------------------------------------------------------------------------------------

LOOKS_OF_STATES = """
() => [...document.querySelectorAll('[aria-labelledby=d-stand] .state')].map((state) => {
  const path = state.querySelector('path'), style = getComputedStyle(state);
  const lost = style.borderTopColor === style.backgroundColor;
  return [path.getAttribute('d'), path.getBoundingClientRect().width > 6, style.borderTopStyle, lost];
})
"""
FOCUS_RING = """
(part) => {
  part.focus();
  const style = getComputedStyle(part), ground = getComputedStyle(document.body).backgroundColor;
  return [style.outlineStyle, parseFloat(style.outlineWidth), style.outlineColor !== ground];
}
"""
EDGES_OF_CHOICES = """
() => [...document.querySelectorAll('.choice')].map((choice) =>
  [choice.querySelector('input').checked, getComputedStyle(choice).borderTopWidth])
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_visitors_own_colours_states_and_focus_stay_visible(design, scheme):
    page = design("", forced_colors="active", color_scheme=scheme)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    looks = page.evaluate(LOOKS_OF_STATES)
    assert len({shape for shape, *_rest in looks}) == len(State.values), "each state has a shape of its own"
    assert all(big and border == "solid" and not lost for _shape, big, border, lost in looks)
    for part in ("a.button", "button.quiet", "#id_text", "a.chip", "#id_choice", "summary"):
        page.keyboard.press("Tab")  # so that focus counts as the keyboard's
        ring, width, told = page.locator(f"main {part}").first.evaluate(FOCUS_RING)
        assert (ring, told) == ("solid", True), part
        assert width >= 2, part
    assert {(bool(checked), width) for checked, width in page.evaluate(EDGES_OF_CHOICES)} == {
        (True, "3px"),
        (False, "1px"),
    }


# --- motion, zoom ----------------------------------------------------------------------------------------------------

MOVING = """
() => [...document.querySelectorAll('*')].filter((part) => {
  const style = getComputedStyle(part);
  const slides = style.transitionDuration !== '0s' && style.transitionProperty !== 'none';
  return slides || style.animationName !== 'none' || style.scrollBehavior === 'smooth';
}).map((part) => part.outerHTML.slice(0, 80))
"""


def test_who_asks_for_no_motion_gets_none(design):
    assert design("", reduced_motion="no-preference").evaluate(MOVING) != []
    assert design("", reduced_motion="reduce").evaluate(MOVING) == []


def test_every_page_can_be_read_at_four_hundred_percent(visitor, town):  # noqa: F811
    """No sideways scroll, and nothing that sticks to the window covers more than half of it."""
    page = visitor.page(ZOOMED)
    covering = """() => [...document.querySelectorAll('body *')].filter((part) => {
        const style = getComputedStyle(part), box = part.getBoundingClientRect();
        return ['fixed', 'sticky'].includes(style.position) && part.checkVisibility() && box.height > innerHeight / 2
          && box.top <= 0 && box.bottom >= innerHeight / 2; }).map((part) => part.outerHTML.slice(0, 100))"""
    wide, covered = {}, {}
    for address in addresses(town):
        page.goto(address)
        wide[address] = sideways(page)
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        covered[address] = page.evaluate(covering)
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}
    assert {address: parts for address, parts in covered.items() if parts} == {}


# --- paper -----------------------------------------------------------------------------------------------------------


def sheets(page: Page) -> int:
    """How many pages of A4 come out of the printer."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", prefer_css_page_size=True)))


def test_report_and_own_page_come_out_as_one_sheet_with_number_and_code(visitor, town):  # noqa: F811
    footway, bench = town["footway"], town["bench"]
    tracking = next(address for address in addresses(town) if address.startswith(f"/verfolgen/{bench.public_id}/"))
    for address, report in (
        (footway.get_absolute_url(), footway),
        (tracking, bench),
        (f"{tracking}?angekommen=1", bench),
    ):
        page = visitor.page(DESKTOP)
        page.goto(address)
        page.emulate_media(media="print")
        assert sheets(page) == 1, address
        number = re.sub(r"\D", "", page.locator("main").inner_text())
        assert report.public_id in number, address
        assert page.locator(".qr svg:visible").count() == 1, address
        assert page.locator("main :is(button, form, .map-frame, input):visible").count() == 0, address


def test_the_screen_shows_nothing_meant_for_paper(visitor, town):  # noqa: F811
    page = visitor.page(NARROW)
    page.goto(town["footway"].get_absolute_url())
    assert page.locator(".on-paper").count() == 1
    assert page.locator(".on-paper:visible").count() == 0
