"""What everybody may see. Each change gives the renditions a new token, so that addresses handed out before die."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from photos import events, renditions, storage
from photos.errors import PhotoRefused
from photos.models import Photo
from photos.states import Status
from photos.uploads import clean_alt
from threads.models import Thing
from threads.states import Check


@transaction.atomic
def show(photo: Photo) -> Photo:
    """A person has looked at the photo and releases it.

    Raises PhotoRefused while there is nothing to look at, StorageFull, StorageUnavailable.
    """
    photo = locked(photo)
    if photo.status != Status.READY:
        message = _("Das Foto wird noch vorbereitet oder ist nicht lesbar. Freigeben geht, sobald es zu sehen ist.")
        raise PhotoRefused(message, code="photo_not_ready")
    if photo.check_state == Check.SHOWN:
        return photo
    return change(photo, check_state=Check.SHOWN)


@transaction.atomic
def withhold(photo: Photo) -> Photo:
    """A person has looked and keeps the photo back. Raises StorageFull, StorageUnavailable."""
    photo = locked(photo)
    if photo.check_state == Check.WITHHELD:
        return photo
    return change(photo, check_state=Check.WITHHELD, show_when_ready=False)


@transaction.atomic
def show_alt(photo: Photo, text: str | None = None) -> Photo:
    """Release the description of a photo, in the words of `text` if a clerk mended them."""
    photo = locked(photo)
    photo.alt_check = Check.SHOWN
    if text is not None:
        photo.alt_text = clean_alt(text)
    photo.save(update_fields=["alt_check", "alt_text"])
    events.photo_changed.send(sender=Photo, photo=photo)
    return photo


@transaction.atomic
def withhold_alt(photo: Photo) -> Photo:
    """Keep the description back."""
    photo = locked(photo)
    photo.alt_check = Check.WITHHELD
    photo.save(update_fields=["alt_check"])
    events.photo_changed.send(sender=Photo, photo=photo)
    return photo


@transaction.atomic
def renew(thing: Thing) -> None:
    """Give all photos of a thing new addresses: it was hidden or made private, and old ones must die.

    Raises StorageFull, StorageUnavailable.
    """
    for photo in Photo.objects.ready().filter(thing=thing).select_for_update().order_by("pk"):
        change(photo)


@transaction.atomic
def erase(photo: Photo) -> Photo:
    """Erase the photo: files, description, hints, checksum. What stays is that there was one."""
    photo = locked(photo)
    files, token = (photo.original, photo.upright), photo.rendition_token
    transaction.on_commit(lambda: remove_files(files, token))
    photo.status, photo.check_state, photo.rendition_token = Status.GONE, Check.WITHHELD, None
    photo.show_when_ready = False
    photo.original = photo.upright = photo.sha256 = photo.alt_text = photo.failed_because = ""
    photo.hint_point, photo.hint_time, photo.regions = None, None, []
    photo.save()
    photo.handlings.update(regions_before=None)
    events.photo_changed.send(sender=Photo, photo=photo)
    return photo


@transaction.atomic
def forget_original(photo: Photo) -> Photo:
    """Delete what was never public: the original, the desk's view of it, place and time. The renditions stay.

    A photo that was never readable is erased; one that is just being rendered stays as it is.
    """
    photo = locked(photo)
    if photo.status == Status.STORED:
        return photo
    if photo.status != Status.READY:
        return erase(photo)
    files = (photo.original, photo.upright)
    transaction.on_commit(lambda: remove_files(files, None))
    photo.original = photo.upright = ""
    photo.hint_point = photo.hint_time = None
    photo.save(update_fields=["original", "upright", "hint_point", "hint_time"])
    return photo


def remove_files(private: Iterable[str], token: str | None) -> None:
    """Remove files of a photo that nobody shall see again. Never raises."""
    for path in filter(None, private):
        storage.remove(path)
    renditions.remove(token)


def locked(photo: Photo) -> Photo:
    """The row, ours until the end of the transaction: two clerks may look at one photo in the same minute."""
    return Photo.objects.select_for_update().get(pk=photo.pk)


def change(photo: Photo, **values: Any) -> Photo:
    """Set `values`, and a new token if there are renditions; the old folder goes after the commit."""
    for name, value in values.items():
        setattr(photo, name, value)
    old = photo.rendition_token
    if old:
        photo.rendition_token = renditions.rename(old)
        transaction.on_commit(lambda: renditions.remove(old))
    photo.save(update_fields=[*values, "rendition_token"])
    events.photo_changed.send(sender=Photo, photo=photo)
    return photo
