"""Files made to hurt: each gets its verdict in the request or from the worker, quickly, without a 5xx, within bounds of
memory; and what is served was made by us."""

import struct
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from mangel.models import Report
from photos import decoding, originals, tasks
from photos.decoding import Decoder
from photos.models import Photo
from tests.photos.conftest import PHOTOS, files_below, jpeg_bytes, rendition, scene
from tests.photos.test_decoder import header_says, scan_bomb
from tests.photos.test_through_the_door import send

pytestmark = pytest.mark.django_db
VERDICT_S = 8
CHILD_BYTES = 700 << 20
TRACE = b"GEHEIM-4711"


def photo_of(picture: Image.Image, kind="JPEG", **options) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def with_zip_behind() -> bytes:
    """A JPEG that is a ZIP archive, too."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.js", TRACE)
    return jpeg_bytes() + archive.getvalue()


def with_html_in_front() -> bytes:
    """A JPEG whose first comment is a web page."""
    return photo_of(scene(), comment=b"<html><script>alert('" + TRACE + b"')</script>")


def png_bomb() -> bytes:
    """99 million equal pixels in a hundred kilobytes."""
    return photo_of(Image.new("L", (9_990, 9_900)), "PNG")


def png_text_bomb() -> bytes:
    """A compressed text that unfolds to 60 MB."""
    text = zlib.compress(b"A" * 60_000_000)
    chunk = b"zTXtComment\0\0" + text
    block = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    png = photo_of(scene(), "PNG")
    return png[:33] + block + png[33:]


def animated(kind: str, frames: int) -> bytes:
    first = scene((1200, 900))
    rest = [Image.new("RGB", (1200, 900), (n % 256, 0, 0)) for n in range(frames)]
    return photo_of(first, kind, save_all=True, append_images=rest)


def webp_header(width: int, height: int) -> bytes:
    """A WebP whose canvas is announced much larger than its picture."""
    content = bytearray(animated("WEBP", 1))
    content[24:27], content[27:30] = (width - 1).to_bytes(3, "little"), (height - 1).to_bytes(3, "little")
    return bytes(content)


def png_header(width: int, height: int) -> bytes:
    png = bytearray(photo_of(Image.new("L", (8, 8)), "PNG"))
    png[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    png[29:33] = zlib.crc32(bytes(png[12:29])).to_bytes(4, "big")
    return bytes(png)


def cut_heic() -> bytes:
    whole = photo_of(scene((800, 600)), "HEIF")
    return whole[: len(whole) * 2 // 3]


def heic_without_pixels() -> bytes:
    whole = photo_of(scene((800, 600)), "HEIF")
    lost = len(whole) // 3
    return whole[:-lost] + bytes(lost)


def many_segments() -> bytes:
    """A JPEG of 20 MB that is nearly all comments."""
    jpeg = jpeg_bytes()
    comment = b"\xff\xfe" + struct.pack(">H", 65_535) + TRACE * 5957 + b"xxxxxx"
    assert len(comment) == 65_537
    return jpeg[:2] + comment * 300 + jpeg[2:]


def text_full_png() -> bytes:
    text = PngImagePlugin.PngInfo()
    for n in range(2_000):
        text.add_text(f"k{n}", TRACE.decode() * 3)
    return photo_of(scene(), "PNG", pnginfo=text)


# name: (bytes, what happens: refused with a code, or taken and then ready or failed)
FILES = {
    "zip behind a jpeg": (with_zip_behind, "ready"),
    "html in a comment": (with_html_in_front, "ready"),
    "nearly all comments": (many_segments, "ready"),
    "thousands of texts": (text_full_png, "ready"),
    "99 megapixels in 100 kB": (png_bomb, "ready"),
    "text that unfolds": (png_text_bomb, "ready|failed|photo_damaged"),
    "1 × 100,000,000": (lambda: png_header(1, 100_000_000), "photo_damaged|failed"),
    "1 × 100,000,001": (lambda: png_header(1, 100_000_001), "photo_too_many_pixels"),
    "2³¹ × 2³¹": (lambda: png_header(0x7FFFFFFF, 0x7FFFFFFF), "photo_too_many_pixels|photo_damaged"),
    "0 × 0": (lambda: png_header(0, 0), "photo_damaged|failed"),
    "jpeg of 65,500 × 1": (lambda: header_says(65_500, 1, progressive=False), "ready|failed"),
    "jpeg header of 65,500 × 65,500": (lambda: header_says(65_500, 65_500, progressive=False), "photo_too_many_pixels"),
    "jpeg that is smaller than it says": (lambda: header_says(9_000, 9_000, progressive=False), "ready|failed"),
    "progressive that would fill the memory": (
        lambda: header_says(9_900, 9_900, progressive=True, components=4),
        "photo_too_much_memory",
    ),
    "one scan 20,000 times": (lambda: scan_bomb((3_000, 3_000), scans=20_000), "failed|ready"),
    "webp of 300 frames": (lambda: animated("WEBP", 60), "ready"),
    "png of 60 frames": (lambda: animated("PNG", 60), "ready"),
    "webp canvas of 16,777,216²": (lambda: webp_header(1 << 24, 1 << 24), "photo_too_many_pixels"),
    "webp canvas of 9,000²": (lambda: webp_header(9_000, 9_000), "photo_too_much_memory"),
    "webp canvas of 5,000²": (lambda: webp_header(5_000, 5_000), "ready|failed|photo_damaged"),
    "heic cut off": (cut_heic, "photo_damaged"),
    "heic without its pixels": (heic_without_pixels, "ready|failed|photo_damaged"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo_not_an_image"),
    "svg called jpeg by its first bytes": (lambda: b"\xff\xd8\xff<svg onload='alert(1)'/>", "photo_damaged"),
    "pdf with a jpeg inside": (lambda: b"%PDF-1.7\n" + jpeg_bytes(), "photo_not_an_image"),
    "gif": (lambda: photo_of(scene(), "GIF"), "photo_not_an_image"),
    "avif": (lambda: photo_of(scene(), "AVIF"), "photo_not_an_image"),
    "nothing": (lambda: b"", "photo_empty"),
}


def peak_of_decoder() -> int:
    decoder = Decoder._current
    return decoder.peak_bytes if decoder else 0


@pytest.mark.parametrize("name", FILES)
def test_every_file_gets_its_verdict_and_nothing_of_it_is_served(name, client, media, settings):
    make, expected = FILES[name]
    content = make()
    began = time.monotonic()
    answer = send(client, [content])
    in_request = time.monotonic() - began
    assert answer.status_code in (201, 422), answer.content
    assert in_request < VERDICT_S
    if answer.status_code == 422:
        (error,) = answer.json()["errors"]
        assert error["code"] in expected.split("|"), error
        assert error["field"] == "photos"
        assert files_below(media) == []
        assert not Report.objects.exists()
        return
    photo = Photo.objects.get()
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.status in expected.split("|"), photo.failed_because
    assert peak_of_decoder() < CHILD_BYTES
    assert originals.read(photo.original) == content
    served = [path for path in files_below(media) if path.startswith("renditions/")]
    assert len(served) == (4 if photo.status == "ready" else 0)
    for path in served:
        found = (media / path).read_bytes()
        assert TRACE not in found
        assert b"<script" not in found
        assert b"PK\x03\x04" not in found
        picture = Image.open(BytesIO(found))
        assert not getattr(picture, "is_animated", False)
        assert not picture.info.keys() & {"comment", "exif", "xmp", "icc_profile", "photoshop"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_of_an_animation_or_a_collection_only_the_first_picture_is_shown(kind, arrive):
    photo = arrive(animated(kind, 3) if kind in ("PNG", "WEBP") else photo_of(scene((1200, 900)), kind))
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert rendition(photo, "320.jpg").convert("RGB").getpixel((20, 20))[0] > 200


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\x.jpg", "a" * 400 + ".jpg", "x.svg", "x.php;.jpg", "\0.jpg", "‮gpj.exe", ""]
)
def test_no_name_decides_where_a_photo_lies(name, client, media):
    file = BytesIO(jpeg_bytes())
    file.name = name or "x"
    answer = client.post(
        "/api/v1/reports/",
        {"category": "GRU4", "lon": 11.33, "lat": 50.98, "photos": [file]},
        headers={"Idempotency-Key": "0190a1b2-0000-7000-8000-000000000001"},
    )
    assert answer.status_code < 500
    for path in files_below(media.parent):
        assert path.startswith("media/"), path
        assert "passwd" not in path
        assert not path.endswith((".svg", ".php", ".exe"))


@pytest.mark.data
@pytest.mark.skipif(not PHOTOS.is_dir(), reason="no test data")
def test_the_decoder_stays_within_bounds_through_all_hostile_files_one_after_another():
    Decoder.stop_current()
    highest = 0
    for path in [*sorted((PHOTOS / "hostile").iterdir()), *sorted((PHOTOS / "phone").glob("*Exception*"))]:
        for media_type in ("image/jpeg", "image/png", "image/webp", "image/heic"):
            began = time.monotonic()
            try:
                decoding.decode(path.read_bytes(), media_type)
            except decoding.NotReadable as error:
                assert str(error)  # noqa: PT017 - readable ones are fine, too
            assert time.monotonic() - began < 3 * VERDICT_S
            highest = max(highest, peak_of_decoder())
    assert 0 < highest < CHILD_BYTES
    assert own_peak() < 900 << 20


def own_peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024
