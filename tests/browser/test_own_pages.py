"""The own page and what others object to, in a real browser: axe with errors shown, thumbs, a page that follows."""

import pytest
from playwright.sync_api import expect

from mangel import noticing, tracking, workflow
from mangel.models import Report
from mangel.states import State
from tests.browser.conftest import DESKTOP, PHONE, too_small, violations
from tests.factories import FOOTWAY, make_clerk, report_in


@pytest.fixture
def asked(city, transactional_db):
    """A report with a question, and with a text that two object to."""
    report = report_in("STR2", FOOTWAY, description="Platte steht hoch.")
    clerk = make_clerk("tiefbau")
    workflow.accept(report=report, user=clerk, public_text="Platte steht hoch.")
    workflow.ask(report=report, user=clerk, text="Vor welchem Haus?")
    for sender in ("a", "b"):
        noticing.give_notice(report=report, kind="text", reason="private", sender_hash=sender)
    return report


def own_url(report: Report) -> str:
    code = tracking.code_for(report.public_id, kid=report.tracking_kid, version=report.tracking_version)
    return f"/verfolgen/{report.public_id}/{code}/"


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_the_own_page_passes_axe_with_every_form_open_and_an_error_shown(visitor, asked, size, scheme):
    page = visitor.page(size, color_scheme=scheme)
    page.goto(own_url(asked))
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.locator("[data-problems]")).to_be_focused()
    page.evaluate("document.querySelectorAll('main details').forEach((fold) => (fold.open = true))")
    assert violations(page) == []
    assert too_small(page) == []


def test_an_answer_is_sent_and_the_question_is_gone(visitor, asked):
    page = visitor.page(PHONE)
    page.goto(own_url(asked))
    page.get_by_label("Ihre Antwort").fill("Nummer 12")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_text("Ihre Antwort ist angekommen.")).to_be_visible()
    expect(page.get_by_text("Die Stelle fragt Sie")).to_have_count(0)


def test_pin_and_support_of_an_open_page_follow_the_state(visitor, asked):
    page = visitor.page(DESKTOP)
    page.goto(asked.get_absolute_url())
    support = page.get_by_role("button", name="Betrifft mich auch")
    expect(support).to_be_visible()
    pin = page.locator(".maplibregl-marker .state, .maplibregl-marker.state, .maplibregl-marker").first
    expect(pin).to_be_visible()
    before = pin.evaluate("(marker) => marker.outerHTML")
    workflow.move_report(report=asked, to=State.RESOLVED, user=make_clerk("tiefbau"), note="Neu verlegt.")
    expect(support).to_be_hidden(timeout=20_000)
    page.wait_for_function(
        "(before) => document.querySelector('.maplibregl-marker').outerHTML !== before", arg=before, timeout=20_000
    )
