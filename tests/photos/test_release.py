"""Nothing is public before a person has looked; what is withdrawn is gone under its old address."""

from io import BytesIO

import pytest
from django.db import IntegrityError

from photos import events, release, tasks, uploads
from photos.errors import PhotoRefused, StorageFull, StorageUnavailable
from photos.models import Photo
from photos.querysets import as_public
from tests.photos.conftest import files_below, jpeg_bytes, rendition
from tests.photos.test_intake import no_file_larger_than


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something and let its transaction be committed."""

    def committed(action, *args, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return action(*args, **options)

    return committed


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_before_anybody_has_looked_a_photo_is_not_public(ready_photo):
    assert not Photo.objects.shown().exists()
    assert list(Photo.objects.waiting()) == [ready_photo]


def test_who_knows_the_address_sees_the_waiting_photo_but_nobody_may_keep_it(client, ready_photo):
    response = client.get(ready_photo.url(320, "webp"))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "image/webp"


def test_a_released_photo_is_public_under_a_new_address_and_the_old_one_is_dead(client, ready_photo, committed, media):
    old = ready_photo.url(320, "jpg")
    shown = committed(release.show, ready_photo)
    assert list(Photo.objects.shown()) == [shown]
    assert client.get(old).status_code == 404
    response = client.get(shown.url(320, "jpg"))
    assert response["Cache-Control"] == "public, max-age=240"
    assert body_of(response).startswith(b"\xff\xd8")
    assert [folder.name for folder in (media / "renditions").iterdir()] == [shown.rendition_token]


def test_a_withheld_photo_is_gone_under_its_old_address(client, ready_photo, committed):
    shown = committed(release.show, ready_photo)
    withheld = committed(release.withhold, shown)
    assert not Photo.objects.shown().exists()
    assert client.get(shown.url(1280, "webp")).status_code == 404
    assert client.get(withheld.url(1280, "webp"))["Cache-Control"] == "private, no-store"


def test_every_change_makes_a_new_address_and_repeating_it_does_not(ready_photo, committed):
    tokens = [ready_photo.rendition_token]
    for action in (release.show, release.withhold, release.show):
        photo = committed(action, ready_photo)
        tokens.append(photo.rendition_token)
        assert committed(action, photo).rendition_token == photo.rendition_token
    assert len(set(tokens)) == 4


def test_hiding_a_report_lets_all_addresses_of_its_photos_die(client, ready_photo, thing, committed):
    shown = committed(release.show, ready_photo)
    committed(release.renew, thing)
    assert client.get(shown.url(320, "webp")).status_code == 404
    shown.refresh_from_db()
    assert client.get(shown.url(320, "webp")).status_code == 200


def test_the_new_address_shows_the_same_picture(ready_photo, committed):
    before = rendition(ready_photo, "1280.jpg").tobytes()
    assert rendition(committed(release.show, ready_photo), "1280.jpg").tobytes() == before


def test_what_nobody_can_see_cannot_be_released(arrive):
    photo = arrive()
    with pytest.raises(PhotoRefused, match="noch vorbereitet"):
        release.show(photo)
    with pytest.raises(IntegrityError):
        Photo.objects.filter(pk=photo.pk).update(check_state="shown")


def test_a_photo_withheld_before_it_was_ready_stays_withheld(arrive, committed):
    photo = committed(arrive)  # the workers run at once after the commit
    photo = Photo.objects.get(pk=photo.pk)
    assert photo.status == "ready"
    late = arrive(jpeg_bytes(colour=(1, 2, 3)))
    release.withhold(late)
    tasks.make_renditions(late.pk)
    late.refresh_from_db()
    assert (late.status, late.check_state) == ("ready", "withheld")


def test_if_the_release_fails_the_old_address_lives_on(client, ready_photo):
    def refuse(**_):
        raise ZeroDivisionError

    events.photo_changed.connect(refuse, weak=False, dispatch_uid="test")
    try:
        with pytest.raises(ZeroDivisionError):
            release.show(ready_photo)
    finally:
        events.photo_changed.disconnect(dispatch_uid="test")
    assert client.get(ready_photo.url(320, "webp")).status_code == 200
    assert not Photo.objects.shown().exists()


def test_releasing_on_a_broken_disk_changes_nothing(ready_photo, settings, media):
    (media / "renditions").rename(media / "away")
    with pytest.raises((StorageFull, StorageUnavailable)):
        release.show(ready_photo)
    assert Photo.objects.get().check_state == "waiting"


def test_while_the_disk_is_full_photos_are_still_seen(client, ready_photo):
    with no_file_larger_than(1_000):
        file = BytesIO(jpeg_bytes())
        with pytest.raises(StorageFull):
            uploads.store(file, uploads.inspect(file))
        assert len(body_of(client.get(ready_photo.url(1280, "jpg")))) > 1_000


# --- What is served ---


def test_what_is_served_cannot_do_anything_in_a_browser(client, ready_photo):
    response = client.get(ready_photo.url(1280, "webp"))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Type"] == "image/webp"
    assert "Set-Cookie" not in response


def test_there_is_no_address_for_anything_but_renditions(client, ready_photo):
    token = ready_photo.rendition_token
    for path in (
        f"/fotos/{'A' * 22}/320.webp",
        f"/fotos/{token}/640.webp",
        f"/fotos/{token}/320.png",
        f"/fotos/{token}/..%2F..%2F{ready_photo.original.replace('/', '%2F')}",
        f"/fotos/../{ready_photo.original}",
        f"/media/{ready_photo.original}",
        f"/{ready_photo.original}",
        f"/fotos/{token}/",
    ):
        assert client.get(path).status_code == 404, path


def test_looking_never_changes_anything(client, ready_photo):
    assert client.post(ready_photo.url(320, "webp")).status_code == 405
    assert client.head(ready_photo.url(320, "webp")).status_code == 200


def test_a_rendition_whose_file_is_lost_is_not_found_rather_than_an_error(client, ready_photo, media):
    (media / "renditions" / ready_photo.rendition_token / "320.webp").unlink()
    assert client.get(ready_photo.url(320, "webp")).status_code == 404


# --- Descriptions ---


def test_a_description_nobody_has_looked_at_stays_out(arrive, committed):
    photo = Photo.objects.get(pk=committed(arrive, alt_text="Frau Muster steht im Schlagloch").pk)
    assert as_public(photo)["alt"] == ""
    photo = release.show_alt(photo, "Schlagloch vor Haus 4")
    assert as_public(photo, "https://mangel.example") == {
        "small": f"https://mangel.example/fotos/{photo.rendition_token}/320.webp",
        "large": f"https://mangel.example/fotos/{photo.rendition_token}/1280.webp",
        "role": "before",
        "alt": "Schlagloch vor Haus 4",
    }
    assert as_public(release.withhold_alt(photo))["alt"] == ""


# --- Erasure ---


def test_an_erased_photo_leaves_only_that_there_was_one(client, arrive, committed, media):
    photo = Photo.objects.get(pk=committed(arrive, alt_text="Herr Muster").pk)
    address = photo.url(320, "webp")
    committed(release.erase, photo)
    left = Photo.objects.get(pk=photo.pk)
    assert (left.status, left.sha256, left.original, left.alt_text) == ("gone", "", "", "")
    assert (left.hint_point, left.hint_time, left.rendition_token) == (None, None, None)
    assert files_below(media) == []
    assert client.get(address).status_code == 404
    with pytest.raises(PhotoRefused, match="entfernt"):
        uploads.receive(photo=left, file=None)


def test_if_the_erasure_is_rolled_back_the_files_are_still_there(ready_photo, media):
    release.erase(ready_photo)  # and never committed
    assert len(files_below(media)) == 6
