"""Faces are found and blurred for good; a person may blur more or less, and every change makes new pictures."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from accounts.models import User
from photos import blurring, decoding, originals, redaction, regions, release, retention, tasks
from photos.errors import PhotoRefused
from photos.models import Handling, Photo
from tests.photos.conftest import PHOTOS, files_below, jpeg_bytes, needs_data, rendition, scene

EYES = regions.region("human", "area", regions.box(0.25, 0.25, 0.75, 0.75))


def text_picture() -> Image.Image:
    picture = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(picture).text((300, 270), "WE-MD 417", fill="black", font_size=48)
    return picture


def sharpness(picture: Image.Image, box) -> float:
    return ImageStat.Stat(picture.convert("L").crop(box)).stddev[0]


@pytest.fixture
def clerk(db) -> User:
    return User.objects.create_user("clerk")


@needs_data
@pytest.mark.data
@pytest.mark.parametrize("name", ["grace_hopper.jpg", "nasa_astronaut_collins.png"])
def test_a_face_is_found_and_what_everybody_sees_of_it_is_a_few_colours(name, arrive):
    content = (PHOTOS / "faces" / name).read_bytes()
    photo = arrive(content)
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.detectors == "centerface+plates"
    (face,) = photo.regions
    assert (face["by"], face["what"]) == ("machine", "face")
    for side in (320, 1280):
        picture = rendition(photo, f"{side}.jpg").convert("RGB")
        original = Image.open(BytesIO(content)).convert("RGB").resize(picture.size)
        (left, top), (right, bottom) = face["polygon"][0], face["polygon"][2]
        box = tuple(int(v * s) for v, s in zip((left, top, right, bottom), picture.size * 2, strict=True))
        small = picture.crop(box).resize((8, 8), Image.Resampling.BOX).resize((box[2] - box[0], box[3] - box[1]))
        # Nothing but an 8 × 8 mosaic is left of it; the original is much more than that.
        left_over = ImageStat.Stat(ImageChops.difference(small, picture.crop(box)).convert("L")).mean[0]
        before = ImageStat.Stat(ImageChops.difference(original.crop(box), picture.crop(box)).convert("L")).mean[0]
        assert left_over < 6
        assert before > left_over


@needs_data
@pytest.mark.data
def test_two_pictures_of_different_shape_after_each_other_find_what_each_shows():
    # OpenCV's net answers nonsense when it is used for a second shape.
    face = (PHOTOS / "faces" / "nasa_astronaut_collins.png").read_bytes()
    counts = []
    for content, media_type in (
        (jpeg_bytes((1280, 960)), "image/jpeg"),
        (face, "image/png"),
        (jpeg_bytes((1600, 1200)), "image/jpeg"),
        (jpeg_bytes((300, 900)), "image/jpeg"),
        (face, "image/png"),
    ):
        counts.append(len(decoding.decode(content, media_type).regions))
    assert counts == [0, 1, 0, 0, 1]


def test_nothing_readable_is_left_under_a_blurred_plate():
    picture = text_picture()
    plate = regions.region("human", "plate", regions.box(0.36, 0.44, 0.72, 0.56))
    box = (300, 270, 560, 330)
    assert sharpness(picture, box) > 60
    assert sharpness(blurring.blur(picture, [plate]), box) < 20


def test_only_the_region_and_a_little_around_it_changes():
    blurred = blurring.blur(scene((800, 600)), [EYES])
    outside = ImageChops.difference(blurred, scene((800, 600)))
    outside.paste((0, 0, 0), (160, 110, 640, 490))
    assert outside.getbbox() is None


@pytest.mark.parametrize(
    "polygon", [[[0, 0], [1, 0], [1, 1], [0, 1]], [[0.5, 0.5]] * 3, [[0, 0], [0.001, 0], [0, 0.001]], [[1, 1]] * 4]
)
def test_any_polygon_can_be_blurred(polygon):
    assert blurring.blur(scene((64, 48)), [regions.region("human", "area", polygon)]).size == (64, 48)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        "x",
        [None],
        [{"polygon": [[0, 0], [1, 1]]}],
        [{"polygon": [[0, 0], [1, 1], [2, 0]]}],
        [{"polygon": [[0, 0], [1, 1], [float("nan"), 0]]}],
        [{"polygon": [[0, 0], [1, 1], ["1", 0]]}],
        [{"polygon": [[0, 0], [1, 1], [1, 0]], "by": "nobody"}],
        [{"polygon": [[0, 0]] * 51}],
        [EYES] * 101,
    ],
)
def test_regions_nobody_could_draw_are_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        regions.clean(raw)


# --- A person decides -------------------------------------------------------------------------------------------------


def test_who_blurs_more_makes_new_pictures_and_the_old_ones_are_gone_at_once(
    ready_photo, clerk, media, client, django_capture_on_commit_callbacks
):
    old = ready_photo.url(1280, "jpg")
    with django_capture_on_commit_callbacks() as callbacks:
        photo = redaction.redact(ready_photo, user=clerk, regions=[EYES], seen_version=0)
    callbacks[0]()  # the old folder goes
    assert (photo.status, photo.rendition_token) == ("stored", None)
    assert client.get(old).status_code == 404
    assert not any(media.glob("renditions/*"))
    callbacks[1]()  # the workers
    photo.refresh_from_db()
    assert (photo.status, photo.check_state) == ("ready", "waiting")
    assert photo.regions == [EYES]
    assert Handling.objects.get().kind == "blurred"


def test_a_public_photo_is_public_again_once_it_is_blurred_and_not_before(
    ready_photo, clerk, django_capture_on_commit_callbacks
):
    photo = release.show(ready_photo)
    photo = redaction.redact(photo, user=clerk, regions=[EYES], seen_version=0)
    assert not Photo.objects.shown().exists()
    tasks.make_renditions(photo.pk)
    (shown,) = Photo.objects.shown()
    assert shown.regions == [EYES]
    assert not shown.show_when_ready


def test_a_photo_kept_back_while_it_is_made_anew_stays_back(ready_photo, clerk):
    photo = redaction.redact(release.show(ready_photo), user=clerk, regions=[EYES], seen_version=0)
    release.withhold(photo)
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert (photo.status, photo.check_state) == ("ready", "withheld")


@needs_data
@pytest.mark.data
def test_what_a_person_takes_off_the_machine_does_not_put_back(arrive, clerk):
    photo = arrive((PHOTOS / "faces" / "grace_hopper.jpg").read_bytes())
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    redaction.redact(photo, user=clerk, regions=[], seen_version=0)
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert (photo.status, photo.regions) == ("ready", [])


def test_changes_are_taken_back_one_by_one(ready_photo, clerk):
    more = [EYES, regions.region("human", "area", regions.box(0, 0, 0.1, 0.1))]
    photo = redaction.redact(ready_photo, user=clerk, regions=[EYES], seen_version=0)
    photo = redaction.redact(photo, user=clerk, regions=more, seen_version=1)
    photo = redaction.undo(photo, user=clerk, seen_version=2)
    assert photo.regions == [EYES]
    assert redaction.can_undo(photo)
    photo = redaction.undo(photo, user=clerk, seen_version=3)
    assert photo.regions == []
    assert not redaction.can_undo(photo)
    assert redaction.undo(photo, user=clerk, seen_version=4).regions == []


def test_of_two_clerks_at_once_the_second_sees_what_the_first_did(ready_photo, clerk):
    redaction.redact(ready_photo, user=clerk, regions=[EYES], seen_version=0)
    with pytest.raises(PhotoRefused, match="Jemand") as refusal:
        redaction.redact(ready_photo, user=clerk, regions=[], seen_version=0)
    assert refusal.value.status == 409


def test_the_desk_s_view_is_upright_without_metadata_and_who_looked_is_written_down(arrive, clerk, media):
    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "GEHEIM"
    scene((800, 600)).save(out, "JPEG", exif=exif.tobytes(), comment=b"GEHEIM")
    photo = arrive(out.getvalue())
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    content = redaction.look_at_original(photo, user=clerk)
    picture = Image.open(BytesIO(content))
    assert picture.size == (600, 800)
    assert b"GEHEIM" not in content
    assert not picture.getexif()
    assert list(Handling.objects.values_list("kind", "user")) == [("viewed", clerk.pk)]


# --- How long ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def due(monkeypatch):
    """Whose time is over, as a higher room would say."""
    named: set[int] = set()
    monkeypatch.setattr(retention, "_sources", {"test": lambda things: named & set(things)})
    return named


def test_when_its_time_is_over_the_original_goes_and_the_public_picture_stays(
    arrive, ready_photo, due, media, client, clerk, django_capture_on_commit_callbacks
):
    shown = release.show(ready_photo)
    assert tasks.forget_originals() == 0
    assert originals.read(shown.original)
    due.add(shown.thing_id)
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.forget_originals() == 1
    shown.refresh_from_db()
    assert (shown.original, shown.upright, shown.hint_point) == ("", "", None)
    assert {name.split("/")[0] for name in files_below(media)} == {"renditions"}
    assert client.get(shown.url(1280, "webp")).status_code == 200
    assert tasks.forget_originals() == 0
    with pytest.raises(PhotoRefused, match="gelöscht"):
        redaction.redact(shown, user=clerk, regions=[EYES], seen_version=0)
    assert redaction.look_at_original(shown, user=clerk) is None


def test_a_photo_nobody_could_ever_read_is_erased_with_its_original(
    arrive, due, media, django_capture_on_commit_callbacks
):
    broken = bytearray(jpeg_bytes(size=(800, 600), kind="PNG"))
    at = broken.index(b"IDAT") + 8
    broken[at : at + 40] = bytes(40)
    photo = arrive(bytes(broken))
    tasks.make_renditions(photo.pk)
    due.add(photo.thing_id)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.forget_originals()
    photo.refresh_from_db()
    assert photo.status == "gone"
    assert files_below(media) == []
