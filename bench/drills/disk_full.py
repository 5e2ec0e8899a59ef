"""R7: the media disk fills up: 507, no row without its photo, no half file, reading goes on; then space again."""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from bench._pictures import photo_of
from bench._requests import multipart
from bench._server import Reply, Server, json_headers
from bench.drills._record import is_full, record
from mangel.models import Report, Submission
from photos import originals
from photos.models import Photo

DISK_MB = 12
PHOTO_BYTES = 700_000
FIELDS = {"category": "GRU4", "lon": "11.33", "lat": "50.98", "place_source": "gps", "description": "Bank kaputt"}
READING = [
    "/api/v1/reports/?limit=10",
    "/tiles/reports/14/8708/5486.mvt",
    "/api/v1/categories/",
    "/healthz",
    "/meldungen/",
]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mangel-drill-") as folder:
        data = Path(folder)
        (data / "media").mkdir(mode=0o755)
        settings.MEDIA_ROOT = data / "media"  # where we look for what the server wrote
        env = {"MANGEL_DATA_DIR": folder, "MANGEL_MEDIA_RESERVE_MB": "0"}
        with tiny_disk(data / "media") as mounted:
            if mounted:
                fill_and_free(data / "media", env, rounds=20 if is_full() else 1)
                reserve(data / "media", env)
                how = f"tmpfs of {DISK_MB} MB"
            else:
                short_files(data / "media", env)
                how = "no right to mount: files limited to 400 kB (EFBIG) instead"
        record("R7", "0 rows without photo, 0 half files, every refusal 507; reading unaffected", how)


