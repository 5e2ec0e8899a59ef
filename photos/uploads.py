"""The way of a photo into the house: look at it, write the file, write the row, hand it to the workers.

inspected = uploads.inspect(file)            # refuses, changes nothing
stored = uploads.store(file, inspected)      # a file, before the transaction
with uploads.kept(stored), transaction.atomic():
    …
    uploads.add(thing=thing, stored=stored)  # the row, inside it
"""

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from photos import enqueue, errors, originals, storage
from photos.digests import check_content_digest, is_sha256
from photos.errors import PhotoRefused, StorageFull, StorageUnavailable
from photos.formats import MAX_BYTES
from photos.inspection import Inspected, inspect
from photos.models import Photo
from photos.states import Role, Source, Status
from threads.models import Thing

__all__ = [
    "MAX_BYTES",
    "MAX_PHOTOS",
    "Inspected",
    "PhotoRefused",
    "StorageFull",
    "StorageUnavailable",
    "StoredFile",
    "add",
    "check_count",
    "discard",
    "expect",
    "inspect",
    "kept",
    "receive",
    "store",
]
MAX_PHOTOS = 5
ALT_LENGTH = 300
# A photo that took longer than a month to arrive is no longer waited for, but taken all the same.
MAY_ARRIVE = (Status.EXPECTED, Status.GONE)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredFile:
    """An original on the disk that no row knows of yet. `path` is relative to MEDIA_ROOT."""

    path: str
    inspected: Inspected


def check_count(number: int) -> None:
    """Refuse more than MAX_PHOTOS photos of one report. Raises PhotoRefused."""
    if number > MAX_PHOTOS:
        raise errors.too_many()


def store(file: BinaryIO, inspected: Inspected) -> StoredFile:
    """Seal the original and write it to the disk, durably, under a random name; no row yet. Leaves no half file.

    Raises StorageFull (507), StorageUnavailable (503).
    """
    path = originals.write("originals", storage.chunks_of(file))
    file.seek(0)
    return StoredFile(path, inspected)


def discard(stored: StoredFile) -> None:
    """Remove a stored original because its transaction failed. Never raises; the sweep would find it after an hour."""
    try:
        if not Photo.objects.filter(original=stored.path).exists():
            storage.remove(stored.path)
    except DatabaseError:
        log.warning("%s left to the sweep: the database is away", stored.path)


@contextmanager
def kept(*stored: StoredFile) -> Iterator[None]:
    """Around the transaction that adds the rows: if it fails, the files go as well.

    When the database went away nobody knows whether it had committed, so the files stay; the sweep decides.
    """
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        for file in stored:
            discard(file)
        raise


def add(
    *,
    thing: Thing,
    stored: StoredFile,
    role: str = Role.BEFORE,
    source: str = Source.REPORTER,
    alt_text: str = "",
    position: int = 0,
    key: uuid.UUID | None = None,
) -> Photo:
    """Write the row of a stored photo inside the caller's transaction; after its commit the workers hear of it.

    Raises PhotoRefused if `key` is taken already; the transaction can then only be rolled back.
    """
    photo = Photo(
        thing=thing,
        key=key or uuid.uuid4(),
        role=role,
        source=source,
        position=position,
        alt_text=clean_alt(alt_text),
        **columns_of(stored),
    )
    try:
        photo.save(force_insert=True)
    except IntegrityError as error:
        if key is None:
            raise
        raise PhotoRefused(_("Dieses Foto ist schon angekommen."), code="photo_key_taken") from error
    tell_workers(photo)
    return photo


def expect(*, thing: Thing, sha256s: list[str], alt_texts: Sequence[str] = (), first_position: int = 0) -> list[Photo]:
    """Announce photos that follow by PUT, by the SHA-256 (hex) of their files. What is there already stays as it is.

    `alt_texts`: their descriptions in the same order, as far as there are any. Returns the rows in the order announced.
    Raises PhotoRefused: not a SHA-256, more than MAX_PHOTOS.
    """
    digests = list(dict.fromkeys(digest.lower() if isinstance(digest, str) else "" for digest in sha256s))
    check_count(len(digests))
    if not all(is_sha256(digest) for digest in digests):
        message = _("Angekündigte Fotos bitte als SHA-256 mit 64 hexadezimalen Zeichen angeben.")
        raise PhotoRefused(message, code="photo_digest_malformed", field="photos_expected")
    said = dict(zip(sha256s, alt_texts, strict=False))
    known = {photo.sha256: photo for photo in Photo.objects.filter(thing=thing, sha256__in=digests)}
    new = [
        Photo(thing=thing, sha256=digest, position=first_position + i, alt_text=clean_alt(said.get(digest, "")))
        for i, digest in enumerate(digest for digest in digests if digest not in known)
    ]
    known |= {photo.sha256: photo for photo in Photo.objects.bulk_create(new)}
    return [known[digest] for digest in digests]


def receive(*, photo: Photo, file: BinaryIO, content_digest: str = "") -> Photo:
    """Take the file of an announced photo. Repeating it with the same bytes changes nothing.

    `content_digest` is the header of RFC 9530. Raises PhotoRefused (also: other bytes than announced, erased
    meanwhile), StorageFull, StorageUnavailable.
    """
    if photo.status == Status.GONE and not photo.sha256:
        raise PhotoRefused(_("Dieses Foto wurde inzwischen entfernt."), code="photo_gone")
    inspected = inspect(file)
    check_content_digest(content_digest, file, inspected.sha256)
    if inspected.sha256 != photo.sha256:
        message = _("Das ist ein anderes Foto als angekündigt. Bitte senden Sie das angekündigte Foto.")
        raise PhotoRefused(message, code="photo_not_as_announced")
    if photo.status not in MAY_ARRIVE:
        return photo
    stored = store(file, inspected)
    with kept(stored), transaction.atomic():
        # Two PUTs of one photo may run at once: one takes the row, the other finds it taken.
        took = Photo.objects.filter(pk=photo.pk, status__in=MAY_ARRIVE, sha256=photo.sha256).update(
            **columns_of(stored)
        )
        photo.refresh_from_db()
        if took:
            tell_workers(photo)
    if not took:
        discard(stored)
    return photo


def columns_of(stored: StoredFile) -> dict:
    """What the row of a photo says about its file."""
    inspected = stored.inspected
    return {
        "status": Status.STORED,
        "original": stored.path,
        "sha256": inspected.sha256,
        "media_type": inspected.media_type,
        "size": inspected.size,
        "width": inspected.width,
        "height": inspected.height,
        "hint_point": inspected.hint_point,
        "hint_time": inspected.hint_time,
    }


def clean_alt(text: str) -> str:
    """A description on one line, without the NUL that PostgreSQL refuses; cut at 300 characters."""
    return " ".join(text.replace("\0", " ").split())[:ALT_LENGTH]


def tell_workers(photo: Photo) -> None:
    """After the commit, ask for renditions; a broker that is away costs nothing, the sweep asks again."""
    from photos.tasks import make_renditions

    enqueue.after_commit(make_renditions, photo.pk)
