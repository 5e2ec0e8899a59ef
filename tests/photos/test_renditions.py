"""What people see is made anew from the original: upright, small, in common colours, and with nothing of the file."""

import os
import random
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image, ImageChops, ImageCms, ImageStat, PngImagePlugin
from PIL.ExifTags import Base

from photos import events, release, storage, tasks
from photos.decoding import decode
from photos.formats import media_type_of
from photos.models import Photo
from photos.rendering import UPRIGHT, render
from photos.sizes import fit
from tests.photos.conftest import PHOTOS, files_below, jpeg_bytes, needs_data, real, rendition, scene
from tests.photos.test_first_look import REFUSED
from tests.photos.test_intake import no_file_larger_than

SECRET = b"GEHEIM-4711"


def rendered(content: bytes, tmp_path: Path) -> dict[str, Image.Image]:
    made = render(BytesIO(content), media_type_of(content[:64]))
    return {name: Image.open(BytesIO(data)) for name, data in made.files.items()}


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


def test_a_photo_gets_two_sizes_in_two_formats(arrive, media):
    photo = arrive(jpeg_bytes(size=(4032, 3024)))
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.status == "ready"
    assert len(photo.rendition_token) == 22
    sizes = {name: rendition(photo, name).size for name in ("320.jpg", "320.webp", "1280.jpg", "1280.webp")}
    assert sizes == {"320.jpg": (320, 240), "320.webp": (320, 240), "1280.jpg": (1280, 960), "1280.webp": (1280, 960)}
    assert (rendition(photo, "320.webp").format, rendition(photo, "320.jpg").format) == ("WEBP", "JPEG")
    assert len(files_below(media)) == 6


def test_a_small_photo_is_not_blown_up(tmp_path):
    assert {picture.size for picture in rendered(jpeg_bytes(size=(200, 100)), tmp_path).values()} == {(200, 100)}


def test_a_very_long_photo_keeps_at_least_a_pixel(tmp_path):
    pictures = rendered(jpeg_bytes(size=(9000, 2)), tmp_path)
    assert pictures["320.jpg"].size == (320, 1)


@pytest.mark.parametrize("path", real("orientation"))
def test_however_the_phone_was_held_the_photo_is_upright(path, tmp_path):
    upright = rendered((PHOTOS / "orientation" / "Landscape_1.jpg").read_bytes(), tmp_path)
    for name, picture in rendered(path.read_bytes(), tmp_path).items():
        assert picture.size == upright[name].size
        assert difference(picture, upright[name]) < 4, name


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_obeyed_in_every_format(kind, orientation, tmp_path):
    undo = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    turned = scene((80, 60))
    if orientation > 1:
        turned = turned.transpose(undo.get(orientation, UPRIGHT[orientation]))
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    out = BytesIO()
    turned.save(out, kind, exif=exif.tobytes())
    assert difference(rendered(out.getvalue(), tmp_path)["320.jpg"], scene((80, 60))) < 6


