"""Finding what was left undone or left over: rows without renditions, files without rows."""

import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from photos import events, staging, storage
from photos.models import Photo
from photos.querysets import CLAIM_S, MAX_ATTEMPTS
from photos.states import Status

FORGOTTEN_S = 60  # a job nobody took for a minute may never have reached the broker
AT_ONCE = 500
NEVER_SENT_DAYS = 30  # as long as the submission key is kept
ORPHAN_S = 60 * 60
TRUSTED_ORPHANS = 20
log = logging.getLogger(__name__)


def undone() -> list[int]:
    """Ids of photos to render that no living worker has in its hands, oldest first."""
    now = timezone.now()
    forgotten = Q(claimed_at=None, created_at__lt=now - timedelta(seconds=FORGOTTEN_S))
    died = Q(claimed_at__lt=now - timedelta(seconds=CLAIM_S))
    rows = Photo.objects.filter(forgotten | died, status=Status.STORED, attempts__lt=MAX_ATTEMPTS)
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE])


def give_up_hopeless() -> None:
    """Mark photos that killed or outlasted their worker too often."""
    lost = timezone.now() - timedelta(seconds=CLAIM_S)
    for photo in Photo.objects.filter(status=Status.STORED, attempts__gte=MAX_ATTEMPTS, claimed_at__lt=lost):
        with transaction.atomic():
            because = f"given up after {MAX_ATTEMPTS} attempts"
            hopeless = Photo.objects.filter(pk=photo.pk, status=Status.STORED, attempts__gte=MAX_ATTEMPTS)
            if hopeless.update(status=Status.FAILED, failed_because=because):
                photo.refresh_from_db()
                events.photo_failed.send(sender=Photo, photo=photo)


def forget_never_sent() -> None:
    """Photos that were announced and never came do not stay announced for ever."""
    long_ago = timezone.now() - timedelta(days=NEVER_SENT_DAYS)
    Photo.objects.filter(status=Status.EXPECTED, created_at__lt=long_ago).update(status=Status.GONE)


def sweep_files() -> None:
    """Remove originals, renditions, staged and temporary files that nothing refers to."""
    sweep_orphans("originals", "original")
    sweep_orphans("upright", "upright")
    sweep_orphans("renditions", "rendition_token")
    for path in walk(storage.root() / "staged", older_than_s=staging.KEPT_S):
        storage.remove(str(path.relative_to(storage.root())))
    for path in entries(storage.root(), older_than_s=ORPHAN_S):
        if path.name.startswith(storage.TEMPORARY):
            storage.remove(path.name)


def sweep_orphans(folder: str, column: str) -> None:
    """Remove what lies in `folder` for an hour and no row knows of.

    If most of it is unknown, this is more likely the wrong database than a town full of orphans: nothing is removed.
    """
    root = storage.root() / folder
    if folder != "renditions":
        found = {str(path.relative_to(storage.root())): path for path in walk(root, older_than_s=ORPHAN_S)}
    else:
        found = {path.name: path for path in entries(root, older_than_s=ORPHAN_S)}
    known = known_among(list(found), column)
    orphans = found.keys() - known
    if len(orphans) > TRUSTED_ORPHANS and len(orphans) > len(known):
        log.error("%s of %s in %s unknown to this database; removing none of them", len(orphans), len(found), root)
        return
    for name in orphans:
        storage.remove(str(found[name].relative_to(storage.root())))
        log.info("removed %s/%s: no row", folder, name)


def known_among(names: list[str], column: str) -> set[str]:
    """Those of `names` that a row refers to, asked in pieces."""
    known: set[str] = set()
    for i in range(0, len(names), 5_000):
        piece = {f"{column}__in": names[i : i + 5_000]}
        known |= set(Photo.objects.filter(**piece).values_list(column, flat=True))
    return known


def walk(root: Path, *, older_than_s: float) -> Iterator[Path]:
    """Files in the two-letter folders below `root` that nobody touched for so long."""
    if root.is_dir():
        for folder in entries(root, older_than_s=0):
            yield from entries(folder, older_than_s=older_than_s) if folder.is_dir() else ()


def entries(folder: Path, *, older_than_s: float) -> Iterator[Path]:
    """What lies in a folder for at least so long; nothing if the folder is not there."""
    if not folder.is_dir():
        return
    latest = time.time() - older_than_s
    with os.scandir(folder) as found:
        for entry in found:
            if entry.stat(follow_symlinks=False).st_mtime <= latest:
                yield Path(entry.path)
