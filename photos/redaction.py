"""A person decides what is blurred. Each change gives the photo new renditions under a new token; the old ones go at
once, for somebody has just said that they show too much."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from photos import events, originals, renditions
from photos.errors import PhotoRefused
from photos.models import Handling, Photo
from photos.regions import Region, clean
from photos.release import locked
from photos.sealing import KeyMissing, SealBroken
from photos.states import Status
from photos.uploads import tell_workers
from threads.states import Check

CHANGES = (Handling.Kind.BLURRED, Handling.Kind.UNDONE)


def version_of(photo: Photo) -> int:
    """Grows with every change of what is blurred: a form made for an older one is stale."""
    return photo.handlings.filter(kind__in=CHANGES).count()


def can_undo(photo: Photo) -> bool:
    """Whether there is a change to take back."""
    return photo.handlings.filter(kind=Handling.Kind.BLURRED, regions_before__isnull=False).exists()


@transaction.atomic
def redact(photo: Photo, *, user: Any, regions: Sequence[Any], seen_version: int) -> Photo:
    """Blur exactly these regions from now on. Raises PhotoRefused: no original left, malformed, changed meanwhile."""
    photo = changeable(photo, seen_version)
    try:
        wanted = clean(list(regions))
    except ValueError as error:
        message = _("Diese Flächen sind nicht lesbar. Bitte zeichnen Sie sie noch einmal.")
        raise PhotoRefused(message, code="photo_regions_malformed", field="regions") from error
    if wanted == photo.regions:
        return photo
    photo.handlings.create(kind=Handling.Kind.BLURRED, user=user, regions_before=photo.regions)
    return redo(photo, wanted)


@transaction.atomic
def undo(photo: Photo, *, user: Any, seen_version: int) -> Photo:
    """Take the last change back, and with the next call the one before. Raises PhotoRefused."""
    photo = changeable(photo, seen_version)
    last = photo.handlings.filter(kind=Handling.Kind.BLURRED, regions_before__isnull=False).order_by("-pk").first()
    if last is None:
        return photo
    before, last.regions_before = list(last.regions_before or []), None
    last.save(update_fields=["regions_before"])
    photo.handlings.create(kind=Handling.Kind.UNDONE, user=user)
    return redo(photo, before)


def changeable(photo: Photo, seen_version: int) -> Photo:
    """The row, locked. Raises PhotoRefused."""
    photo = locked(photo)
    if not photo.original:
        message = _("Das Original ist gelöscht. Die Schwärzung lässt sich nicht mehr ändern.")
        raise PhotoRefused(message, code="photo_original_gone")
    if photo.status not in (Status.READY, Status.STORED):
        raise PhotoRefused(_("Dieses Foto ist nicht lesbar."), code="photo_not_ready")
    if version_of(photo) != seen_version:
        message = _("Jemand hat die Schwärzung inzwischen geändert. Bitte sehen Sie sich den neuen Stand an.")
        refusal = PhotoRefused(message, code="photo_regions_stale")
        refusal.status = 409
        raise refusal
    return photo


def redo(photo: Photo, regions: list[Region]) -> Photo:
    """Back to the workers with these regions; until they are done there is no picture. The row is ours."""
    old = photo.rendition_token
    photo.show_when_ready = photo.show_when_ready or photo.check_state == Check.SHOWN
    if photo.check_state == Check.SHOWN:
        photo.check_state = Check.WAITING
    photo.regions, photo.status, photo.rendition_token = regions, Status.STORED, None
    photo.attempts, photo.claimed_at = 0, None
    photo.save()
    transaction.on_commit(lambda: renditions.remove(old))
    events.photo_changed.send(sender=Photo, photo=photo)
    tell_workers(photo)
    return photo


def look_at_original(photo: Photo, *, user: Any) -> bytes | None:
    """The unblurred picture as JPEG, upright and without metadata, for staff; who looked is written down.

    None if it is not there: not made yet, or deleted on schedule.
    """
    if not photo.upright:
        return None
    try:
        content = originals.read(photo.upright)
    except (FileNotFoundError, KeyMissing, SealBroken):
        return None
    photo.handlings.create(kind=Handling.Kind.VIEWED, user=user)
    return content
