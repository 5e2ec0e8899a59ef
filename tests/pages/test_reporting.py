"""The report flow as somebody without JavaScript meets it."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mangel.models import Report, Support
from mangel.states import Visibility
from mangel.views.reporting import sending
from photos import storage
from photos.models import Photo
from tests.factories import FOOTWAY, JENA, PARK_BENCH, report_in
from tests.pages.conftest import Walker, jpeg, text_of

pytestmark = pytest.mark.django_db


def test_a_photo_and_an_address_become_a_report_without_javascript(walker):
    assert walker.heading == "Haben Sie ein Foto?"
    walker.send(photos=jpeg())
    assert walker.heading == "Wo ist es?"
    walker.send(address="am Spielplatz hinter der Schule")
    assert walker.heading == "Was ist es?"
    walker.send(category="GRU4")
    assert walker.heading == "Noch ein paar Angaben"
    walker.send(**{"answers-teil": "bank", "description": "Zwei Latten fehlen.", "alt-0": "Bank ohne Lehne"})
    report = walker.report
    assert (report.category.code, report.address, report.point) == ("GRU4", "am Spielplatz hinter der Schule", None)
    assert (report.description, report.answers) == ("Zwei Latten fehlen.", {"teil": "bank"})
    assert Photo.objects.get(thing=report.thing).alt_text == "Bank ohne Lehne"
    sent = walker.client.get(walker.response["Location"])
    assert "Danke. Ihre Meldung ist angekommen." in text_of(sent)
    assert report.spoken_id in text_of(sent).replace("\u202f", " ")
    assert "Zuständig:" in text_of(sent)


def test_the_page_before_sending_says_who_is_responsible_and_why(walker):
    page = walker.to_details("GRU4", at=PARK_BENCH)
    assert "Zuständig: Klassik Stiftung Weimar" in text_of(page)
    assert "Im Park an der Ilm" in text_of(page)


def test_a_double_click_gives_one_report(walker):
    walker.to_details("STR2", at=FOOTWAY)
    begun, step = walker.begun, walker.step
    first = walker.send(description="Platte steht hoch.")
    walker.begun, walker.step = begun, step
    second = walker.send(description="Platte steht hoch.")
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == 1


def test_going_back_and_changing_something_after_sending_leads_to_the_report_that_is_there(walker):
    walker.to_details("STR2", at=FOOTWAY)
    begun, step = walker.begun, walker.step
    first = walker.send(description="Platte steht hoch.")
    walker.begun, walker.step = begun, step
    second = walker.send(description="Doch etwas anderes.")
    assert first["Location"] == second["Location"]
    assert "schon angekommen" in text_of(walker.client.get(second["Location"]))
    assert Report.objects.get().description == "Platte steht hoch."


def test_what_was_typed_survives_an_error_and_so_does_the_photo(walker):
    walker.send(photos=jpeg("bank.jpg"))
    walker.send(address="Marktplatz", place_hint="neben dem Brunnen")
    walker.send(category="STR1")
    page = walker.send(description="Ein Loch.")  # "Wie tief ist das Loch?" is not answered
    assert page.status_code == 422
    assert "Wie tief ist das Loch?" in text_of(page)
    assert 'href="#id_answers-tiefe_0"' in page.content.decode()
    assert 'id="id_answers-tiefe_0"' in page.content.decode()
    assert "Ein Loch." in page.content.decode()
    walker.send(**{"answers-tiefe": "flach", "description": "Ein Loch."})
    report = walker.report
    assert (report.address, report.place_hint) == ("Marktplatz", "neben dem Brunnen")
    assert Photo.objects.filter(thing=report.thing).count() == 1


def test_a_text_that_is_too_long_is_kept_to_be_shortened(walker):
    walker.to_details("STR2", address="Markt")
    page = walker.send(description="ä" * 4001)
    assert page.status_code == 422
    assert "Das sind 4001 Zeichen, möglich sind 4000." in text_of(page)
    assert "ä" * 4001 in page.content.decode()


def test_every_page_can_be_left_backwards_with_what_was_said(walker):
    walker.send(go="without")
    walker.send(address="Markt 1", place_hint="am Eingang")
    walker.send(category="LIC1")
    walker.send(go="back", description="Flackert seit gestern.")
    assert walker.heading == "Was ist es?"
    assert re.search(r'value="LIC1"[^>]*checked', walker.response.content.decode())
    walker.send(go="back")
    assert walker.heading == "Wo ist es?"
    assert 'value="Markt 1"' in walker.response.content.decode()
    walker.send(address="Markt 1", place_hint="am Eingang")
    walker.send(category="LIC1")
    assert walker.heading == "Noch ein paar Angaben"
    assert "Flackert seit gestern." in walker.response.content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"<svg onload=alert(1)>", "Diese Datei ist kein Foto, das wir lesen können."),
        (b"\xff\xd8\xff\xe0" + b"x" * 200, "Das Foto ist beschädigt oder unvollständig."),
    ],
)
def test_a_file_that_is_no_photo_is_refused_with_a_sentence_and_the_flow_goes_on(walker, content, sentence):
    page = walker.send(photos=[SimpleUploadedFile("urlaub.jpg", content, "image/jpeg"), jpeg("gut.jpg")])
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "gut.jpg" in text_of(page)
    walker.send()
    assert walker.heading == "Wo ist es?"


@pytest.mark.data
def test_hostile_files_never_break_the_photo_page(client, city, data):
    for path in sorted((data / "photos" / "hostile").iterdir()):
        with path.open("rb") as file:
            page = Walker(client).send(photos=file)
        assert page.status_code in (200, 422), path.name


def test_more_than_five_photos_are_refused_and_the_first_five_stay(walker):
    page = walker.send(photos=[jpeg(f"{n}.jpg", shade=n) for n in range(7)])
    assert page.status_code == 422
    assert "Mehr als 5 Fotos sind nicht möglich." in text_of(page)
    assert [f"{n}.jpg" in text_of(page) for n in range(7)] == [True] * 5 + [False] * 2


def test_a_photo_can_be_taken_away_again(walker):
    walker.send(photos=[jpeg("eins.jpg"), jpeg("zwei.jpg", shade=5)])
    walker.send(go="back")
    page = walker.send(go="drop-0")
    assert "eins.jpg" not in text_of(page)
    assert "zwei.jpg" in text_of(page)


def test_a_photo_that_was_swept_meanwhile_is_asked_for_again_and_nothing_else_is_lost(walker):
    walker.send(photos=jpeg())
    walker.send(address="Markt")
    walker.send(category="STR2")
    for path in (storage.root() / "staged").rglob("*"):
        if path.is_file():
            path.unlink()
    page = walker.send(description="Platte steht hoch.")
    assert page.status_code == 422
    assert "Das Foto ist nicht mehr da" in text_of(page)
    for _step in range(3):
        walker.send(**({"address": "Markt"} if walker.step == "place" else {}))
    assert "Platte steht hoch." in walker.response.content.decode()


def test_a_full_disk_offers_to_send_without_photo(walker, monkeypatch):
    walker.send(photos=jpeg())
    walker.send(address="Markt")
    walker.send(category="STR2")

    def full(*_args, **_kwargs):
        raise storage.StorageFull

    monkeypatch.setattr("photos.uploads.storage.write_new", full)
    page = walker.send(description="Platte steht hoch.")
    assert page.status_code == 507
    assert "Ohne Foto absenden" in text_of(page)
    assert not Report.objects.exists()
    walker.send(go="nophoto", description="Platte steht hoch.")
    assert walker.report.description == "Platte steht hoch."


def test_a_place_is_asked_for_and_may_be_left_out(walker):
    walker.send(go="without")
    page = walker.send(address="")
    assert page.status_code == 422
    assert "Wo ist es?" in text_of(page)
    walker.send(go="without")
    walker.send(category="STR2")
    walker.send()
    assert (walker.report.place_source, walker.report.point) == ("none", None)


@pytest.mark.parametrize(
    ("lon", "lat", "sentence"),
    [
        ("0", "0", "0,0 ist kein Ort."),
        ("NaN", "50.98", "Bitte eine Zahl angeben"),
        ("50.98", "11.33", "vertauscht"),
        ("1e308", "50.98", "vertauscht"),
        ("11.33", "", "Länge (lon) und Breite (lat) bitte beide angeben."),
        ("9" * 500, "50.98", "Bitte eine Zahl angeben"),
    ],
)
def test_a_point_that_is_no_place_is_questioned(walker, lon, lat, sentence):
    walker.send(go="without")
    page = walker.send(lon=lon, lat=lat, place_source="gps")
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert walker.step == "place"


def test_outside_the_city_it_is_said_before_anything_else_is_typed(walker):
    walker.send(go="without")
    page = walker.send(lon=JENA[0], lat=JENA[1], place_source="map")
    assert walker.heading == "Was ist es?"
    assert "liegt außerhalb von Weimar" in text_of(page)
    assert "Zuständig: Nachbargemeinde" in text_of(page)


def test_danger_by_answer_stops_once_and_then_the_report_goes_its_way(walker):
    walker.to_details("STR1", at=FOOTWAY)
    page = walker.send(**{"answers-tiefe": "gefahr"})
    assert walker.step == "danger"
    assert 'href="tel:112"' in page.content.decode()
    assert 'href="tel:110"' in page.content.decode()
    assert not Report.objects.exists()
    walker.send(go="called")
    assert walker.report.hazard


def test_another_danger_stops_again(walker):
    walker.to_details("WAS2", at=FOOTWAY)
    walker.send(go="calm")
    walker.send(description="Hier liegt eine Bombe.")
    assert walker.step == "danger"
    walker.send(go="called")
    assert walker.report.hazard


def test_a_burst_main_stops_before_any_question(walker):
    walker.to_details("WAS2", at=FOOTWAY)
    assert walker.step == "danger"
    walker.send(go="calm")
    assert walker.heading == "Noch ein paar Angaben"
    walker.send()
    assert walker.report.hazard


def test_a_word_like_gas_stops_but_a_lane_does_not(walker):
    walker.to_details("SON3", address="Markt")
    walker.send(description="In der Gasse liegt eine Tüte.")
    assert walker.response.status_code == 302
    walker.begin()
    walker.to_details("SON3", address="Markt")
    walker.send(description="Es riecht nach Gas!")
    assert walker.step == "danger"


def test_no_outage_number_is_shown_that_the_city_has_not_configured(walker, city):
    page = walker.to_details("WAS6", at=FOOTWAY)
    assert "Stadtwerke" not in text_of(page)
    city.outage_numbers = {"stadtwerke": "03643 000000"}
    city.save()
    walker.begin()
    assert "03643 000000" in text_of(walker.to_details("WAS6", at=FOOTWAY))


def test_a_double_is_asked_about_and_one_tap_joins_it(walker):
    there = report_in("STR2", FOOTWAY)
    walker.to_details("STR2", at=FOOTWAY)
    assert walker.heading == "Ist es das hier?"
    joined = walker.send(go=f"join-{there.public_id}")
    assert joined["Location"] == there.get_absolute_url()
    there.refresh_from_db()
    assert there.support_count == 1
    assert Report.objects.count() == 1


def test_joining_twice_counts_once(walker):
    there = report_in("STR2", FOOTWAY)
    for _time in range(2):
        walker.begin()
        walker.to_details("STR2", at=FOOTWAY)
        walker.send(go=f"join-{there.public_id}")
    assert Support.objects.filter(report=there).count() == 1


def test_something_else_goes_on_and_is_not_asked_again(walker):
    report_in("STR2", FOOTWAY)
    walker.to_details("STR2", at=FOOTWAY)
    walker.send()
    assert walker.heading == "Noch ein paar Angaben"
    walker.send(description="Andere Platte.")
    assert walker.report.possible_duplicate_of is not None


def test_a_private_report_is_never_offered_as_a_double(walker):
    private = report_in("STR2", FOOTWAY)
    Report.objects.filter(pk=private.pk).update(visibility=Visibility.PRIVATE)
    walker.to_details("STR2", at=FOOTWAY)
    assert walker.heading == "Noch ein paar Angaben"


def test_an_unclear_spot_is_asked_about_once_and_the_answer_decides(walker):
    near_b7 = (11.3388, 50.97655)
    page = walker.to_details("STR1", at=near_b7, accuracy_m=40)
    assert "Wo genau liegt es?" in text_of(page)
    options = re.findall(r'name="answers-place" value="([^"]+)"', page.content.decode())
    assert {"none", "unknown"} < set(options)
    road = next(code for code in options if "b7" in code.lower() or "road" in code.lower())
    walker.send(**{"answers-place": road, "answers-tiefe": "flach"})
    assert walker.report.office.code == "tlbv"


def test_the_trap_for_machines_says_so_and_loses_nothing(walker):
    walker.to_details("STR2", address="Markt")
    page = walker.send(description="Platte steht hoch.", website="https://spam.example")
    assert page.status_code == 422
    assert "Falle für Automaten" in text_of(page)
    assert "Platte steht hoch." in page.content.decode()
    assert not Report.objects.exists()
    walker.send(description="Platte steht hoch.")
    assert walker.report


def test_four_pages_in_no_time_are_sent_once_more(walker, monkeypatch):
    monkeypatch.setattr(sending, "FASTEST_S", 2.0)
    walker.to_details("STR2", address="Markt")
    page = walker.send(description="Platte steht hoch.")
    assert page.status_code == 422
    assert "Das ging sehr schnell." in text_of(page)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=5)):
        walker.send(description="Platte steht hoch.")
    assert walker.report


@pytest.mark.parametrize("token", ["", "forged", "eyJrIjoxfQ:1tx:abc"])
def test_a_forged_or_ancient_page_starts_anew_with_a_sentence(client, city, token):
    page = client.post("/melden/", {"begun": token, "step": "details", "go": "next"})
    assert page.status_code == 422
    assert "Diese Seite war zu lange offen." in text_of(page)


def test_a_matter_that_is_private_says_so_and_is_nowhere_to_be_found(walker, client):
    page = walker.to_details("FAH4", at=FOOTWAY)
    assert "nicht öffentlich" in text_of(page)
    walker.send(description="Jeden Tag.")
    report = walker.report
    assert client.get(report.get_absolute_url()).status_code == 404
    assert report.public_id not in text_of(client.get("/meldungen/"))


def test_the_finder_hands_matter_and_place_over(walker):
    page = walker.begin(f"?category=GRU4&lon={PARK_BENCH[0]}&lat={PARK_BENCH[1]}")
    assert page.status_code == 200
    walker.send(go="without")
    assert f'value="{PARK_BENCH[0]}"' in walker.response.content.decode()


def test_the_whole_flow_speaks_english_to_who_asks_for_it(client, city):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    walker = Walker(client)
    assert walker.heading == "Do you have a photo?"
    walker.send(go="without")
    page = walker.send(address="")
    assert page.status_code == 422
    assert "Ihr" not in text_of(page).split()
    walker.send(address="at the playground")
    assert walker.heading == "What is it?"
    walker.send(category="STR2")
    assert "Roads and Civil Engineering" in text_of(walker.response)
    walker.send()
    assert walker.report.language == "en"


def test_two_tabs_of_one_form_become_two_reports_each_with_its_own_words(client, city):
    """Nothing of a form lies in the session, where the second tab would write over the first one's."""
    first, second = Walker(client), Walker(client)
    first.to_details("STR2", at=FOOTWAY)
    second.to_details("LIC1", at=PARK_BENCH)
    first.send(description="Platte steht hoch.")
    second.send(description="Lampe ist aus.")
    reports = {report.category.code: report.description for report in Report.objects.select_related("category")}
    assert reports == {"STR2": "Platte steht hoch.", "LIC1": "Lampe ist aus."}


