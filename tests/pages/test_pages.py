"""List, report page, tracking, finder: what strangers, reporters and machines find there."""

import re

import pytest
from django.test import Client

from mangel import merging, rerouting, tracking, workflow
from mangel.models import DeclinedReason, Membership, Office, Report
from mangel.states import State, Visibility
from photos.models import Photo
from photos.tasks import make_renditions
from tests.factories import FOOTWAY, PARK_BENCH, make_clerk, report_in
from tests.pages.conftest import jpeg, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(city):
    return make_clerk("tiefbau")


@pytest.fixture
def central(city):
    return make_clerk("zentral")


def code_of(report: Report) -> str:
    return tracking.code_for(report.public_id, kid=report.tracking_kid, version=report.tracking_version)


def own_page(report: Report) -> str:
    return f"/verfolgen/{report.public_id}/{code_of(report)}/"


# --- start page and list ----------------------------------------------------------------------------------------------


def test_the_start_page_has_one_button_the_newest_reports_and_the_emergency_line(client, city):
    report_in("STR2", FOOTWAY)
    page = client.get("/")
    assert 'href="/melden/"' in page.content.decode()
    assert "Gehweg beschädigt, Stolperstelle" in text_of(page)
    assert "Akute Gefahr?" in text_of(page)
    assert "data-report=" in page.content.decode()


def test_an_empty_town_says_what_to_do(client, city):
    assert "Noch keine Meldungen" in text_of(client.get("/"))
    assert "Noch keine Meldungen" in text_of(client.get("/meldungen/"))


def test_the_filter_in_the_url_narrows_the_list_and_can_be_taken_away(client, city, clerk):
    footway, bench = report_in("STR2", FOOTWAY), report_in("GRU4", PARK_BENCH)
    workflow.accept(report=footway, user=clerk)
    page = client.get("/meldungen/?state=accepted&category=STR")
    assert footway.public_id in page.content.decode()
    assert bench.public_id not in page.content.decode()
    assert 'href="/meldungen/?state=accepted"' in page.content.decode()


def test_a_filter_that_cannot_be_read_is_told_and_passed_over(client, city):
    page = client.get("/meldungen/?state=kaputt&since=gestern&bbox=NaN,1,2,3&nach=quatsch&utm=1")
    assert page.status_code == 200
    assert "Diesen Stand gibt es nicht." in text_of(page)


def test_nothing_found_offers_to_clear_the_filter(client, city):
    page = client.get("/meldungen/?q=Drachenfutter")
    assert "Dazu gibt es keine Meldung" in text_of(page)
    assert "Filter löschen" in text_of(page)


