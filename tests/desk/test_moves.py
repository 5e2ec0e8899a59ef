"""Every move of the table by a click at the desk, and what a click must say."""

import pytest

from mangel.models import Decision, Entry, Report
from mangel.states import MOVES, State
from tests.desk.conftest import bring, jpeg, last_seq, render_all
from tests.factories import B7_IN_PARK, FOOTWAY, MARKET, PARK_BENCH, make_clerk, report_in, stored

pytestmark = pytest.mark.django_db

S = State
WHY = {"note": "Weil es so ist."}
# What a clerk clicks and types for each move of the table.
CLICKS = {
    (S.RECEIVED, S.ACCEPTED): ("uebernehmen", {}),
    (S.RECEIVED, S.IN_PROGRESS): ("in-arbeit", {}),
    (S.RECEIVED, S.FORWARDED): ("weiterleiten", {"office": "klassik", "why": "Gehört der Stiftung."}),
    (S.RECEIVED, S.DECLINED): ("keine-massnahme", {"declined_reason": "no_defect", **WHY}),
    (S.RECEIVED, S.RESOLVED): ("erledigt", WHY),
    (S.ACCEPTED, S.RECEIVED): ("umleiten", {"office": "gruen", "why": "Es ist ein Parkweg."}),
    (S.ACCEPTED, S.IN_PROGRESS): ("in-arbeit", {}),
    (S.ACCEPTED, S.FORWARDED): ("weiterleiten", {"office": "klassik", "why": "Gehört der Stiftung."}),
    (S.ACCEPTED, S.DECLINED): ("keine-massnahme", {"declined_reason": "no_defect", **WHY}),
    (S.ACCEPTED, S.RESOLVED): ("erledigt", WHY),
    (S.IN_PROGRESS, S.RECEIVED): ("umleiten", {"office": "gruen", "why": "Es ist ein Parkweg."}),
    (S.IN_PROGRESS, S.ACCEPTED): ("unterbrechen", {}),
    (S.IN_PROGRESS, S.FORWARDED): ("weiterleiten", {"office": "klassik", "why": "Gehört der Stiftung."}),
    (S.IN_PROGRESS, S.DECLINED): ("keine-massnahme", {"declined_reason": "no_defect", **WHY}),
    (S.IN_PROGRESS, S.RESOLVED): ("erledigt", WHY),
    (S.FORWARDED, S.RECEIVED): ("zurueck", WHY),
    (S.FORWARDED, S.FORWARDED): ("weiterleiten", {"office": "tlbv", "why": "Gehört dem Land."}),
    (S.FORWARDED, S.ACCEPTED): ("uebernehmen", {}),
    (S.FORWARDED, S.RESOLVED): ("erledigt", WHY),
    (S.FORWARDED, S.DECLINED): ("keine-massnahme", {"declined_reason": "no_defect", **WHY}),
    (S.RESOLVED, S.ACCEPTED): ("wieder-oeffnen", WHY),
    (S.DECLINED, S.ACCEPTED): ("wieder-oeffnen", WHY),
}


def test_the_desk_knows_a_click_for_every_move_of_the_table():
    assert set(CLICKS) == set(MOVES)


@pytest.mark.parametrize(("old", "new"), list(CLICKS), ids=lambda s: s.value)
def test_every_move_is_a_click_at_the_desk(client, clerk, report, act, old, new):
    report = bring(report, old, clerk)
    # An outside owner's reports are minded by central intake; what was declined is looked at by somebody else.
    other = make_clerk("zentral" if old == S.FORWARDED else "tiefbau")
    client.force_login(other)
    slug, typed = CLICKS[old, new]
    answer = act(report, slug, browser=client, **typed)
    assert answer.status_code == 302, answer.content.decode()
    moved = stored(report)
    assert moved.state == new
    last = Entry.objects.filter(report=report, kind="moved").order_by("-seq").first()
    assert (last.old, last.new, last.actor_id) == (old, new, other.pk)


@pytest.mark.parametrize("state", [S.RESOLVED, S.DECLINED])
@pytest.mark.parametrize("slug", ["in-arbeit", "uebernehmen", "zurueck", "erledigt", "weiterleiten", "umleiten", "ort"])
def test_a_move_that_is_not_in_the_table_is_refused_and_said_so(clerk, report, act, state, slug):
    report = bring(report, state, clerk)
    typed = {"office": "klassik", "why": "Nein.", "note": "Nein.", "lon": "11.33", "lat": "50.98"}
    answer = act(report, slug, **typed)
    assert answer.status_code in (409, 422)
    assert "data-problems" in answer.content.decode()
    assert stored(report).state == state


