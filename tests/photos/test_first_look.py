"""What residents send is judged by its content, at once, without decoding it; each refusal says what to do."""

import random
import zlib
from datetime import UTC, datetime
from fractions import Fraction
from io import BytesIO

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from photos.errors import PhotoRefused
from photos.formats import MAX_BYTES
from photos.inspection import inspect
from tests.photos.conftest import jpeg_bytes, real, scene

REFUSED = {
    "200MP.heic": "photo_too_many_pixels",
    "broken.png": "photo_damaged",
    "broken_data_stream.png": "photo_damaged",
    "crash-0c7e0e8e11ce787078f00b5b0ca409a167f070e0.tif": "photo_not_an_image",
    "crash-2020-10-test.tif": "photo_not_an_image",
    "decompression_bomb.gif": "photo_not_an_image",
    "decompression_bomb.ico": "photo_not_an_image",
    "decompression_bomb_extents.gif": "photo_not_an_image",
    "oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif": "photo_not_an_image",
    "seek_too_large.tif": "photo_not_an_image",
    "truncated_image.png": "photo_damaged",
    "truncated_jpeg.jpg": "photo_damaged",
    "IllegalArgumentException.HeifReader.processBoxes.heif": "photo_damaged",
    "NegativeArraySizeException.HeifReader.processBoxes.heif": "photo_damaged",
}
# name: (media type, width and height once upright, longitude and latitude or None)
PHONES = {
    "Apple_iPhone_4.jpg": ("image/jpeg", 1296, 968, (12.4888, 41.8530)),
    "Apple_iPhone_5.jpg": ("image/jpeg", 3264, 2448, (-122.3373, 47.6272)),
    "Apple_iPhone_6.jpg": ("image/jpeg", 3264, 2448, (-0.3179, 51.7624)),
    "HMD_Nokia_8.3_5G.heif": ("image/heic", 3456, 4608, (-4.0051, 40.7887)),
    "IMG_2927.HEIC": ("image/heic", 3024, 4032, None),
    "Issue_263_dotnet.heic": ("image/heic", 3024, 4032, (-9.2077, 38.6995)),
    "Issue_487.heic": ("image/heic", 3024, 4032, None),  # its GPS says NaN
    "Motorola_XT1068_Moto_G.jpg": ("image/jpeg", 3264, 2448, None),
    "Nexus_4.jpg": ("image/jpeg", 2448, 3264, (-0.0773, 51.5625)),
    "Samsung_SM-G935L_Galaxy_S7_Edge.jpg": ("image/jpeg", 4032, 3024, (2.2364, 48.8925)),
    "Samsung_SM-J327T1.jpg": ("image/jpeg", 1932, 2576, None),
    "exif-at-eof.heic": ("image/heic", 3024, 4032, (106.2431, 47.2071)),
}


@pytest.mark.parametrize("path", real("phone"))
def test_every_phone_photo_is_understood_and_a_broken_one_is_refused(path):
    with path.open("rb") as file:
        if path.name in REFUSED:
            with pytest.raises(PhotoRefused) as refusal:
                inspect(file)
            assert refusal.value.code == REFUSED[path.name]
            return
        found = inspect(file)
    media_type, width, height, place = PHONES[path.name]
    assert (found.media_type, found.width, found.height) == (media_type, width, height)
    assert found.size == path.stat().st_size
    if place is None:
        assert found.hint_point is None
    else:
        assert found.hint_point.coords == pytest.approx(place, abs=0.0001)
        assert found.hint_point.srid == 4326
    assert found.hint_time is not None


@pytest.mark.parametrize("path", real("hostile"))
def test_a_hostile_file_is_refused_with_a_reason_or_taken_as_the_harmless_photo_it_is(path):
    with path.open("rb") as file:
        if path.name in REFUSED:
            with pytest.raises(PhotoRefused) as refusal:
                inspect(file)
            assert refusal.value.code == REFUSED[path.name]
        else:
            found = inspect(file)
            assert found.media_type == "image/jpeg"
            assert found.hint_point is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_is_known_by_its_content_not_by_its_name(kind):
    file = BytesIO(jpeg_bytes(kind=kind))
    file.name = "rechnung.pdf"
    found = inspect(file)
    assert found.media_type == {"HEIF": "image/heic"}.get(kind, f"image/{kind.lower()}")
    assert (found.width, found.height) == (640, 480)
    assert file.tell() == 0


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "PPM", "AVIF", "PDF"])
def test_other_pictures_are_refused_whatever_they_call_themselves(kind):
    file = BytesIO(jpeg_bytes(size=(64, 64), kind=kind))
    file.name = "foto.jpg"
    with pytest.raises(PhotoRefused, match="JPEG, PNG, WebP oder HEIC"):
        inspect(file)


