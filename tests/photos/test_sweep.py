"""Nothing that was accepted is forgotten, and nothing is left lying about; the broker may forget what it likes."""

import os
import queue
import socket
import time
from datetime import timedelta
from io import BytesIO

import pytest
from celery import Celery
from django.conf import settings as configured
from django.db import transaction
from django.utils import timezone

from photos import enqueue, originals, renditions, staging, storage, sweeping, tasks, uploads
from photos.errors import PhotoRefused
from photos.models import Photo
from tests.photos.conftest import files_below, jpeg_bytes


def age(photo: Photo, **columns) -> None:
    """The photo arrived an hour ago; `columns` are as the town left them."""
    Photo.objects.filter(pk=photo.pk).update(created_at=timezone.now() - timedelta(hours=1), **columns)


def age_files(folder, seconds: float = 4_000) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (time.time() - seconds,) * 2)


def test_a_photo_the_broker_forgot_is_rendered_all_the_same(arrive):
    photo = arrive()
    age(photo)
    tasks.sweep()
    photo.refresh_from_db()
    assert photo.status == "ready"


def test_a_photo_that_just_came_is_left_to_the_queue(arrive):
    arrive()
    assert sweeping.undone() == []


def test_a_photo_whose_worker_died_is_taken_up_after_ten_minutes(arrive):
    photo = arrive()
    age(photo, claimed_at=timezone.now() - timedelta(minutes=9), attempts=1)
    assert sweeping.undone() == []
    age(photo, claimed_at=timezone.now() - timedelta(minutes=11), attempts=1)
    tasks.sweep()
    photo.refresh_from_db()
    assert (photo.status, photo.attempts) == ("ready", 2)


def test_a_photo_that_kills_its_worker_five_times_is_given_up(arrive):
    photo = arrive()
    age(photo, claimed_at=timezone.now() - timedelta(minutes=11), attempts=5)
    tasks.sweep()
    photo.refresh_from_db()
    assert (photo.status, photo.rendition_token) == ("failed", None)
    assert "5 attempts" in photo.failed_because


def test_the_fifth_attempt_is_not_given_up_while_it_runs(arrive):
    photo = arrive()
    age(photo, claimed_at=timezone.now() - timedelta(minutes=2), attempts=5)
    tasks.sweep()
    photo.refresh_from_db()
    assert photo.status == "stored"


def test_while_the_queue_is_busy_nothing_is_added_to_it(arrive, monkeypatch):
    photo = arrive()
    age(photo)
    monkeypatch.setattr(tasks, "waiting_jobs", lambda: 50)
    tasks.sweep()
    photo.refresh_from_db()
    assert photo.status == "stored"


def test_an_announced_photo_that_never_came_is_not_waited_for_but_still_taken(thing, media):
    content = jpeg_bytes()
    sha256 = uploads.inspect(BytesIO(content)).sha256
    (photo,) = uploads.expect(thing=thing, sha256s=[sha256])
    Photo.objects.update(created_at=timezone.now() - timedelta(days=31))
    tasks.sweep()
    photo.refresh_from_db()
    assert photo.status == "gone"
    assert not Photo.objects.pending().exists()
    assert uploads.receive(photo=photo, file=BytesIO(content)).status == "stored"


def test_the_backlog_has_an_age(arrive):
    assert Photo.objects.backlog_age_s() == 0
    age(arrive())
    assert Photo.objects.backlog_age_s() == pytest.approx(3600, abs=60)


# --- Files ---


def test_files_without_a_row_go_after_an_hour_and_those_with_one_stay(arrive, ready_photo, media):
    file = BytesIO(jpeg_bytes())
    orphan = uploads.store(file, uploads.inspect(file))
    (media / "renditions" / ("x" * 22)).mkdir()
    (media / "renditions" / ("x" * 22) / "320.webp").write_bytes(b"old")
    (media / "originals" / "ab").mkdir(exist_ok=True)
    (media / "originals" / "ab" / ".tmp-half").write_bytes(b"half")
    ours = (ready_photo.original, ready_photo.upright, ready_photo.rendition_token)
    known = [name for name in files_below(media) if any(part in name for part in ours)]
    tasks.sweep_files()
    assert orphan.path in files_below(media), "too early: its transaction may still run"
    age_files(media)
    tasks.sweep_files()
    assert files_below(media) == known
    assert not (media / "renditions" / ("x" * 22)).exists()