def test_keine_massnahme_needs_a_reason_and_a_sentence(report, act):
    answer = act(report, "keine-massnahme", note="Da war nichts.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bitte den Grund wählen" in page
    assert "Da war nichts." in page  # what was typed is kept
    answer = act(report, "keine-massnahme", declined_reason="nothing_found", note="")
    assert answer.status_code == 422
    assert "begründen" in answer.content.decode()
    assert stored(report).state == S.RECEIVED


def test_erledigt_without_a_photo_needs_a_sentence(report, act):
    answer = act(report, "erledigt", note="  ")
    assert answer.status_code == 422
    assert "begründen" in answer.content.decode()
    assert stored(report).state == S.RECEIVED


def test_erledigt_with_a_photo_needs_none_and_shows_it_once_it_is_ready(report, act, media):
    assert act(report, "erledigt", photos=jpeg(), alt="Neue Platten", show="on").status_code == 302
    photo = report.thing.photos.get()
    assert (photo.role, photo.source, photo.check_state) == ("after", "staff", "waiting")
    render_all()
    photo.refresh_from_db()
    assert (photo.status, photo.check_state, photo.alt_check, photo.alt_text) == (
        "ready",
        "shown",
        "shown",
        "Neue Platten",
    )


def test_a_photo_after_that_the_clerk_keeps_back_stays_back(report, act, media):
    act(report, "erledigt", photos=jpeg(), note="Neu gepflastert.")
    render_all()
    assert report.thing.photos.get().check_state == "withheld"


def test_a_file_that_is_no_photo_changes_nothing(report, act, media):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = act(report, "erledigt", photos=SimpleUploadedFile("foto.jpg", b"GIF89a not really"), note="Fertig.")
    assert answer.status_code == 422
    assert "kein Foto" in answer.content.decode()
    assert stored(report).state == S.RECEIVED
    assert not report.thing.photos.exists()


def test_the_reporters_photo_waits_for_a_look_even_when_it_is_ready(city, media):
    report = report_in("STR2", FOOTWAY, photos=[jpeg()])
    render_all()
    assert report.thing.photos.get().check_state == "waiting"


def test_umleiten_needs_an_office_and_a_why(report, act):
    assert "Stelle wählen" in act(report, "umleiten", why="Darum.").content.decode()
    assert "Bitte kurz sagen" in act(report, "umleiten", office="gruen").content.decode()
    assert stored(report).office.code == "tiefbau"


def test_weiterleiten_goes_outside_only(report, act):
    answer = act(report, "weiterleiten", office="gruen", why="Darum.")
    assert answer.status_code == 422  # not even offered
    assert stored(report).state == S.RECEIVED


def test_the_bench_in_the_park_is_forwarded_with_one_click_of_the_minding_desk(client, city, act):
    bench = report_in("MUE1", PARK_BENCH, description="Die Bank ist kaputt.")
    assert bench.office.code == "klassik"
    client.force_login(make_clerk("zentral"))
    page = client.get(f"/dienst/sichten/{bench.public_id}/").content.decode()
    assert "an Klassik Stiftung" in page
    assert "informieren Sie die Stelle selbst" in page
    # The big button names the foundation and means it, whatever was chosen in the fold below.
    text = "Die Bank ist kaputt."
    answer = act(bench, "weiterleiten", browser=client, direct="1", office="tlbv", look_public_text=text)
    assert answer.status_code == 302
    bench = stored(bench)
    assert (bench.state, bench.office.code, bench.text_check) == (S.FORWARDED, "klassik", "shown")


def test_zusammenlegen_finds_the_other_by_its_spoken_number(report, act, city):
    other = report_in("STR2", FOOTWAY)
    answer = act(report, "zusammenlegen", into=f"{other.public_id[:3]} {other.public_id[3:6]} {other.public_id[6:]}")
    assert answer.status_code == 302
    assert stored(report).merged_into_id == other.pk


@pytest.mark.parametrize("number", ["000000001", "12", "abc", "417 203 858", "١٢٣٤٥٦٧٨٩", "\x00"])
def test_zusammenlegen_with_a_number_that_is_none_is_refused(report, act, number):
    answer = act(report, "zusammenlegen", into=number)
    assert answer.status_code == 422
    assert stored(report).merged_into_id is None


def test_a_merged_report_takes_no_moves(report, act, desk, city):
    other = report_in("STR2", FOOTWAY)
    act(report, "zusammenlegen", into=other.public_id)
    page = desk.get(f"/dienst/meldung/{report.public_id}/").content.decode()
    assert other.public_id in page
    assert "formaction" not in page
    answer = act(report, "in-arbeit")
    assert answer.status_code == 409
    assert "zusammengelegt" in answer.content.decode()


def test_moving_the_pin_decides_again(city, client, act):
    pothole = report_in("STR1", MARKET, answers={"tiefe": "weiss_nicht"})
    client.force_login(make_clerk(pothole.office.code))
    before = Decision.objects.filter(report=pothole).count()
    answer = act(pothole, "ort", browser=client, lon=f"{B7_IN_PARK[0]}".replace(".", ","), lat=str(B7_IN_PARK[1]))
    assert answer.status_code == 302
    assert stored(pothole).office.code == "tlbv"
    assert Decision.objects.filter(report=pothole).count() == before + 1


@pytest.mark.parametrize(
    ("lon", "lat"),
    [("nan", "50.9"), ("inf", "50.9"), ("1e308", "50.9"), ("", ""), ("elf", "50"), ("50.97", "11.33"), ("0", "0")],
)
def test_a_pin_that_is_no_place_is_refused(report, act, lon, lat):
    answer = act(report, "ort", lon=lon, lat=lat)
    assert answer.status_code == 422
    assert stored(report).point.coords == FOOTWAY


def test_another_category_decides_again(report, act):
    assert act(report, "kategorie", category="LIC1").status_code == 302
    changed = stored(report)
    assert (changed.category.code, changed.office.code) == ("LIC1", "licht")


def test_a_note_for_colleagues_is_not_public(report, act):
    act(report, "notiz", text="Rufnummer liegt im Ordner.", public="nein")
    entry = Entry.objects.filter(report=report, kind="noted").get()
    assert (entry.public, entry.written.check_state) == (False, "withheld")
    act(report, "notiz", text="Wir kommen am Montag.", public="ja")
    entry = Entry.objects.filter(report=report, kind="noted").order_by("-seq").first()
    assert (entry.public, entry.written.check_state) == (True, "shown")


def test_a_matter_that_is_never_public_cannot_be_opened(city, client, act):
    from mangel.models import Category

    Category.objects.filter(code="STR2").update(privacy="never_public")
    report = report_in("STR2", FOOTWAY)
    assert report.visibility == "private"
    client.force_login(make_clerk("tiefbau"))
    answer = act(report, "sichtbarkeit", browser=client, visibility="public")
    assert answer.status_code == 422
    assert "nie öffentlich" in answer.content.decode()
    assert stored(report).visibility == "private"


def test_hiding_a_report_gives_its_photos_new_addresses(city, act, media):
    report = report_in("STR2", FOOTWAY, photos=[jpeg()])
    render_all()
    photo = report.thing.photos.get()
    act(report, "uebernehmen", **{"look_public_text": "", f"look_show_{photo.pk}": "on"})
    photo.refresh_from_db()
    token = photo.rendition_token
    assert act(report, "sichtbarkeit", visibility="hidden").status_code == 302
    photo.refresh_from_db()
    assert photo.rendition_token != token


# --- what is released -----------------------------------------------------------------------------------------------


def test_uebernehmen_releases_the_edited_text_and_the_ticked_photos(city, act, media):
    report = report_in("STR2", FOOTWAY, description="Herr Müller ist gestürzt.", photos=[jpeg("a"), jpeg("b", 30)])
    render_all()
    first, second = report.thing.photos.order_by("pk")
    answer = act(
        report,
        "uebernehmen",
        **{
            "look_public_text": "Jemand ist gestürzt.",
            f"look_show_{first.pk}": "on",
            f"look_alt_{first.pk}": "Lockere Platte",
        },
    )
    assert answer.status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.check_state, first.alt_text, first.alt_check) == ("shown", "Lockere Platte", "shown")
    assert second.check_state == "withheld"
    assert stored(report).shown_text == "Jemand ist gestürzt."


