"""The administration as somebody uses it: every page of it, a zone's corner, a category, a question, a draft."""

import math

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from geo import zones
from geo.models import Address, Asset, Zone, ZoneLayer
from mangel import routing_check
from mangel.models import Category, HazardWord, RuleSet
from tests.browser.conftest import DESKTOP, violations
from tests.browser.test_desk import PASSWORD
from tests.factories import make_clerk


@pytest.fixture
def admin_page(visitor, transactional_db) -> Page:
    """Signed in with the emergency account, which may do everything."""
    User.objects.create_superuser("notfall", password=PASSWORD)
    page = visitor.page(DESKTOP)
    page.goto("/verwaltung/")
    page.get_by_label("Anmeldename").fill("notfall")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", name="Startklar?")).to_be_visible()
    return page


def registered() -> list[type]:
    return [model for model in apps.get_models() if model in admin.site._registry]


def address(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_page_of_the_administration_is_sound(admin_page, changed_city):
    """Axe finds nothing; the visitor sees to it that no style or script is refused by the policy."""
    make_clerk("tiefbau")
    Asset.objects.create(layer="lamp", number="1", point="POINT (11.33 50.98)")
    Address.objects.create(street="Marktstraße", number="1", point="POINT (11.33 50.98)")
    draft = routing_check.copy_as_draft(RuleSet.objects.get(status="active"), name="Entwurf")
    found = {}

    def look_at(path: str) -> None:
        admin_page.goto(path)
        found[path] = violations(admin_page)

    look_at("/verwaltung/")
    for model in registered():
        look_at(address(model, "changelist"))
        row = draft if model is RuleSet else model._default_manager.order_by("pk").first()
        look_at(address(model, "change", row.pk))
    look_at(address(Category, "change", Category.objects.get(code="STR1").pk))
    for model in (Zone, Category, User, HazardWord):
        look_at(address(model, "add"))
    assert {path: rules for path, rules in found.items() if rules} == {}


WEST, SOUTH, EAST, NORTH = 11.30, 50.97, 11.34, 50.99


def corner_on_screen(page: Page) -> tuple[float, float, float, float]:
    """Middle and north-east corner of the square in pixels. The map is fitted to it, 32 pixels inside its frame and 72
    from the right, where its buttons are."""

    def mercator(lat: float) -> float:
        return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))

    box = page.locator(".admin-map .maplibregl-canvas").bounding_box()
    width, height = EAST - WEST, mercator(NORTH) - mercator(SOUTH)
    scale = min((box["width"] - 104) / width, (box["height"] - 64) / height)
    x, y = box["x"] + 32 + (box["width"] - 104) / 2, box["y"] + box["height"] / 2
    return x, y, x + width / 2 * scale, y - height / 2 * scale


def test_a_corner_of_a_zone_is_dragged_and_saved(admin_page, changed_city):
    square = Polygon.from_bbox((WEST, SOUTH, EAST, NORTH))
    layer = ZoneLayer.objects.get(key="owner")
    zone = zones.add_zone(layer=layer, code="quadrat", name="Quadrat", geometry=MultiPolygon(square, srid=4326))
    admin_page.goto(address(Zone, "change", zone.pk))
    canvas = admin_page.locator(".admin-map .maplibregl-canvas")
    expect(admin_page.locator(".admin-map-tools [data-mode=select]")).to_have_attribute("aria-pressed", "true")
    canvas.scroll_into_view_if_needed()
    x, y, corner_x, corner_y = corner_on_screen(admin_page)
    mouse = admin_page.mouse
    mouse.click(x, y)
    mouse.move(corner_x, corner_y)
    mouse.down()
    mouse.move(corner_x - 10, corner_y - 10, steps=5)
    mouse.move(corner_x - 20, corner_y - 20, steps=5)
    mouse.up()
    admin_page.get_by_role("button", name="Sichern", exact=True).click()
    expect(admin_page.locator(".messagelist .success")).to_be_visible()
    now = Zone.objects.get(layer=layer, code="quadrat", valid__upper_inf=True)
    west, south, east, north = now.geometry.extent
    # The corner in the south-east stays, the one in the north-east is further up and no longer above it.
    assert (west, south, east) == pytest.approx((WEST, SOUTH, EAST), abs=1e-6)
    assert north > NORTH
    assert (EAST, NORTH) not in now.geometry[0][0]


def test_a_category_and_its_question_are_edited(admin_page, changed_city):
    category = Category.objects.get(code="STR1")
    question = category.questions.order_by("order").first()
    admin_page.goto(address(Category, "change", category.pk))
    admin_page.locator("#id_done_days").fill("77")
    texts = admin_page.locator("[name='questions-0-text_de'], [name='questions-0-text__de']")
    texts.fill("Wie tief ist es ungefähr?")
    admin_page.get_by_role("button", name="Sichern", exact=True).click()
    expect(admin_page.locator(".messagelist .success")).to_be_visible()
    category.refresh_from_db()
    question.refresh_from_db()
    assert category.done_days == 77
    assert question.text["de"] == "Wie tief ist es ungefähr?"


def test_a_rule_of_a_draft_is_there_to_be_changed_and_one_that_holds_to_be_looked_at(admin_page, changed_city):
    active = RuleSet.objects.get(status="active")
    draft = routing_check.copy_as_draft(active, name="Entwurf")
    admin_page.goto(address(RuleSet, "change", active.pk))
    expect(admin_page.locator(".inlineviewlink").first).to_have_text("Ansehen")
    assert admin_page.locator(".inlinechangelink").count() == 0
    admin_page.goto(address(RuleSet, "change", draft.pk))
    assert admin_page.locator(".inlineviewlink").count() == 0
    admin_page.locator(".inlinechangelink").first.click()
    admin_page.locator("#id_active").uncheck()
    admin_page.get_by_role("button", name="Sichern", exact=True).click()
    expect(admin_page.locator(".messagelist .success")).to_be_visible()
    assert draft.rules.filter(active=False).count() == active.rules.filter(active=False).count() + 1