@pytest.mark.parametrize(
    "content", [b"<svg onload='alert(1)'/>", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP"]
)
def test_what_only_begins_like_a_photo_is_refused(content):
    with pytest.raises(PhotoRefused):
        inspect(BytesIO(content))


def test_an_empty_file_is_refused():
    with pytest.raises(PhotoRefused, match="leer"):
        inspect(BytesIO())


def test_a_photo_of_exactly_25_mb_is_taken_and_one_byte_more_is_not():
    photo = jpeg_bytes()
    padded = photo + b"\0" * (MAX_BYTES - len(photo))
    assert inspect(BytesIO(padded)).size == MAX_BYTES
    with pytest.raises(PhotoRefused, match=r"25 MB.*kleineres"):
        inspect(BytesIO(padded + b"\0"))


def test_a_refusal_names_the_field_and_speaks_german():
    with pytest.raises(PhotoRefused) as refusal:
        inspect(BytesIO(b"no photo"))
    assert refusal.value.field == "photos"
    assert refusal.value.status == 422
    with translation.override("de"):
        assert "kein Foto" in str(refusal.value)


def test_pixels_are_counted_from_the_header_before_anything_is_decoded():
    # 11,000 × 11,000 pixels: above our limit, below the point where Pillow itself refuses.
    png = bytearray(jpeg_bytes(size=(8, 8), kind="PNG"))
    png[16:24] = (11_000).to_bytes(4, "big") * 2
    png[29:33] = zlib.crc32(bytes(png[12:29])).to_bytes(4, "big")
    with pytest.raises(PhotoRefused, match="100 Megapixel"):
        inspect(BytesIO(bytes(png)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_an_upload_cut_off_on_the_way_is_refused_at_once(kind):
    out = BytesIO()
    scene((800, 600)).save(out, kind)
    whole = out.getvalue()
    for share in (0.5, 0.9, 0.99):
        with pytest.raises(PhotoRefused, match=r"beschädigt|unvollständig"):
            inspect(BytesIO(whole[: int(len(whole) * share)]))


def test_a_camera_that_writes_padding_instead_of_the_end_marker_is_forgiven():
    whole = jpeg_bytes()
    assert whole.endswith(b"\xff\xd9")
    assert inspect(BytesIO(whole[:-2] + b"\0" * 64)).width == 640


def test_of_an_animation_the_first_picture_counts():
    out = BytesIO()
    scene().save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (640, 480))])
    assert inspect(BytesIO(out.getvalue())).media_type == "image/webp"


def with_exif(gps=None, camera=None, orientation=None) -> BytesIO:
    exif = Image.Exif()
    if gps is not None:
        exif.get_ifd(IFD.GPSInfo).update(gps)
    if camera is not None:
        exif.get_ifd(IFD.Exif).update(camera)
    if orientation:
        exif[Base.Orientation] = orientation
    return BytesIO(jpeg_bytes(exif=exif.tobytes()))


def dms(degrees: float) -> tuple:
    return (int(degrees), int(degrees * 60 % 60), Fraction(str(round(degrees * 3600 % 60, 4))))


def test_the_camera_s_place_is_a_hint():
    gps = {
        GPS.GPSLatitudeRef: "N",
        GPS.GPSLatitude: dms(50.9795),
        GPS.GPSLongitudeRef: "E",
        GPS.GPSLongitude: dms(11.3295),
    }
    assert inspect(with_exif(gps)).hint_point.coords == pytest.approx((11.3295, 50.9795), abs=1e-5)


def test_south_and_west_are_negative():
    gps = {GPS.GPSLatitudeRef: "S", GPS.GPSLatitude: dms(33.5), GPS.GPSLongitudeRef: "W", GPS.GPSLongitude: dms(70.25)}
    assert inspect(with_exif(gps)).hint_point.coords == pytest.approx((-70.25, -33.5), abs=1e-5)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [((0, 0, 0), (0, 0, 0)), ((91, 0, 0), (11, 0, 0)), ((50, 0, 0), (181, 0, 0)), ((50, 0, 0), None), ((), ())],
)
def test_zero_zero_and_impossible_places_are_no_place(lat, lon):
    gps = {GPS.GPSLatitudeRef: "N", GPS.GPSLongitudeRef: "E", GPS.GPSLatitude: lat}
    if lon is not None:
        gps[GPS.GPSLongitude] = lon
    assert inspect(with_exif(gps)).hint_point is None


def test_the_camera_s_time_is_the_city_s_unless_it_says_otherwise():
    summer = {Base.DateTimeOriginal: "2026:07:01 12:00:00"}
    assert inspect(with_exif(camera=summer)).hint_time == datetime(2026, 7, 1, 10, tzinfo=UTC)
    elsewhere = summer | {Base.OffsetTimeOriginal: "-05:00"}
    assert inspect(with_exif(camera=elsewhere)).hint_time == datetime(2026, 7, 1, 17, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "2126:07:01 12:00:00", "1899:01:01 00:00:00", "gestern", ""])
def test_a_time_that_cannot_be_is_none(text):
    assert inspect(with_exif(camera={Base.DateTimeOriginal: text})).hint_time is None


def test_size_is_told_upright():
    assert (lambda found: (found.width, found.height))(inspect(with_exif(orientation=6))) == (480, 640)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"II*\0", b"MM\0*", b""]))
def test_no_exif_makes_the_reader_stumble(noise, byte_order):
    content = jpeg_bytes(size=(16, 16), exif=b"Exif\0\0" + byte_order + noise)
    found = inspect(BytesIO(content))
    assert (found.media_type, found.size) == ("image/jpeg", len(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_damage_anywhere_is_refused_or_harmless_but_never_a_crash(kind):
    out = BytesIO()
    scene((96, 64)).save(out, kind)
    whole, chance = out.getvalue(), random.Random(20261122)
    verdicts = set()
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            verdicts.add(inspect(BytesIO(bytes(broken))).media_type)
        except PhotoRefused as refusal:
            verdicts.add(refusal.code)
    assert len(verdicts) > 1, "the damage never mattered"
