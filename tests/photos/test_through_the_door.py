"""Photos through the real door, POST of a report and PUT of its photos: the phone's, hostile ones, a full disk."""

import os
import uuid
from io import BytesIO

import pytest

from mangel.models import Report, Submission
from photos.models import Photo
from tests.api.conftest import REPORTS, body, content_digest, sha256, with_code
from tests.photos.conftest import files_below, jpeg_bytes, real
from tests.photos.test_first_look import REFUSED
from tests.photos.test_intake import no_file_larger_than

pytestmark = pytest.mark.django_db


def send(client, photos: list[bytes], key: str | None = None):
    files = [BytesIO(photo) for photo in photos]
    for number, file in enumerate(files):
        file.name = f"{number}.jpg"
    return client.post(
        REPORTS,
        {**body(), "photos": files},
        headers={"Idempotency-Key": key or str(uuid.uuid4()), "Accept-Language": "de"},
    )


def put(client, told: dict, content: bytes):
    return client.put(
        f"{REPORTS}{told['public_id']}/photos/{sha256(content)}/",
        content,
        content_type="image/jpeg",
        headers={**with_code(told), "Content-Digest": content_digest(content)},
    )


@pytest.mark.parametrize("path", [*real("phone"), *real("hostile")])
def test_whatever_is_sent_is_taken_or_refused_with_a_sentence(path, client, media):
    answer = send(client, [path.read_bytes()])
    if path.name in REFUSED:
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["field"] == "photos"
        assert "Bitte" in error["message"]
        assert files_below(media) == []
        assert not Report.objects.exists()
    else:
        assert answer.status_code == 201, answer.content
        assert Photo.objects.get().sha256 == sha256(path.read_bytes())


def test_on_a_full_disk_a_report_with_photos_leaves_nothing_behind_and_goes_through_later(client, media):
    key = str(uuid.uuid4())
    small, big = jpeg_bytes(size=(32, 32)), jpeg_bytes() + os.urandom(300_000)
    with no_file_larger_than(100_000):  # the first photo fits, the second does not
        answer = send(client, [small, big], key)
        assert answer.status_code == 507, answer.content
        assert "ohne Foto" in answer.json()["title"]
        assert files_below(media) == []
        assert (Report.objects.count(), Photo.objects.count(), Submission.objects.count()) == (0, 0, 0)
        assert send(client, []).status_code == 201
        assert client.get(REPORTS).status_code == 200
    assert send(client, [small, big], key).status_code == 201
    assert len(files_below(media)) == 2


def test_on_a_full_disk_an_announced_photo_stays_announced_and_comes_later(client, media):
    content = jpeg_bytes() + os.urandom(300_000)
    told = client.post(
        REPORTS,
        body(photos_expected=[sha256(content)]),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    ).json()["properties"]
    with no_file_larger_than(100_000):
        assert put(client, told, content).status_code == 507
    assert Photo.objects.get().status == "expected"
    assert files_below(media) == []
    assert put(client, told, content).status_code in (200, 201)
    assert put(client, told, content).status_code == 200
    assert Photo.objects.get().status == "stored"


def test_a_body_without_end_is_refused_by_its_size(client, media):
    content = jpeg_bytes()
    told = client.post(
        REPORTS,
        body(photos_expected=[sha256(content)]),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    ).json()["properties"]
    answer = client.put(
        f"{REPORTS}{told['public_id']}/photos/{sha256(content)}/",
        content + b"\0" * (25 * 1024 * 1024),
        content_type="image/jpeg",
        headers=with_code(told),
    )
    assert answer.status_code == 413
    assert "25 MB" in answer.json()["title"]
