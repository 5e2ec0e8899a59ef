"""A photo that was accepted is on the disk and in the database, or in neither."""

import base64
import hashlib
import os
import resource
import subprocess
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.test import RequestFactory

from photos import originals, storage, uploads
from photos.errors import PhotoRefused, StorageFull, StorageUnavailable
from photos.formats import MAX_BYTES
from photos.inspection import inspect
from photos.models import Photo
from photos.spooling import spooled
from tests.photos.conftest import files_below, jpeg_bytes


@contextmanager
def no_file_larger_than(size):
    """The kernel refuses to let any file of this process grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def tiny_disk(tmp_path, settings):
    """A disk of 256 kB, really."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    settings.MEDIA_ROOT = folder
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def take(content: bytes) -> uploads.StoredFile:
    file = BytesIO(content)
    return uploads.store(file, inspect(file))


def test_the_original_is_kept_as_it_came_under_a_random_name(thing, media):
    content = jpeg_bytes()
    photo = uploads.add(thing=thing, stored=take(content), alt_text="Schlagloch\n vor  Haus 4")
    assert originals.read(photo.original) == content
    assert photo.sha256 == hashlib.sha256(content).hexdigest()
    assert photo.original.startswith("originals/")
    assert (photo.status, photo.check_state, photo.alt_check) == ("stored", "waiting", "waiting")
    assert photo.alt_text == "Schlagloch vor Haus 4"
    assert files_below(media) == [photo.original]


def test_nobody_else_on_the_machine_may_look_into_the_originals(media):
    stored = take(jpeg_bytes())
    assert (media / "originals").stat().st_mode & 0o007 == 0
    assert (media / stored.path).parent.stat().st_mode & 0o007 == 0


def test_if_the_report_fails_its_photo_goes_too(thing, media):
    stored = take(jpeg_bytes())

    def fail():
        with uploads.kept(stored), transaction.atomic():
            uploads.add(thing=thing, stored=stored)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert files_below(media) == []
    assert not Photo.objects.exists()


def test_if_the_database_dies_at_the_commit_the_photo_stays_until_the_sweep_knows(thing, media):
    stored = take(jpeg_bytes())
    with pytest.raises(OperationalError), uploads.kept(stored):
        raise OperationalError("server closed the connection")
    assert files_below(media) == [stored.path]


def test_discarding_spares_a_file_that_has_a_row(thing, media):
    stored = take(jpeg_bytes())
    uploads.add(thing=thing, stored=stored)
    uploads.discard(stored)
    assert files_below(media) == [stored.path]


def test_two_rows_never_share_a_file(thing):
    stored = take(jpeg_bytes())
    uploads.add(thing=thing, stored=stored)
    with pytest.raises(IntegrityError), transaction.atomic():
        uploads.add(thing=thing, stored=stored)


def test_a_photo_key_that_is_taken_is_refused(arrive):
    photo = arrive()
    with pytest.raises(PhotoRefused, match="schon angekommen"), transaction.atomic():
        arrive(key=photo.key)


# --- The disk ---------------------------------------------------------------------------------------------------------


def test_on_a_full_disk_the_photo_is_refused_and_no_half_file_stays(tiny_disk):
    assert take(jpeg_bytes(size=(64, 64)))
    before = files_below(tiny_disk)
    big = jpeg_bytes() + os.urandom(400_000)
    with pytest.raises(StorageFull, match="ohne Foto"):
        take(big)
    assert files_below(tiny_disk) == before
    assert StorageFull.status == 507


def test_a_file_the_system_will_not_let_grow_leaves_nothing_behind(media):
    with no_file_larger_than(100_000), pytest.raises(StorageFull):
        take(jpeg_bytes() + b"\0" * 300_000)
    assert files_below(media) == []


def test_photos_stop_before_the_disk_is_quite_full_for_the_database_lives_there_too(settings, media):
    settings.MANGEL_MEDIA_RESERVE_BYTES = 1 << 60
    with pytest.raises(StorageFull):
        take(jpeg_bytes())
    assert files_below(media.parent) == []


def test_a_missing_folder_is_made(media, settings):
    settings.MEDIA_ROOT = media / "not" / "there"
    take(jpeg_bytes())
    storage.check_writable()
    assert len(files_below(settings.MEDIA_ROOT)) == 1


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path, settings):
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    with pytest.raises(StorageUnavailable, match="in ein paar Minuten"):
        take(jpeg_bytes())
    with pytest.raises(StorageUnavailable):
        storage.check_writable()
    assert StorageUnavailable.status == 503


def test_nothing_outside_the_photo_folder_can_be_removed(media):
    for path in ("", ".", "..", "../elsewhere", "originals/../../elsewhere", "/etc/hostname"):
        with pytest.raises(ValueError, match="not below"):
            storage.remove(path)


# --- Forms and bodies -------------------------------------------------------------------------------------------------


def posted(content: bytes):
    return RequestFactory().post("/melden/", {"photos": BytesIO(content)}).FILES["photos"]


def test_a_form_cannot_fill_the_disk_with_one_endless_file():
    file = posted(jpeg_bytes() + b"\0" * (MAX_BYTES + 5_000_000))
    assert Path(file.temporary_file_path()).stat().st_size == MAX_BYTES + 1
    with pytest.raises(PhotoRefused, match="25 MB"):
        inspect(file)