def test_an_emptied_text_publishes_nothing_not_the_original(report, act):
    act(report, "uebernehmen", look_public_text=" ")
    assert stored(report).state == S.ACCEPTED
    assert stored(report).shown_text == ""


def test_accepting_without_the_fields_releases_nothing(report, act):
    act(report, "uebernehmen")
    assert stored(report).text_check == "waiting"


# --- two at once ----------------------------------------------------------------------------------------------------


def test_a_stale_form_is_refused_and_keeps_what_was_typed(report, act, desk):
    seen = last_seq(report)
    act(report, "in-arbeit", browser=desk)
    other = make_clerk("tiefbau")
    desk.force_login(other)
    answer = act(
        report, "umleiten", seen_seq=seen, browser=desk, office="gruen", why="Parkweg!", look_public_text="Mein Satz."
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Inzwischen hat jemand anderes" in page
    assert "Parkweg!" in page
    assert "Mein Satz." in page
    assert stored(report).office.code == "tiefbau"


def test_a_page_without_its_number_is_stale(report, desk):
    answer = desk.post(f"/dienst/meldung/{report.public_id}/in-arbeit/", {})
    assert answer.status_code == 409
    assert stored(report).state == S.RECEIVED


def test_a_double_click_moves_once_and_troubles_nobody(report, act):
    seen = last_seq(report)
    assert act(report, "uebernehmen", seen_seq=seen).status_code == 302
    assert act(report, "uebernehmen", seen_seq=seen).status_code == 302
    assert Entry.objects.filter(report=report, kind="moved").count() == 1


def test_a_double_click_on_merging_troubles_nobody(report, act, city):
    other, seen = report_in("STR2", FOOTWAY), last_seq(report)
    for _ in range(2):
        assert act(report, "zusammenlegen", seen_seq=seen, into=other.public_id).status_code == 302
    assert Entry.objects.filter(report=report, kind="merged").count() == 1
    assert Report.objects.get(pk=other.pk).support_count == 1
