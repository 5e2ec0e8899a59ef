"""At the desk: the unblurred photo beside the public one, for this desk only; and what the camera says otherwise."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from PIL import Image

from mangel import photo_rules
from mangel.models import Category, Report
from photos import release, tasks
from photos.models import Handling, Photo
from tests.desk.conftest import render_all
from tests.factories import FOOTWAY, make_clerk, report_in, stored
from tests.pages.conftest import jpeg as jpeg_of

BOX = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4], [0.1, 0.4]]


@pytest.fixture
def photo(city, media_here):
    """A report with a photo that is ready and not looked at."""
    report = report_in("STR2", FOOTWAY, photos=[jpeg_of()])
    render_all()
    return Photo.objects.get(thing=report.thing_id)


@pytest.fixture
def media_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MANGEL_MEDIA_RESERVE_BYTES = 0


def report_of(photo) -> Report:
    return Report.objects.get(thing=photo.thing_id)


def page_of(photo) -> str:
    return f"/dienst/meldung/{report_of(photo).public_id}/foto/{photo.key}/"


def test_the_desk_sees_the_original_and_nobody_else_does(desk, photo, client):
    page = desk.get(page_of(photo))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    answer = desk.get(page_of(photo) + "original.jpg")
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Image.open(BytesIO(answer.content)).size
    assert Handling.objects.get().kind == "viewed"
    desk.force_login(make_clerk("gruen"))
    assert desk.get(page_of(photo)).status_code == 404
    assert desk.get(page_of(photo) + "original.jpg").status_code == 404
    assert desk.post(page_of(photo) + "schwaerzen/", {"version": 0}).status_code == 404
    desk.logout()
    assert desk.get(page_of(photo) + "original.jpg").status_code == 302
    assert Handling.objects.count() == 1


def test_a_photo_of_another_report_is_not_found_under_this_one(desk, photo):
    other = report_in("STR2", FOOTWAY)
    assert desk.get(f"/dienst/meldung/{other.public_id}/foto/{photo.key}/").status_code == 404


def test_what_a_clerk_draws_is_blurred_and_can_be_taken_back(desk, photo):
    drawn = json.dumps([{"polygon": BOX}])
    answer = desk.post(page_of(photo) + "schwaerzen/", {"version": 0, "regions": drawn})
    assert answer.status_code == 302
    photo.refresh_from_db()
    assert photo.regions == [{"by": "human", "what": "area", "polygon": BOX}]
    assert "data-in-work" in desk.get(page_of(photo)).text
    tasks.make_renditions(photo.pk)
    assert "0.1,0.1 0.4,0.1" in desk.get(page_of(photo)).text
    desk.post(page_of(photo) + "zurueck/", {"version": 1})
    photo.refresh_from_db()
    assert photo.regions == []


def test_without_javascript_a_place_is_given_in_numbers_and_taken_off_by_its_tick(desk, photo):
    numbers = {"left": 10, "top": 20, "width": 30, "height": 40}
    assert desk.post(page_of(photo) + "schwaerzen/", {"version": 0, **numbers}).status_code == 302
    photo.refresh_from_db()
    assert photo.regions[0]["polygon"] == [[0.1, 0.2], [0.4, 0.2], [0.4, 0.6], [0.1, 0.6]]
    desk.post(page_of(photo) + "schwaerzen/", {"version": 1, "keep": ["0"], **numbers})
    photo.refresh_from_db()
    assert len(photo.regions) == 2
    desk.post(page_of(photo) + "schwaerzen/", {"version": 2})
    photo.refresh_from_db()
    assert photo.regions == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"regions": "nonsense"}, 422),
        ({"regions": "[[1,2]]"}, 422),
        ({"regions": json.dumps([{"polygon": [[0, 0], [9, 9], [1, 0]]}])}, 422),
        ({"left": 10}, 422),
        ({"left": 10, "top": 20, "width": "x", "height": 5}, 422),
        ({"version": 7}, 409),
        ({"version": "-"}, 409),
    ],
)
def test_what_cannot_be_blurred_is_refused_with_a_sentence(desk, photo, sent, status):
    answer = desk.post(page_of(photo) + "schwaerzen/", {"version": 0, **sent})
    assert answer.status_code == status
    photo.refresh_from_db()
    assert photo.regions == []


def test_a_camera_far_from_the_place_is_told_to_the_desk_and_to_nobody_else(desk, photo, client):
    report = report_of(photo)
    page = f"/dienst/meldung/{report.public_id}/"
    assert "laut Kamera" not in desk.get(page).text
    Photo.objects.update(
        hint_point=Point(report.point.x, report.point.y + 0.02069, srid=4326),
        hint_time=report.created_at - timedelta(days=400),
    )
    text = desk.get(page).text
    assert "Foto wurde laut Kamera 2,3\xa0km entfernt aufgenommen." in text or "2,3 km entfernt" in text
    assert "Foto wurde laut Kamera am " in text
    desk.logout()
    release.show(photo)
    assert "laut Kamera" not in desk.get(f"/meldungen/{report.public_id}/").text


def test_a_camera_that_is_off_by_a_street_is_not_worth_a_word(desk, photo):
    report = report_of(photo)
    Photo.objects.update(
        hint_point=Point(report.point.x, report.point.y + 0.002, srid=4326),
        hint_time=report.created_at - timedelta(hours=5),
    )
    assert "laut Kamera" not in desk.get(f"/dienst/meldung/{report.public_id}/").text


# --- The city's rules -------------------------------------------------------------------------------------------------


@pytest.fixture
def policy():
    """Set the photo policy of a category for this test."""

    def policy(value: str) -> None:
        Category.objects.filter(code="STR2").update(photo_policy=value)

    return policy


@pytest.mark.parametrize(("value", "shown"), [("after_check", False), ("after_blur", True), ("never", False)])
def test_only_where_the_city_says_so_a_photo_is_public_before_a_person_looked(policy, media_here, city, value, shown):
    policy(value)
    report_in("STR2", FOOTWAY, photos=[jpeg_of()])
    render_all()
    assert Photo.objects.shown().exists() is shown


def test_even_then_a_number_plate_waits_for_a_person(policy, photo):
    policy("after_blur")
    photo.regions = [{"by": "machine", "what": "plate", "polygon": BOX}]
    photo_rules.show_after_blur(Photo, photo)
    assert not Photo.objects.shown().exists()
    photo.regions = []
    photo_rules.show_after_blur(Photo, photo)
    assert Photo.objects.shown().exists()


def closed(photo, days: int, **columns) -> None:
    Report.objects.filter(thing=photo.thing_id).update(
        state="resolved", resolved_at=timezone.now() - timedelta(days=days), **columns
    )


@pytest.mark.parametrize(
    ("days", "hazard", "gone"), [(89, False, False), (91, False, True), (91, True, False), (4 * 366, True, True)]
)
def test_originals_go_90_days_after_the_end_and_after_a_hazard_three_years_later(photo, days, hazard, gone):
    closed(photo, days, hazard=hazard)
    tasks.forget_originals()
    photo.refresh_from_db()
    assert (photo.original == "") is gone
    assert photo.rendition_token


def test_while_a_report_is_open_its_original_stays(photo):
    Report.objects.update(created_at=timezone.now() - timedelta(days=2_000))
    assert tasks.forget_originals() == 0


def test_the_photo_of_a_merged_report_follows_the_matter_it_went_into(photo):
    into = report_in("STR2", FOOTWAY)
    Report.objects.filter(thing=photo.thing_id).update(merged_into=into, merged_at=timezone.now())
    assert tasks.forget_originals() == 0
    Report.objects.filter(pk=into.pk).update(state="resolved", resolved_at=timezone.now() - timedelta(days=91))
    assert tasks.forget_originals() == 1
    assert stored(into).merged_into is None