def test_pages_follow_each_other_without_gap_or_repetition(client, city, monkeypatch):
    monkeypatch.setattr("mangel.views.listing.ON_A_PAGE", 2)
    made = [report_in("STR2", None).public_id for _n in range(5)]
    seen, url = [], "/meldungen/"
    while url:
        page = client.get(url).content.decode()
        seen += re.findall(r'data-report="(\d{9})"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = older[1].replace("&amp;", "&") if older else ""
    assert seen == made[::-1]


def test_a_list_costs_ten_queries_however_long_it_is(client, city, django_assert_max_num_queries):
    for _n in range(12):
        report_in("STR2", FOOTWAY)
    client.get("/meldungen/")
    with django_assert_max_num_queries(10):
        client.get("/meldungen/")


# --- report page ----------------------------------------------------------------------------------------------


def test_a_fresh_report_shows_place_office_and_reason_but_not_its_text(client, city):
    report = report_in("GRU4", PARK_BENCH, description="Frau Meier hat die Lehne abgerissen.")
    page = client.get(report.get_absolute_url())
    assert page.status_code == 200
    assert "Klassik Stiftung Weimar" in text_of(page)
    assert "Im Park an der Ilm" in text_of(page)
    assert "wird angesehen (Mo–Fr 8–15 Uhr)" in text_of(page)
    assert "Frau Meier" not in page.content.decode()


def test_text_photo_and_notes_are_there_once_somebody_released_them(client, city, clerk):
    report = report_in("STR2", FOOTWAY, description="Platte steht hoch.", photos=[jpeg()])
    photo = Photo.objects.get(thing=report.thing)
    make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.rendition_token not in client.get(report.get_absolute_url()).content.decode()
    workflow.accept(report=report, user=clerk, public_text="Platte steht hoch.", photos=[photo])
    workflow.move_report(report=report, to=State.RESOLVED, user=clerk, note="Platte neu gelegt.")
    page = client.get(report.get_absolute_url())
    photo.refresh_from_db()
    assert photo.rendition_token in page.content.decode()
    assert "Platte steht hoch." in text_of(page)
    assert "Platte neu gelegt." in text_of(page)
    assert clerk.username not in page.content.decode()


def test_who_waits_for_whom_is_said_of_a_forwarded_report(client, city, central):
    report = report_in("GRU4", PARK_BENCH)
    rerouting.forward(report=report, user=central)
    page = text_of(client.get(report.get_absolute_url()))
    assert "Weitergeleitet an Klassik Stiftung Weimar" in page
    assert "Wir warten auf eine Antwort von: Klassik Stiftung Weimar." in page


def test_nothing_done_is_never_shown_without_its_reason(client, city, clerk):
    report = report_in("STR2", FOOTWAY)
    reason = DeclinedReason.objects.get(code="private_ground")
    workflow.move_report(report=report, to=State.DECLINED, user=clerk, note="Gehört zum Haus.", declined_reason=reason)
    page = text_of(client.get(report.get_absolute_url()))
    assert "Keine Maßnahme: Privatgrund" in page
    assert "Hausverwaltung" in page


@pytest.mark.parametrize("typed", ["{0} {1} {2}", "{0}-{1}-{2}", "{0}.{1}.{2}"])
def test_a_number_typed_with_blanks_or_dashes_leads_to_its_page(client, city, typed):
    report = report_in("STR2", FOOTWAY)
    number = typed.format(report.public_id[:3], report.public_id[3:6], report.public_id[6:])
    page = client.get(f"/meldungen/{number}/")
    assert page["Location"] == report.get_absolute_url()


def test_a_number_that_no_database_could_hold_is_not_found(client, city):
    assert client.get("/verfolgen/%00/%00/").status_code == 404
    assert client.get("/meldungen/%00/").status_code == 404
    assert client.post("/meldungen/%00/betrifft-mich/").status_code == 404


def test_a_mistyped_number_is_told_from_one_that_does_not_exist(client, city):
    assert "kann nicht stimmen" in text_of(client.get("/meldungen/123456789/"))
    assert client.get("/meldungen/123456789/").status_code == 404
    assert "Es gibt sie nicht, oder sie ist nicht öffentlich." in text_of(client.get("/meldungen/417203858/"))


@pytest.mark.parametrize("number", ["%00", "x" * 500, "1e9", "٤١٧٢٠٣٨٥٨"])
def test_rubbish_for_a_number_is_a_calm_404(client, city, number):
    assert client.get(f"/meldungen/{number}/").status_code == 404


def test_a_private_report_does_not_exist_for_strangers(client, city):
    report = report_in("STR2", FOOTWAY)
    Report.objects.filter(pk=report.pk).update(visibility=Visibility.PRIVATE)
    assert client.get(report.get_absolute_url()).status_code == 404
    assert client.post(f"{report.get_absolute_url()}betrifft-mich/").status_code == 404
    for url in ("/", "/meldungen/", f"/meldungen/?q={report.public_id}", "/meldungen/?category=STR2"):
        assert report.public_id not in client.get(url).content.decode().replace(
            f'value="{report.public_id}"', ""
        ).replace(f"„{report.public_id}“", "").replace(f"q={report.public_id}", "")


def test_a_hidden_report_is_gone_and_says_no_more(client, city):
    report = report_in("STR2", FOOTWAY)
    Report.objects.filter(pk=report.pk).update(visibility=Visibility.HIDDEN)
    page = client.get(report.get_absolute_url())
    assert page.status_code == 410
    assert "Gehweg" not in text_of(page)


def test_a_merged_report_leads_to_the_one_it_went_into(client, city, clerk):
    old, new = report_in("STR2", FOOTWAY), report_in("STR2", FOOTWAY)
    merging.merge(report=old, into=new, user=clerk)
    page = client.get(old.get_absolute_url(), follow=True)
    assert page.redirect_chain[-1][0] == new.get_absolute_url()
    assert old.spoken_id in text_of(page)
    Report.objects.filter(pk=new.pk).update(visibility=Visibility.PRIVATE)
    assert client.get(old.get_absolute_url()).status_code == 404
    Report.objects.filter(pk=new.pk).update(visibility=Visibility.HIDDEN)
    assert client.get(old.get_absolute_url()).status_code == 410


def test_it_affects_me_too_counts_each_browser_once(city):
    report = report_in("STR2", FOOTWAY)
    one, other = Client(), Client()
    for client in (one, one, other):
        client.post(f"{report.get_absolute_url()}betrifft-mich/")
    report.refresh_from_db()
    assert report.support_count == 2
    assert "Betrifft Sie auch: vermerkt." in text_of(one.get(report.get_absolute_url()))
    assert "Betrifft mich auch · 2" in text_of(Client().get(report.get_absolute_url()))


def test_looking_changes_nothing(client, city):
    report = report_in("STR2", FOOTWAY)
    refused = client.get(f"{report.get_absolute_url()}betrifft-mich/")
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert "Hier gibt es nichts zu lesen" in text_of(refused)
    assert f'href="{report.get_absolute_url()}"' in refused.content.decode()
    assert client.head(f"{report.get_absolute_url()}betrifft-mich/").status_code == 405
    report.refresh_from_db()
    assert report.support_count == 0


# --- tracking page ----------------------------------------------------------------------------------------------


def test_the_holder_of_the_code_sees_everything_of_their_own(client, city):
    report = report_in(
        "STR1", FOOTWAY, description="Ein Loch.", answers={"tiefe": "tief"}, photos=[jpeg()], place_hint="vor der Tür"
    )
    photo = Photo.objects.get(thing=report.thing)
    make_renditions(photo.pk)
    photo.refresh_from_db()
    page = client.get(own_page(report))
    assert "Ein Loch." in text_of(page)
    assert "vor der Tür" in text_of(page)
    assert "Wie tief ist das Loch?" in text_of(page)
    assert photo.rendition_token in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"


def test_a_private_report_is_there_for_its_reporter(client, city):
    report = report_in("FAH4", FOOTWAY, description="Jeden Tag.")
    page = client.get(own_page(report))
    assert page.status_code == 200
    assert "nur Sie und die zuständige Stelle sehen diese Meldung" in text_of(page)


def test_a_code_may_be_typed_as_people_type_it(client, city):
    report = report_in("STR2", FOOTWAY)
    typed = tracking.spoken(code_of(report)).upper().replace("0", "O")
    page = client.get(f"/verfolgen/{report.public_id}/{typed}/")
    assert page["Location"] == own_page(report)
    assert page["Cache-Control"] == "no-store"
    answer = client.post("/verfolgen/", {"number": report.spoken_id, "code": typed})
    assert answer["Location"] == own_page(report)


@pytest.mark.parametrize("code", ["0000000000000000", "x", "%00", "a" * 300])
def test_a_wrong_code_is_a_calm_404_that_tells_nothing(client, city, code):
    report = report_in("STR2", FOOTWAY, description="Geheimes Wort.")
    page = client.get(f"/verfolgen/{report.public_id}/{code}/")
    assert page.status_code == 404
    assert "Geheimes Wort." not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_number_and_code_that_do_not_belong_together_are_told_kindly(client, city):
    report = report_in("STR2", FOOTWAY)
    page = client.post("/verfolgen/", {"number": report.public_id, "code": "0" * 16})
    assert page.status_code == 422
    assert "passen nicht zusammen" in text_of(page)
    page = client.post("/verfolgen/", {"number": "123 456 789", "code": ""})
    assert "Vielleicht ist eine Ziffer vertauscht?" in text_of(page)
    assert "Bitte geben Sie den Code ein." in text_of(page)


def test_a_revoked_code_opens_nothing(client, city):
    report = report_in("STR2", FOOTWAY)
    address = own_page(report)
    Report.objects.filter(pk=report.pk).update(tracking_version=2)
    assert client.get(address).status_code == 404


# --- finder ----------------------------------------------------------------------------------------------


def test_the_finder_names_the_office_and_why(client, city):
    page = client.get(f"/zustaendig/?category=GRU4&lon={PARK_BENCH[0]}&lat={PARK_BENCH[1]}")
    assert "Zuständig: Klassik Stiftung Weimar" in text_of(page)
    assert "Im Park an der Ilm" in text_of(page)
    assert "/melden/?category=GRU4" in page.content.decode()


def test_an_address_from_the_finder_can_still_be_changed_in_the_form(client, city):
    lon, lat = PARK_BENCH
    page = client.get(f"/zustaendig/?category=GRU4&lon={lon}&lat={lat}&address=Parkweg+1").content.decode()
    link = re.search(r'href="(/melden/\?[^"]+)"', page)[1]
    assert "place_source=address" in link


def test_the_finder_asks_what_decides(client, city):
    page = text_of(client.get("/zustaendig/?category=VAN1"))
    assert "Woran ist das Graffiti?" in page
    assert "Stadtwirtschaft Weimar" in page
    page = text_of(client.get("/zustaendig/?category=VAN1&answers-woran=haltestelle"))
    assert "Zuständig: Stadtwirtschaft Weimar" in page


@pytest.mark.parametrize(
    "query", ["category=XXX", "lon=0&lat=0", "lon=NaN&lat=1", "lon=50.9&lat=11.3", "lon=1e308&lat=2", "accuracy_m=-1"]
)
def test_the_finder_questions_what_it_cannot_read(client, city, query):
    page = client.get(f"/zustaendig/?{query}")
    assert page.status_code == 422
    assert "data-problems" in page.content.decode()


def test_who_owns_what_is_a_table_as_well(client, city):
    page = text_of(client.get("/zustaendig/karte/"))
    assert "Park an der Ilm" in page
    assert "Klassik Stiftung Weimar" in page
    assert "Überall sonst in der Stadt" in page
    assert "Schematische Grenzen" in page


# --- texts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/impressum/", "/datenschutz/", "/barrierefreiheit/", "/daten/"])
def test_the_pages_of_the_footer_are_there_and_honest(client, city, path):
    page = client.get(path)
    assert page.status_code == 200
    if path != "/daten/":
        assert "Platzhalter" in text_of(page)


@pytest.mark.parametrize(
    "path",
    ["/", "/melden/", "/meldungen/", "/zustaendig/", "/zustaendig/karte/", "/daten/", "/verfolgen/", "/impressum/"],
)
def test_no_page_carries_inline_script_or_style(client, city, path):
    body = client.get(path).content.decode()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", body)
    for script in re.findall(r"<script([^>]*)>", body):
        assert "src=" in script or "application/json" in script


def test_offices_without_members_do_not_matter_to_the_pages(client, city):
    assert not Membership.objects.exists()
    assert Office.objects.exists()
    assert client.get("/zustaendig/karte/").status_code == 200