def test_a_form_s_photo_above_a_megabyte_arrives_whole():
    content = jpeg_bytes() + os.urandom(3_000_000)
    assert inspect(posted(content)).sha256 == hashlib.sha256(content).hexdigest()


def test_a_full_disk_while_a_form_arrives_becomes_a_sentence():
    content = jpeg_bytes() + b"\0" * 3_000_000
    with no_file_larger_than(1_000_000):
        file = posted(content)
    with pytest.raises(StorageFull):
        inspect(file)


def test_the_body_of_a_put_is_read_no_further_than_we_would_take():
    class Endless:
        read_bytes = 0

        def read(self, size):
            self.read_bytes += size
            return b"\0" * size

    endless = Endless()
    with pytest.raises(PhotoRefused, match="25 MB") as refusal:
        spooled(endless)
    assert refusal.value.status == 413
    assert endless.read_bytes <= MAX_BYTES + 2 * storage.CHUNK


def test_a_full_disk_while_a_put_arrives_becomes_a_sentence():
    with no_file_larger_than(500_000), pytest.raises(StorageFull):
        spooled(BytesIO(b"\0" * 3_000_000))


# --- Photos that follow -----------------------------------------------------------------------------------------------


@pytest.fixture
def announced(thing):
    content = jpeg_bytes()
    (photo,) = uploads.expect(thing=thing, sha256s=[hashlib.sha256(content).hexdigest().upper()])
    return photo, content


def digest_header(content: bytes, algorithm: str = "sha-256") -> str:
    digest = hashlib.new(algorithm.replace("-", ""), content).digest()
    return f"{algorithm}=:{base64.b64encode(digest).decode()}:"


def test_an_announced_photo_arrives_later_and_may_be_sent_twice(announced, media):
    photo, content = announced
    assert photo.status == "expected"
    first = uploads.receive(photo=photo, file=BytesIO(content), content_digest=digest_header(content))
    assert (first.status, first.width, first.size) == ("stored", 640, len(content))
    stale = Photo.objects.get(pk=photo.pk)
    again = uploads.receive(photo=stale, file=BytesIO(content))
    assert again.original == first.original
    assert len(files_below(media)) == 1


def test_of_two_puts_at_once_one_file_is_kept(announced, media):
    photo, content = announced
    same_row = Photo.objects.get(pk=photo.pk)  # both requests read the row before either wrote it
    uploads.receive(photo=photo, file=BytesIO(content))
    uploads.receive(photo=same_row, file=BytesIO(content))
    assert files_below(media) == [Photo.objects.get().original]


def test_other_bytes_than_announced_are_refused(announced, media):
    photo, _content = announced
    with pytest.raises(PhotoRefused, match="anderes Foto"):
        uploads.receive(photo=photo, file=BytesIO(jpeg_bytes(colour=(0, 0, 0))))
    assert Photo.objects.get().status == "expected"
    assert files_below(media) == []


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-512"])
def test_bytes_changed_on_the_way_are_noticed(announced, algorithm):
    photo, content = announced
    with pytest.raises(PhotoRefused, match="verändert"):
        uploads.receive(photo=photo, file=BytesIO(content), content_digest=digest_header(b"other", algorithm))
    header = f"{digest_header(content, algorithm)}, unixsum=:AAA=:"
    assert uploads.receive(photo=photo, file=BytesIO(content), content_digest=header).status == "stored"


@pytest.mark.parametrize("header", ["sha-256", "sha-256=abc", "sha-256=:???:", "=:aa:", ", ,"])
def test_a_digest_nobody_can_read_is_refused(announced, header):
    photo, content = announced
    with pytest.raises(PhotoRefused, match="Content-Digest"):
        uploads.receive(photo=photo, file=BytesIO(content), content_digest=header)


def test_announcing_twice_announces_once(thing, announced):
    photo, _content = announced
    assert uploads.expect(thing=thing, sha256s=[photo.sha256, photo.sha256]) == [photo]
    assert Photo.objects.count() == 1


@pytest.mark.parametrize("sha256s", [["abc"], ["g" * 64], [None], ["0" * 63 + "\n"]])
def test_an_announcement_that_is_no_checksum_is_refused(thing, sha256s):
    with pytest.raises(PhotoRefused, match="SHA-256"):
        uploads.expect(thing=thing, sha256s=sha256s)


def test_more_than_five_photos_are_refused(thing):
    with pytest.raises(PhotoRefused, match="Mehr als 5"):
        uploads.expect(thing=thing, sha256s=[f"{n:064x}" for n in range(6)])


def test_a_photo_is_found_by_its_key_or_its_checksum_and_only_at_its_own_report(thing, announced):
    photo, _content = announced
    assert Photo.objects.addressed(thing, str(photo.key)) == photo
    assert Photo.objects.addressed(thing, photo.sha256) == photo
    elsewhere = type(thing).objects.create(kind="report", public_id="100000009")
    assert Photo.objects.addressed(elsewhere, str(photo.key)) is None
    assert Photo.objects.addressed(elsewhere, photo.sha256) is None
    assert Photo.objects.addressed(thing, "../../etc/passwd") is None
