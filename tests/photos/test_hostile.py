"""Files made to hurt: each gets its verdict in the request or from the worker, quickly, without a 5xx, within bounds of
memory; and what is served was made by us."""

import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bench._hostile import FILES, TRACE, animated, photo_of
from mangel.models import Report
from photos import decoding, originals, tasks
from photos.decoding import Decoder
from photos.models import Photo
from tests.photos.conftest import PHOTOS, files_below, jpeg_bytes, rendition, scene
from tests.photos.test_through_the_door import send

pytestmark = pytest.mark.django_db
VERDICT_S = 8
CHILD_BYTES = 700 << 20


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
    Path("/proc/self/clear_refs").write_text("5")  # our own peak counts from now, not from what other tests needed
    highest, before = 0, own_peak()
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
    assert own_peak() - before < 150 << 20


def own_peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024
