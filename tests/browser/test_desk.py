"""The desk and the administration in a browser: axe, narrow windows, thumbs, keyboard, no JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from mangel import workflow
from mangel.models import Category, Report, RuleSet
from mangel.states import State
from tests.browser.conftest import DESKTOP, NARROW, PHONE, sideways, too_small, violations
from tests.desk.conftest import bring, jpeg, render_all
from tests.factories import B7_IN_PARK, FOOTWAY, MARKET, PARK_BENCH, make_administrator, make_clerk, report_in, stored

PASSWORD = "ein-langes-passwort-9"


@pytest.fixture
def clerk(city, transactional_db):
    return make_clerk("tiefbau")


@pytest.fixture
def desk(clerk, media) -> dict[str, Report]:
    """A report in every state, one with photos, a double and a danger."""
    found = {}
    for state in State:
        found[state] = bring(report_in("STR2", FOOTWAY, description="Platte steht hoch."), state, clerk)
    found["photo"] = report_in("STR2", FOOTWAY, description="Platte wackelt.", photos=[jpeg(), jpeg("b", 30)])
    found["danger"] = report_in("STR1", MARKET, answers={"tiefe": "gefahr"})
    found["second"] = bring(report_in("STR2", FOOTWAY), State.IN_PROGRESS, clerk)
    found["nowhere"] = report_in("STR2", None)
    render_all()
    return found


def sign_in(page: Page, user) -> Page:
    page.goto("/anmelden/")
    page.get_by_label("Anmeldename").fill(user.username)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(lambda address: "/anmelden/" not in address)
    return page


def addresses(desk) -> list[str]:
    """Every template of the desk, in the states that look different."""
    reports = [desk[name] for name in ("danger", "nowhere", State.IN_PROGRESS, State.DECLINED)]
    return [
        "/dienst/",
        "/dienst/?ansicht=abgeschlossen&q=Drachenfutter",
        f"/dienst/sichten/{desk['photo'].public_id}/",
        *(f"/dienst/meldung/{report.public_id}/" for report in reports),
        "/anmelden/passwort/",
    ]


def unfold(page: Page) -> None:
    """Everything folded away is looked at, too."""
    page.evaluate(
        "document.querySelectorAll('main details')"
        ".forEach((fold) => { fold.removeAttribute('name'); fold.open = true; })"
    )


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop light", "phone dark"])
def test_axe_finds_nothing_at_the_desk(visitor, desk, clerk, size, scheme):
    page = visitor.page(size, color_scheme=scheme)
    page.goto("/anmelden/")
    found = {"/anmelden/": violations(page)}
    sign_in(page, clerk)
    for address in addresses(desk):
        page.goto(address)
        unfold(page)
        found[address] = violations(page)
    assert {address: rules for address, rules in found.items() if rules} == {}


def test_axe_finds_nothing_where_errors_are_shown(visitor, desk, clerk):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(f"/dienst/sichten/{desk['photo'].public_id}/")
    page.get_by_text("Keine Maßnahme", exact=True).first.click()
    page.get_by_role("button", name="Keine Maßnahme").click()
    expect(page.locator("[data-problems]")).to_be_focused()
    assert violations(page) == []
    page.locator("[data-problems] a").click()
    expect(page.get_by_text("Grund", exact=True)).to_be_visible()


def test_the_desk_fits_on_320_pixels_and_under_a_thumb(visitor, desk, clerk):
    page = sign_in(visitor.page(NARROW), clerk)
    wide, small = {}, {}
    for address in addresses(desk):
        page.goto(address)
        unfold(page)
        wide[address], small[address] = sideways(page), too_small(page)
    # An office with a long name, minded by another desk.
    page = sign_in(visitor.page(NARROW), make_clerk("zentral"))
    highway = report_in("STR1", B7_IN_PARK, answers={"tiefe": "tief"})
    page.goto(f"/dienst/sichten/{highway.public_id}/")
    unfold(page)
    wide["zentral"], small["zentral"] = sideways(page), too_small(page)
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}
    assert {address: parts for address, parts in small.items() if parts} == {}


def test_a_report_is_looked_at_and_released_without_javascript(visitor, desk, clerk):
    page = sign_in(visitor.page(PHONE, java_script_enabled=False), clerk)
    page.goto(f"/dienst/sichten/{desk['photo'].public_id}/")
    page.get_by_label("Öffentlicher Text").fill("Platte ist locker.")
    page.get_by_label("freigeben").nth(1).uncheck()
    page.get_by_role("button", name="Übernehmen & freigeben").click()
    assert page.url.endswith("/dienst/sichten/")
    report = stored(desk["photo"])
    assert (report.state, report.shown_text) == (State.ACCEPTED, "Platte ist locker.")
    assert [photo.check_state for photo in report.thing.photos.order_by("pk")] == ["shown", "withheld"]


def test_the_whole_look_works_by_keyboard_alone(visitor, desk, clerk):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(f"/dienst/sichten/{desk['photo'].public_id}/")
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth; })()"
        )
        assert shown.startswith("solid"), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if page.evaluate("document.activeElement.textContent.includes('Übernehmen & freigeben')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/dienst/sichten/")
    assert stored(desk["photo"]).state == State.ACCEPTED


def test_enter_in_a_text_field_decides_nothing(visitor, desk, clerk):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(f"/dienst/sichten/{desk['photo'].public_id}/")
    page.get_by_label("Was ist auf Foto 1 zu sehen?").press("Enter")
    page.wait_for_timeout(500)
    assert stored(desk["photo"]).state == State.RECEIVED


def test_the_pin_is_moved_on_the_map_and_decides_again(visitor, desk, clerk):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(f"/dienst/meldung/{desk['photo'].public_id}/")
    pin = page.locator(".map-pin")
    expect(pin).to_be_visible()
    before = page.locator("#id_ort-lon").input_value()
    pin.focus()
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#id_ort-lon")).not_to_have_value(before)
    page.get_by_role("button", name="Ort speichern").click()
    expect(page.get_by_text("Ort berichtigt, Zuständigkeit neu geprüft")).to_be_visible()
    assert stored(desk["photo"]).point.x > float(before)


def test_a_double_click_does_it_once(visitor, desk, clerk):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(f"/dienst/meldung/{desk[State.ACCEPTED].public_id}/")
    page.get_by_role("button", name="In Arbeit nehmen").dblclick()
    expect(page.locator(".note.success")).to_contain_text("ist in Arbeit")
    assert desk[State.ACCEPTED].entries.filter(kind="moved", new="in_progress").count() == 1


def test_somebody_was_faster_and_what_was_typed_is_kept(visitor, desk, clerk):
    page = sign_in(visitor.page(DESKTOP), clerk)
    page.goto(f"/dienst/meldung/{desk['photo'].public_id}/")
    page.get_by_label("Öffentlicher Text").fill("Mein Satz.")
    workflow.move_report(report=desk["photo"], to=State.IN_PROGRESS, user=make_clerk("tiefbau"))
    page.get_by_role("button", name="Übernehmen & freigeben").click()
    expect(page.locator("[data-problems]")).to_contain_text("Inzwischen hat jemand anderes")
    expect(page.get_by_label("Öffentlicher Text")).to_have_value("Mein Satz.")


def test_a_row_opens_beside_the_list_on_a_desktop_and_as_a_page_on_the_phone(visitor, desk, clerk):
    number = desk["second"].public_id
    wide = sign_in(visitor.page(DESKTOP), clerk)
    wide.goto("/dienst/?ansicht=in-arbeit")
    wide.evaluate("window.stays = true")
    wide.locator(f"tr[data-report='{number}']").click()
    expect(wide.locator("[data-panel] a").first).to_have_attribute("href", f"/dienst/meldung/{number}/")
    expect(wide.locator("tr[data-current]")).to_have_attribute("data-report", number)
    assert number in wide.url
    assert wide.evaluate("window.stays")  # the list was not loaded again, so nothing jumped
    narrow = sign_in(visitor.page(PHONE), clerk)
    narrow.goto("/dienst/?ansicht=in-arbeit")
    narrow.locator(f"tr[data-report='{number}']").click()
    narrow.wait_for_url(f"**/dienst/meldung/{number}/")


def administration() -> dict[str, str]:
    """Pages of the administration, and what on them is ours."""
    active = RuleSet.objects.get(status="active")
    category = Category.objects.get(code="STR1")
    return {
        "/verwaltung/": ".startklar",
        f"/verwaltung/mangel/category/{category.pk}/change/": ".field-names",
        f"/verwaltung/mangel/ruleset/{active.pk}/change/": ".object-tools",
    }


def test_the_administration_keeps_our_strict_csp(visitor, city, transactional_db):
    page = sign_in(visitor.page(DESKTOP), make_administrator())
    for address, ours in administration().items():
        page.goto(address)
        expect(page.locator(ours).first).to_be_visible()  # the visitor counts what the browser refuses


def test_what_is_ours_in_the_administration_passes_axe(visitor, city, transactional_db):
    # axe tries inline styles on Django's own widgets, which our CSP would report.
    page = sign_in(visitor.page(DESKTOP, bypass_csp=True), make_administrator())
    found = {}
    for address, ours in administration().items():
        page.goto(address)
        found[address] = violations(page, ours)
    assert {address: rules for address, rules in found.items() if rules} == {}


def test_a_new_rule_is_added_in_the_browser(visitor, changed_city, city):
    from mangel.routing_check import copy_as_draft

    page = sign_in(visitor.page(DESKTOP), make_administrator())
    draft = copy_as_draft(RuleSet.objects.get(status="active"), name="Entwurf")
    before = draft.rules.count()
    page.goto(f"/verwaltung/mangel/ruleset/{draft.pk}/change/")
    page.locator("#rules-group .add-row a").click()
    row = page.locator(f"#rules-{before}")
    row.locator("select[name$=category]").select_option(label=str(Category.objects.get(code="LIC1")))
    row.locator("select[name$=office]").select_option(label="Ordnungsamt")
    row.locator("input[name$=reason_code]").fill("lamp")
    page.get_by_role("button", name="Sichern", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert draft.rules.count() == before + 1


def test_signing_in_sends_the_bench_in_the_park_to_no_other_desk(visitor, city, transactional_db):
    report_in("MUE1", PARK_BENCH)
    page = sign_in(visitor.page(PHONE), make_clerk("gruen"))
    page.goto("/dienst/?ansicht=sichten")
    expect(page.get_by_text("Alles gesichtet.")).to_be_visible()