def with_metadata(kind: str) -> bytes:
    """A photo that carries the secret in every place its format has for it."""
    exif = Image.Exif()
    exif[Base.Artist] = SECRET.decode()
    exif[Base.ImageDescription] = SECRET.decode()
    options = {"exif": exif.tobytes(), "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if kind == "JPEG":
        options["comment"] = SECRET
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        options = {"exif": exif.tobytes(), "pnginfo": text}
    if kind == "WEBP":
        options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = BytesIO()
    scene().save(out, kind, **options)
    assert SECRET in out.getvalue()
    return out.getvalue() + SECRET  # and behind the end


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_metadata_comments_and_appended_data_do_not_come_along(kind, tmp_path):
    original = with_metadata(kind)
    made = render(BytesIO(original), media_type_of(original[:64]))
    for name, content in (made.files | {"upright": made.upright}).items():
        assert SECRET not in content, name
        left = Image.open(BytesIO(content))
        assert not left.getexif()
        assert not left.info.keys() & {"exif", "xmp", "comment", "icc_profile", "photoshop"}, name


@pytest.mark.parametrize("path", real("phone", without=REFUSED))
def test_every_phone_photo_becomes_a_picture_without_a_trace_of_the_phone(path, arrive):
    photo = arrive(path.read_bytes())
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.status == "ready", photo.failed_because
    for name in ("320.jpg", "320.webp", "1280.jpg", "1280.webp"):
        picture = rendition(photo, name)
        assert picture.size == fit(photo.width, photo.height, int(name.split(".")[0]))
        assert not picture.getexif()
        assert min(ImageStat.Stat(picture.convert("RGB")).stddev) > 5, "an empty picture"
        content = (storage.root() / "renditions" / photo.rendition_token / name).read_bytes()
        for trace in (
            b"Exif",
            b"Apple",
            b"iPhone",
            b"Samsung",
            b"SM-",
            b"LGE",
            b"Motorola",
            b"ICC_PROFILE",
            b"http://",
        ):
            assert trace not in content


@pytest.mark.parametrize("path", real("hostile", without=REFUSED))
def test_a_hostile_photo_ends_as_a_picture_or_as_not_readable(path, arrive, media):
    photo = arrive(path.read_bytes())
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.status in ("ready", "failed")
    assert (photo.status == "failed") == (photo.rendition_token is None) == bool(photo.failed_because)


@needs_data
@pytest.mark.data
def test_wide_colours_of_a_phone_are_converted_not_just_dropped(tmp_path):
    display_p3 = Image.open(PHOTOS / "phone" / "Issue_263_dotnet.heic").info["icc_profile"]
    plain = rendered(jpeg_bytes(colour=(200, 100, 100)), tmp_path)["320.jpg"].getpixel((9, 9))
    wide = rendered(jpeg_bytes(colour=(200, 100, 100), icc_profile=display_p3), tmp_path)["320.jpg"].getpixel((9, 9))
    assert plain == pytest.approx((200, 100, 100), abs=3)
    assert wide[0] > plain[0] + 6  # the same numbers mean a stronger red in the phone's colours


def test_a_broken_colour_profile_is_ignored(tmp_path):
    picture = rendered(jpeg_bytes(colour=(200, 100, 100), icc_profile=b"no profile" * 50), tmp_path)["320.jpg"]
    assert picture.getpixel((9, 9)) == pytest.approx((200, 100, 100), abs=3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_becomes_a_picture(mode, tmp_path):
    grey = Image.linear_gradient("L")
    picture = Image.merge("RGB", [grey] * 3).convert("P" if mode == "PA" else "RGB" if mode == "I;16" else mode)
    if mode == "I;16":
        picture = Image.frombytes("I;16", grey.size, b"".join(bytes([0, value]) for value in grey.tobytes()))
    out = BytesIO()
    picture.save(out, "JPEG" if mode == "CMYK" else "PNG")
    result = rendered(out.getvalue(), tmp_path)["320.jpg"].convert("L")
    assert result.getpixel((128, 10)) < 60
    assert result.getpixel((128, 245)) > 195


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA"])
def test_a_huge_picture_shrunk_in_bands_shows_no_seams(mode, tmp_path):
    out = BytesIO()
    scene((9_001, 1_111)).convert(mode).save(out, "PNG")
    picture = rendered(out.getvalue(), tmp_path)["1280.jpg"]
    expected = scene((9_001, 1_111)).resize(picture.size, Image.Resampling.LANCZOS)
    assert picture.size == (1280, 158)
    assert difference(picture, expected) < 2


def test_what_is_transparent_is_seen_on_white(tmp_path):
    out = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert rendered(out.getvalue(), tmp_path)["320.jpg"].getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_broken_inside_is_marked_and_shows_nothing(arrive, media):
    broken = bytearray(jpeg_bytes(size=(800, 600), kind="PNG"))
    at = broken.index(b"IDAT") + 8
    broken[at : at + 40] = bytes(40)
    heard = []
    events.photo_failed.connect(lambda photo, **_: heard.append(photo.pk), weak=False, dispatch_uid="test")
    photo = arrive(bytes(broken))
    tasks.make_renditions(photo.pk)
    events.photo_failed.disconnect(dispatch_uid="test")
    photo.refresh_from_db()
    assert photo.status == "failed"
    assert photo.failed_because
    assert photo.rendition_token is None
    assert heard == [photo.pk]
    assert files_below(media) == [photo.original]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_damage_anywhere_ends_in_a_picture_or_an_error_but_never_in_a_crash(kind, tmp_path):
    out = BytesIO()
    scene((96, 64)).save(out, kind)
    chance, ends = random.Random(4711), set()
    for _ in range(60):
        broken = bytearray(out.getvalue())
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(12, len(broken))] = chance.randrange(256)
        try:
            ends.add(len(rendered(bytes(broken), tmp_path)))
        except Exception as error:  # any decoder's error will do: the task marks the photo
            ends.add(type(error).__name__)
    assert ends > {4}


# --- The job ---


def test_when_a_photo_is_ready_others_hear_of_it_in_the_same_transaction(arrive):
    photo = arrive()

    def refuse(**_):
        raise ZeroDivisionError

    events.photo_ready.connect(refuse, weak=False, dispatch_uid="test")
    try:
        with pytest.raises(ZeroDivisionError):
            tasks.make_renditions(photo.pk)
    finally:
        events.photo_ready.disconnect(dispatch_uid="test")
    photo.refresh_from_db()
    assert photo.status == "stored"


def test_the_job_may_run_twice(ready_photo, media):
    before = files_below(media)
    tasks.make_renditions(ready_photo.pk)
    assert files_below(media) == before
    token = ready_photo.rendition_token
    ready_photo.refresh_from_db()
    assert ready_photo.rendition_token == token


def test_while_one_worker_is_at_it_another_leaves_the_photo_alone(arrive, media):
    photo = arrive()
    assert Photo.objects.claim(photo.pk, at=timezone.now())
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert (photo.status, photo.attempts) == ("stored", 1)


def test_a_photo_erased_while_it_was_rendered_leaves_no_picture(
    arrive, media, monkeypatch, django_capture_on_commit_callbacks
):
    photo = arrive()

    def decode_slowly(*args, **options):
        with django_capture_on_commit_callbacks(execute=True):
            release.erase(photo)
        return decode(*args, **options)

    monkeypatch.setattr(tasks, "decode", decode_slowly)
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.status == "gone"
    assert files_below(media) == []


def test_on_a_full_disk_the_photo_waits_and_no_half_picture_stays(arrive, media):
    noise = BytesIO()
    Image.effect_noise((1280, 960), 120).convert("RGB").save(noise, "JPEG")
    photo = arrive(noise.getvalue())
    with no_file_larger_than(50_000):
        tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert (photo.status, photo.attempts, photo.failed_because) == ("stored", 0, "")
    assert files_below(media) == [photo.original]
    assert not any(media.glob("renditions/*"))


def test_an_original_that_is_missing_costs_an_attempt_not_the_worker(arrive, media):
    photo = arrive()
    os.rename(media / photo.original, media / "elsewhere")
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert (photo.status, photo.attempts) == ("stored", 1)
