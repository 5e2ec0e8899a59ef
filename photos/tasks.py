"""What the workers do with photos. Every task takes ids, claims its row, and may run twice."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from photos import events, originals, renditions, retention, storage, sweeping
from photos.decoding import DecoderUnavailable, NotReadable, decode
from photos.errors import StorageFull, StorageUnavailable
from photos.models import Photo
from photos.querysets import PhotoQuerySet
from photos.regions import Region
from photos.sealing import KeyMissing, SealBroken
from photos.states import Status
from threads.states import Check

TIME_LIMIT_S = 120
QUEUE_IS_BUSY = 50  # jobs waiting: the sweep adds none while there are more
log = logging.getLogger(__name__)


@shared_task(soft_time_limit=TIME_LIMIT_S, time_limit=TIME_LIMIT_S + 30)
def make_renditions(photo_id: int) -> None:
    """Make the pictures people see. Fails closed: a photo that cannot be read is marked, and there is no picture.

    The claim is a conditional UPDATE: no row is locked while decoding. A claim older than 10 minutes is taken for
    dead and swept; after 5 attempts the photo is given up. The picture itself is decoded in another process.
    """
    at = timezone.now()
    if not Photo.objects.claim(photo_id, at=at):
        return  # done, erased, or another worker is at it
    photo = Photo.objects.get(pk=photo_id)
    try:
        finish(photo, claim=at, made=make(photo))
    except (StorageFull, StorageUnavailable):
        postpone(photo, claim=at)
    except FileNotFoundError:
        # The volume may be away for a while: this attempt counts, and after the fifth the photo is given up.
        log.error("photo %s: original %s is missing", photo.key, photo.original)
    except KeyMissing as error:
        log.error("photo %s: %s", photo.key, error)
        postpone(photo, claim=at)
    except DecoderUnavailable as error:
        log.error("photo %s waits: %s", photo.key, error)
    except SoftTimeLimitExceeded:
        fail(photo, claim=at, because=f"took longer than {TIME_LIMIT_S} s")
    except OSError:
        postpone(photo, claim=at)
    except (NotReadable, SealBroken) as error:
        fail(photo, claim=at, because=str(error))


@dataclass(frozen=True)
class Made:
    """What lies on the disk now, and which row does not know of it yet. `upright` is empty if it was there before."""

    token: str
    upright: str
    regions: list[Region]
    detectors: str


def make(photo: Photo) -> Made:
    """Decode, blur, and write the renditions and the desk's view. Nothing is left behind on failure."""
    original = originals.read(photo.original)
    # Once a person has looked at the regions, theirs is the last word: the machine does not add to them again.
    done = decode(original, photo.media_type, regions=photo.regions, detect=not photo.detectors)
    upright = "" if photo.upright else originals.write("upright", [done.upright])
    try:
        token = renditions.publish(done.files)
    except BaseException:
        if upright:
            storage.remove(upright)
        raise
    return Made(token, upright, done.regions, photo.detectors or done.detectors)


def finish(photo: Photo, *, claim: datetime, made: Made) -> None:
    """The renditions are on the disk: say so, unless the photo was erased or claimed again meanwhile."""
    new: dict[str, Any] = {"rendition_token": made.token, "regions": made.regions, "detectors": made.detectors}
    if made.upright:
        new["upright"] = made.upright
    with transaction.atomic():
        done = mine(photo, claim).update(status=Status.READY, failed_because="", **new)
        if done:
            photo.refresh_from_db()
            if photo.show_when_ready and photo.check_state == Check.WAITING:
                show_again(photo)
            events.photo_ready.send(sender=Photo, photo=photo)
    if not done:
        renditions.remove(made.token)
        if made.upright:
            storage.remove(made.upright)


def show_again(photo: Photo) -> None:
    """It was public before a person blurred more of it: that person has looked at it."""
    photo.show_when_ready, photo.check_state = False, Check.SHOWN
    photo.save(update_fields=["show_when_ready", "check_state"])
    events.photo_changed.send(sender=Photo, photo=photo)


def fail(photo: Photo, *, claim: datetime, because: str) -> None:
    """Give a photo up; `because` is for staff, in the decoder's words."""
    log.warning("photo %s cannot be read: %s", photo.key, because)
    with transaction.atomic():
        if mine(photo, claim).update(status=Status.FAILED, failed_because=because[:200]):
            photo.refresh_from_db()
            events.photo_failed.send(sender=Photo, photo=photo)


def postpone(photo: Photo, *, claim: datetime) -> None:
    """The disk is at fault, not the photo: the attempt does not count, and the sweep comes again in 10 minutes."""
    mine(photo, claim).update(attempts=F("attempts") - 1)


def mine(photo: Photo, claim: datetime) -> PhotoQuerySet:
    """The row, as long as this claim still holds."""
    return Photo.objects.filter(pk=photo.pk, status=Status.STORED, claimed_at=claim)


@shared_task
def sweep() -> None:
    """Every minute: ask again for renditions that the broker forgot or a worker died over; give up hopeless ones.

    The rows say what is undone, so losing Redis loses nothing. While the queue is busy nothing is added to it.
    """
    sweeping.give_up_hopeless()
    sweeping.forget_never_sent()
    if waiting_jobs() < QUEUE_IS_BUSY:
        for photo_id in sweeping.undone():
            make_renditions.delay(photo_id)


@shared_task
def sweep_files() -> None:
    """Every hour: remove files and folders that no row knows of."""
    sweeping.sweep_files()


@shared_task
def forget_originals() -> int:
    """Every night: delete originals whose time is over; returns of how many photos."""
    return retention.forget_due()


def waiting_jobs(queue: str = "images") -> int:
    """How many jobs wait in a queue; 0 if it does not exist yet or nobody can say."""
    try:
        with current_app.connection_for_read() as connection:
            channel: Any = connection.default_channel
            return channel.queue_declare(queue=queue, passive=True).message_count
    except Exception as error:  # each transport has its own errors; the worst case is a job enqueued twice
        log.debug("queue length unknown: %s", type(error).__name__)
        return 0
