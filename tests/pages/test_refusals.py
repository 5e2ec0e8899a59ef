"""What is refused says what, where and how to mend it; nothing that was typed is lost."""

import pytest

from mangel.models import Report
from photos import storage
from photos.errors import StorageFull
from tests.factories import FOOTWAY
from tests.pages.conftest import jpeg, text_of

pytestmark = pytest.mark.django_db


def test_a_text_of_any_length_is_counted_as_it_was_typed_and_comes_back_whole(walker):
    walker.to_details("STR2", address="Markt")
    page = walker.send(description="ä" * 300_000)
    assert page.status_code == 422
    assert "Das sind 300000 Zeichen, möglich sind 4000." in text_of(page)
    assert "ä" * 300_000 in page.content.decode()
    assert 'href="#id_description"' in page.content.decode()
    walker.send(description="Platte steht hoch.")
    assert walker.report.description == "Platte steht hoch."


def test_three_megabytes_of_text_are_refused_with_a_plain_sentence(walker):
    walker.to_details("STR2", address="Markt")
    page = walker.client.post("/melden/", {"begun": walker.begun, "step": walker.step, "description": "x" * 3_000_000})
    assert page.status_code == 413
    assert "Kürzen Sie es bitte" in text_of(page)
    assert Report.objects.count() == 0


def test_a_full_disk_is_told_beside_the_photos_too(walker, monkeypatch):
    walker.send(photos=jpeg())
    walker.send(address="Markt")
    walker.send(category="STR2")

    def full(*args, **kwargs):
        raise StorageFull

    monkeypatch.setattr(storage, "write_new", full)
    page = walker.send(description="Platte steht hoch.")
    assert page.status_code == 507
    assert page.content.decode().count("Gerade können wir keine Fotos speichern") == 2
    assert 'href="#id_photos"' in page.content.decode()
    assert 'id="id_photos"' in page.content.decode()


def test_the_trap_for_machines_explains_itself_beside_its_field(walker):
    walker.to_details("STR2", address="Markt")
    page = walker.send(description="Platte.", website="https://spam.example")
    assert page.status_code == 422
    assert page.content.decode().count("Es ist eine Falle für Automaten.") == 2
    assert 'aria-describedby="id_website_error"' in page.content.decode()


@pytest.mark.parametrize(("pressed", "urgent"), [("called", True), ("calm", False)])
def test_a_word_of_danger_stops_once_and_makes_the_report_urgent_unless_all_is_calm(walker, pressed, urgent):
    walker.to_details("STR2", at=FOOTWAY)
    page = walker.send(description="Es riecht nach Gas.")
    assert "112" in text_of(page)
    walker.send(go=pressed)
    assert walker.report.hazard is urgent


def test_a_guest_house_is_no_gas(walker):
    walker.to_details("STR2", at=FOOTWAY)
    walker.send(description="Vor dem Gasthof in der Gasse steht eine Platte hoch.")
    assert walker.report.hazard is False