def test_a_new_address_is_no_orphan_while_its_transaction_runs(ready_photo, media):
    age_files(media)
    new = renditions.rename(ready_photo.rendition_token)
    tasks.sweep_files()
    assert (media / "renditions" / new).is_dir()


def test_with_the_wrong_database_the_sweep_touches_nothing(media, db, caplog):
    for number in range(30):
        storage.write_new("originals", ".jpg", [str(number).encode()])
    age_files(media)
    tasks.sweep_files()
    assert len(files_below(media)) == 30
    assert "unknown to this database" in caplog.text


def test_without_a_photo_folder_there_is_nothing_to_sweep(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path / "nowhere"
    tasks.sweep_files()
    assert not settings.MEDIA_ROOT.exists()


# --- Between two steps of a form ---


def test_a_photo_is_kept_between_two_steps_of_the_form(media):
    content = jpeg_bytes()
    key = staging.stage(BytesIO(content))
    for _ in range(2):  # the form may be sent twice
        with staging.open_staged(key) as file:
            assert uploads.inspect(file).size == file.size == len(content)
            stored = uploads.store(file, uploads.inspect(file))
            assert originals.read(stored.path) == content


def test_a_refused_photo_is_refused_at_its_step_and_not_kept(media):
    with pytest.raises(PhotoRefused, match="kein Foto"):
        staging.stage(BytesIO(b"%PDF-1.7"))
    assert files_below(media) == []


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd", "Im9yaWdpbmFscy9hYi94Ig:1abc:def"])
def test_a_made_up_key_opens_nothing(key):
    with pytest.raises(PhotoRefused, match="noch einmal"):
        staging.open_staged(key)


def test_after_a_day_a_kept_photo_is_gone_and_says_so(media, db):
    key = staging.stage(BytesIO(jpeg_bytes()))
    age_files(media, seconds=23 * 3600)
    tasks.sweep_files()
    staging.open_staged(key).close()
    age_files(media, seconds=25 * 3600)
    tasks.sweep_files()
    assert files_below(media) == []
    with pytest.raises(PhotoRefused, match="zu viel Zeit"):
        staging.open_staged(key)


# --- The broker ---


@pytest.fixture
def own_thread(monkeypatch):
    """The thread that talks to the broker begins anew: no job of another test is in its hands."""
    monkeypatch.setattr(enqueue, "_thread_of_process", None)
    monkeypatch.setattr(enqueue, "_jobs", queue.Queue(enqueue.WAITING_AT_MOST))


def look(photo_id: int) -> None:
    """A job."""


@pytest.fixture
def silent_broker(tmp_path):
    """A Redis that accepts connections and never says a word."""
    path = tmp_path / "s"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(64)
    yield f"redis+socket://{path}"
    server.close()


@pytest.mark.parametrize("broker", ["hanging", "away"])
def test_no_resident_waits_for_the_broker(broker, silent_broker, tmp_path, own_thread):
    url = silent_broker if broker == "hanging" else f"redis+socket://{tmp_path}/nobody"
    timeouts = {"socket_timeout": 1, "socket_connect_timeout": 1}
    app = Celery("town", set_as_current=False, broker=url, broker_transport_options=timeouts)
    job = app.task(look, name="town.job")
    start = time.monotonic()
    for number in range(20):
        enqueue.enqueue(job, number)
    assert time.monotonic() - start < 0.5


def test_a_job_is_handed_over_only_after_the_commit(thing, django_capture_on_commit_callbacks):
    file = BytesIO(jpeg_bytes())
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        uploads.add(thing=thing, stored=uploads.store(file, uploads.inspect(file)))
    assert len(callbacks) == 1
    assert Photo.objects.get().status == "stored"
    callbacks[0]()
    assert Photo.objects.get().status == "ready"


def test_the_real_broker_gets_the_job_and_tells_how_many_wait(own_thread):
    name = f"test-{os.getpid()}"
    app = Celery("town", set_as_current=False, broker=configured.CELERY_BROKER_URL)
    app.conf.task_default_queue = name
    job = app.task(look, name="town.real_job")
    try:
        for number in range(3):
            enqueue.enqueue(job, number)
        enqueue.flush(20)
        assert tasks.waiting_jobs(name) == 3
        assert tasks.waiting_jobs(name + "-nobody") == 0
    finally:
        with app.connection_for_write() as connection:
            connection.default_channel.queue_purge(name)