# --- what the page with all steps asks for ---------------------------------------------------------------------------


def test_the_first_page_is_the_same_for_everybody_but_for_the_signed_field(client, city, clerk_of):
    def page() -> str:
        return re.sub(r'name="begun" value="[^"]+"', "", client.get("/melden/").content.decode())

    before = page()
    client.force_login(clerk_of("tiefbau"))
    assert page() == before


def test_the_cards_of_what_is_nearby_come_alone_and_only_the_public_ones(client, city):
    there = report_in("STR2", FOOTWAY)
    hidden = report_in("STR2", FOOTWAY)
    Report.objects.filter(pk=hidden.pk).update(visibility=Visibility.PRIVATE)
    query = {"category": "STR2", "lon": FOOTWAY[0], "lat": FOOTWAY[1], "accuracy_m": 8}
    cards = client.get("/melden/doppelt/", query)
    assert f'data-double="{there.public_id}"' in cards.content.decode()
    assert hidden.public_id not in cards.content.decode()
    assert cards["Cache-Control"] == "no-store"
    assert client.get("/melden/doppelt/", query | {"not": there.public_id}).status_code == 204


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "NIX"}, "category"),
        ({"lon": "NaN"}, "lon"),
        ({"lat": ""}, "lat"),
        ({"accuracy_m": "-1"}, "accuracy_m"),
        ({"fremd": "x"}, "fremd"),
        ({"category": "STR2\x00"}, "category"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_by_name(client, city, change, field):
    query = {"category": "STR2", "lon": FOOTWAY[0], "lat": FOOTWAY[1]} | change
    answer = client.get("/melden/doppelt/", query)
    assert answer.status_code == 400
    assert (answer.json()["field"], bool(answer.json()["message"])) == (field, True)


def test_one_tap_joins_once_and_names_the_report(client, city):
    there = report_in("STR2", FOOTWAY)
    first = client.post("/melden/doppelt/", {"report": there.public_id})
    assert first.json()["url"] == there.get_absolute_url()
    assert "vermerkt" in first.json()["said"]
    assert "schon gesagt" in client.post("/melden/doppelt/", {"report": there.public_id}).json()["said"]
    assert Support.objects.filter(report=there).count() == 1


def test_a_report_that_is_gone_cannot_be_joined(client, city):
    answer = client.post("/melden/doppelt/", {"report": "123456789"})
    assert (answer.status_code, answer.json()["field"]) == (422, "report")


def test_another_language_keeps_what_was_typed(walker):
    walker.send(go="without")
    page = walker.send(address="Markt 10", language="en")
    assert walker.heading == "Where is it?"
    assert 'value="Markt 10"' in page.content.decode()
    assert page.cookies["django_language"].value == "en"