@contextmanager
def tiny_disk(folder: Path) -> Iterator[bool]:
    """A file system of a few megabytes at `folder`; False where this machine does not allow it."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0755", "mangel-drill", str(folder)]
    mounted = os.geteuid() == 0 and shutil.which("mount") and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield bool(mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def send(server: Server, photos: list[bytes], key: str) -> Reply:
    files = {f"photos{n}": ("foto.jpg", photo) for n, photo in enumerate(photos)}
    body, media_type = multipart(FIELDS, files)
    # One field of several files, as a form sends it.
    for n in range(len(photos)):
        body = body.replace(f'name="photos{n}"'.encode(), b'name="photos"')
    return server.ask(
        "POST", "/api/v1/reports/", body=body, headers={"Content-Type": media_type, "Idempotency-Key": key}
    )


def fill_and_free(media: Path, env: dict[str, str], *, rounds: int) -> None:
    """Photos until the disk is full, several at once too; then space again and the same keys once more."""
    with Server(env=env) as server:
        for number in range(rounds):
            refused, told = [], Counter[int]()
            for n in range(40):
                key, photos = str(uuid.uuid4()), [photo_of(PHOTO_BYTES, seed=m) for m in range(1 + n % 3)]
                reply = send(server, photos, key)
                told[reply.status] += 1
                if reply.status == 201:
                    check_kept(media, key, photos)
                else:
                    refused.append((key, photos))
                    check_refused(reply, key)
                if len(refused) == 4:
                    break
            assert set(told) == {201, 507}, told
            check_files(media)
            check_reading(server)
            if number == 0:
                announced_photo_waits(server, media)
            free_space(media)
            for key, photos in refused:
                reply = send(server, photos, key)
                assert reply.status == 201, reply
                check_kept(media, key, photos)
                free_space(media)
            print(f"round {number + 1}: {dict(told)}, all {len(refused)} refused ones came in after space was made")


def check_kept(media: Path, key: str, photos: list[bytes]) -> None:
    """Every photo of an acknowledged report is on the disk, byte for byte."""
    kept = Photo.objects.filter(thing=Submission.objects.get(key=key).report.thing_id).order_by("position")
    assert [photo.sha256 for photo in kept] == [hashlib.sha256(photo).hexdigest() for photo in photos]
    for photo in kept:
        assert hashlib.sha256(originals.read(photo.original)).hexdigest() == photo.sha256


def check_refused(reply: Reply, key: str) -> None:
    assert reply.status == 507, reply
    assert reply.headers["content-type"].startswith("application/problem+json"), reply.headers
    assert not Submission.objects.filter(key=key).exists(), "a report without its photo"


def check_files(media: Path) -> None:
    """No half file, no temporary one, no file without a row."""
    files = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    known = set(Photo.objects.exclude(original="").values_list("original", flat=True))
    assert not [name for name in files if ".tmp-" in name], files
    assert {name for name in files if name.startswith("originals/")} <= known


def check_reading(server: Server) -> None:
    for path in READING:
        reply = server.ask("GET", path)
        assert reply.status == 200, (path, reply)
    key, before = str(uuid.uuid4()), Report.objects.count()
    body: dict[str, Any] = {**FIELDS, "lon": 11.33, "lat": 50.98}
    reply = server.ask("POST", "/api/v1/reports/", body=json.dumps(body).encode(), headers=json_headers(key))
    assert reply.status == 201, "a report without photo needs no space"
    assert Report.objects.count() == before + 1


def announced_photo_waits(server: Server, media: Path) -> None:
    """A photo that follows by PUT is refused now and taken later; the report stands."""
    photo = photo_of(PHOTO_BYTES, seed=77)
    sha256 = hashlib.sha256(photo).hexdigest()
    body = {**FIELDS, "lon": 11.33, "lat": 50.98, "photos_expected": [sha256]}
    reply = server.ask(
        "POST", "/api/v1/reports/", body=json.dumps(body).encode(), headers=json_headers(str(uuid.uuid4()))
    )
    told = json.loads(reply.body)["properties"]
    path, headers = f"/api/v1/reports/{told['public_id']}/photos/{sha256}/", {
        "Content-Type": "image/jpeg",
        "Authorization": f"Tracking {told['tracking_code']}",
    }  # fmt: skip
    filler = fill(media)
    assert server.ask("PUT", path, body=photo, headers=headers).status == 507
    assert Photo.objects.get(sha256=sha256).status == "expected"
    filler.unlink()
    free_space(media)
    assert server.ask("PUT", path, body=photo, headers=headers).status in (200, 201)
    kept = Photo.objects.get(sha256=sha256)
    assert originals.read(kept.original) == photo


def fill(media: Path) -> Path:
    """Take what space is left."""
    path = media / "filler"
    with path.open("wb") as file:
        try:
            while True:
                file.write(b"x" * 65_536)
                file.flush()
        except OSError:
            return path


def free_space(media: Path) -> None:
    """What an operator does: move old originals elsewhere. Here: forget the photos of all reports so far."""
    for photo in Photo.objects.exclude(original=""):
        (media / photo.original).unlink(missing_ok=True)
    Photo.objects.exclude(original="").delete()


def reserve(media: Path, env: dict[str, str]) -> None:
    """With the usual reserve photos are refused before the disk is full: the database may live on it."""
    free_space(media)
    with Server(env=env | {"MANGEL_MEDIA_RESERVE_MB": str(DISK_MB - 3)}) as server:
        told = Counter(send(server, [photo_of(PHOTO_BYTES)], str(uuid.uuid4())).status for _ in range(8))
        assert set(told) == {201, 507}, told
        left = shutil.disk_usage(media).free
        assert left > (DISK_MB - 3 - 1) * 2**20, left
        check_files(media)
    free_space(media)


def short_files(media: Path, env: dict[str, str]) -> None:
    """Without a disk of our own: no file may grow beyond 400 kB, which the system reports much like a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    with Server(env=env, prepare=limit) as server:
        for n in range(10):
            key, photos = str(uuid.uuid4()), [photo_of(PHOTO_BYTES if n % 2 else 100_000, seed=n, side=(1024, 768))]
            reply = send(server, photos, key)
            if n % 2:
                check_refused(reply, key)
            else:
                assert reply.status == 201, reply
                check_kept(media, key, photos)
            check_files(media)
        check_reading(server)


if __name__ == "__main__":
    main()
