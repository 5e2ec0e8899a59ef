"""A clerk blurs a photo in a browser: by mouse, by keyboard, without JavaScript; axe has nothing to say."""

import os

import pytest
from playwright.sync_api import Page, expect

from photos.models import Photo
from tests.browser.conftest import DESKTOP, PHONE, sideways, violations
from tests.browser.test_desk import sign_in
from tests.desk.conftest import jpeg, render_all
from tests.factories import FOOTWAY, make_clerk, report_in


@pytest.fixture
def photo(city, transactional_db, media) -> Photo:
    report = report_in("STR2", FOOTWAY, description="Platte wackelt.", photos=[jpeg()])
    render_all()
    return Photo.objects.get(thing=report.thing_id)


@pytest.fixture
def clerk(city, transactional_db):
    return make_clerk("tiefbau")


def page_of(photo: Photo) -> str:
    public_id = photo.thing.public_id
    return f"/dienst/meldung/{public_id}/foto/{photo.key}/"


def regions_of(photo: Photo) -> list:
    return Photo.objects.get(pk=photo.pk).regions


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("MANGEL_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_rectangle_is_drawn_by_mouse_and_one_by_keyboard(visitor, clerk, photo):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(page_of(photo))
    frame = page.locator("[data-frame]")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.6, steps=4)
    page.mouse.up()
    frame.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Fläche 2: von Hand gezeichnet")).to_be_checked()
    shot(page, "drawn")
    assert violations(page) == []
    page.get_by_role("button", name="Schwärzung speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    first, second = (one["polygon"] for one in regions_of(photo))
    assert first[0] == pytest.approx([0.2, 0.2], abs=0.01)
    assert first[2] == pytest.approx([0.5, 0.6], abs=0.01)
    assert second[0] == pytest.approx([0.38, 0.4], abs=0.001)
    assert second[2] == pytest.approx([0.58, 0.62], abs=0.001)
    expect(page.get_by_text("Das Bild wird gerade neu gemacht.")).to_be_visible()
    render_all()
    expect(page.get_by_alt_text("Geschwärztes Foto")).to_be_visible()  # the page looks by itself
    shot(page, "ready")
    page.get_by_role("button", name="Letzte Änderung zurücknehmen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert regions_of(photo) == []


def test_a_polygon_is_closed_at_its_first_corner_and_a_tick_takes_it_off(visitor, clerk, photo):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(page_of(photo))
    page.get_by_role("button", name="Vieleck").click()
    frame = page.locator("[data-frame]")
    box = frame.bounding_box()
    for x, y in ((0.3, 0.3), (0.6, 0.3), (0.5, 0.6), (0.3, 0.3)):
        frame.click(position={"x": box["width"] * x, "y": box["height"] * y})
    page.get_by_role("button", name="Schwärzung speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    (one,) = regions_of(photo)
    assert len(one["polygon"]) == 3
    page.get_by_label("Fläche 1: von Hand gezeichnet").uncheck()
    page.get_by_role("button", name="Schwärzung speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert regions_of(photo) == []


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_on_a_phone_nothing_hangs_over_the_edge(visitor, clerk, photo, colour_scheme):
    page = sign_in(visitor.page(PHONE, color_scheme=colour_scheme), clerk)
    page.goto(page_of(photo))
    page.locator("[data-frame] img").evaluate("(image) => image.decode()")
    shot(page, f"phone-{colour_scheme}")
    assert not sideways(page)
    assert violations(page) == []
