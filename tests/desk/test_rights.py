"""Who sees what at the desk."""

import pytest

from accounts.models import Contact
from mangel import rerouting, workflow
from mangel.models import Membership, Office
from tests.desk.conftest import bring, last_seq
from tests.factories import FOOTWAY, PARK_BENCH, make_administrator, make_clerk, make_user, report_in, stored

pytestmark = pytest.mark.django_db

PAGES = ["/dienst/", "/dienst/sichten/", "/dienst/meldung/{}/", "/dienst/sichten/{}/"]


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_led_to_sign_in(client, report, page):
    answer = client.get(page.format(report.public_id))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/anmelden/?next=/dienst/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["nobody", "administrator", "crew", "hotline", "former"])
def test_those_without_a_desk_get_a_calm_403(client, report, page, who):
    user = {
        "nobody": lambda: make_user(),
        "administrator": make_administrator,
        "crew": lambda: make_clerk("tiefbau", Membership.Role.CREW),
        "hotline": lambda: make_clerk("tiefbau", Membership.Role.HOTLINE),
        "former": lambda: make_clerk("tiefbau"),
    }[who]()
    if who == "former":
        user.memberships.update(starts_on="2020-01-01", ends_on="2021-01-01")
    client.force_login(user)
    answer = client.get(page.format(report.public_id))
    assert answer.status_code == 403
    assert "Fehler 403" in answer.content.decode()


def test_a_clerk_of_another_office_gets_404_for_the_page_and_for_every_click(client, report, act):
    client.force_login(make_clerk("gruen"))
    assert client.get(f"/dienst/meldung/{report.public_id}/").status_code == 404
    assert client.get(f"/dienst/sichten/{report.public_id}/").status_code == 404
    for slug in ("uebernehmen", "keine-massnahme", "notiz", "sichtbarkeit"):
        assert act(report, slug, browser=client).status_code == 404
    assert client.post(f"/dienst/sichten/{report.public_id}/spaeter/").status_code == 404
    assert report.public_id not in client.get("/dienst/?ansicht=sichten").content.decode()
    assert stored(report).state == "received"


def test_a_get_never_acts(desk, report):
    for slug in ("uebernehmen", "in-arbeit"):
        assert desk.get(f"/dienst/meldung/{report.public_id}/{slug}/").status_code == 405
    assert desk.get(f"/dienst/sichten/{report.public_id}/spaeter/").status_code == 405


def test_a_click_without_a_csrf_token_is_refused(clerk, report):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clerk)
    assert browser.post(f"/dienst/meldung/{report.public_id}/in-arbeit/", {"seen_seq": 1}).status_code == 403
    assert stored(report).state == "received"


def test_the_minding_desk_sees_the_outside_owners_reports(client, city):
    bench = report_in("MUE1", PARK_BENCH)
    client.force_login(make_clerk("zentral"))
    assert client.get(f"/dienst/meldung/{bench.public_id}/").status_code == 200
    client.force_login(make_clerk("gruen"))
    assert client.get(f"/dienst/meldung/{bench.public_id}/").status_code == 404


def test_an_outside_owner_nobody_minds_lies_with_central_intake(client, city):
    bench = report_in("MUE1", PARK_BENCH)
    Office.objects.filter(code="klassik").update(minded_by=None)
    client.force_login(make_clerk("zentral"))
    assert client.get(f"/dienst/meldung/{bench.public_id}/").status_code == 200


def test_contact_data_is_not_shown_only_that_there_is_some(desk, city):
    report = report_in("STR2", FOOTWAY, email="erika@example.org", phone="03643 4711", name="Erika Mustermann")
    assert Contact.objects.exists()
    for address in (f"/dienst/meldung/{report.public_id}/", "/dienst/sichten/", "/dienst/?ansicht=sichten"):
        page = desk.get(address).content.decode()
        assert not any(secret in page for secret in ("erika@", "4711", "Mustermann"))
    assert "Kontakt vorhanden" in desk.get(f"/dienst/meldung/{report.public_id}/").content.decode()


def test_notes_of_another_office_stay_there(client, clerk, report):
    workflow.write_note(report=report, user=clerk, text="Nur für Tiefbau.", public=False)
    rerouting.reroute(report=report, office=Office.objects.get(code="gruen"), user=clerk, why="Parkweg")
    client.force_login(make_clerk("gruen"))
    page = client.get(f"/dienst/meldung/{report.public_id}/").content.decode()
    assert "Nur für Tiefbau." not in page
    assert "Parkweg" in page  # why it came here is for those it came to


def test_the_whole_history_names_staff_at_the_desk(desk, clerk, report):
    clerk.first_name, clerk.last_name = "Jana", "Weber"
    clerk.save()
    bring(report, "in_progress", clerk)
    assert "Jana Weber" in desk.get(f"/dienst/meldung/{report.public_id}/").content.decode()


def test_who_left_the_city_is_still_in_the_history(client, clerk, report):
    bring(report, "in_progress", clerk)
    clerk.delete()
    client.force_login(make_clerk("tiefbau"))
    assert "früheres Konto" in client.get(f"/dienst/meldung/{report.public_id}/").content.decode()


def test_pages_of_the_desk_are_not_kept_by_any_cache(desk, report):
    for page in ("/dienst/", "/dienst/sichten/", f"/dienst/meldung/{report.public_id}/"):
        assert "no-store" in desk.get(page)["Cache-Control"]


def test_what_was_typed_never_becomes_markup(desk, report, act, city):
    evil = "<script>alert(1)</script>{number}"
    Office.objects.filter(code="gruen").update(names={"de": evil})
    assert act(report, "umleiten", office="gruen", why=evil).status_code == 302
    assert "<script>alert" not in desk.get("/dienst/").content.decode()


def test_a_report_that_left_my_desk_leads_back_to_the_queue(report, act):
    answer = act(report, "umleiten", office="gruen", why="Parkweg")
    assert answer["Location"] == "/dienst/"
    assert last_seq(report) > 1
