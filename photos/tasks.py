"""What the workers do with photos. Every task takes ids, claims its row, and may run twice."""

import logging
from datetime import datetime
from typing import Any

from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from photos import events, renditions, storage, sweeping
from photos.errors import StorageFull, StorageUnavailable
from photos.models import Photo
from photos.querysets import PhotoQuerySet
from photos.rendering import render
from photos.states import Status

TIME_LIMIT_S = 120
QUEUE_IS_BUSY = 50  # jobs waiting: the sweep adds none while there are more
log = logging.getLogger(__name__)


@shared_task(soft_time_limit=TIME_LIMIT_S, time_limit=TIME_LIMIT_S + 30)
def make_renditions(photo_id: int) -> None:
    """Make the pictures people see. Fails closed: a photo that cannot be read is marked, and there is no picture.

    The claim is a conditional UPDATE: no row is locked while decoding. A claim older than 10 minutes is taken for
    dead and swept; after 5 attempts the photo is given up.
    """
    at = timezone.now()
    if not Photo.objects.claim(photo_id, at=at):
        return  # done, erased, or another worker is at it
    photo = Photo.objects.get(pk=photo_id)
    try:
        files = render(storage.root() / photo.original, photo.media_type)
        token = renditions.publish(files)
    except (StorageFull, StorageUnavailable):
        postpone(photo, claim=at)
    except FileNotFoundError:
        # The volume may be away for a while: this attempt counts, and after the fifth the photo is given up.
        log.error("photo %s: original %s is missing", photo.key, photo.original)
    except SoftTimeLimitExceeded:
        fail(photo, claim=at, because=f"took longer than {TIME_LIMIT_S} s")
    except Exception as error:  # decoders raise many types on broken files
        if isinstance(error, OSError) and error.errno is not None:
            postpone(photo, claim=at)
        else:
            fail(photo, claim=at, because=f"{type(error).__name__}: {error}")
    else:
        finish(photo, claim=at, token=token)


def finish(photo: Photo, *, claim: datetime, token: str) -> None:
    """The renditions are on the disk: say so, unless the photo was erased or claimed again meanwhile."""
    with transaction.atomic():
        done = mine(photo, claim).update(status=Status.READY, rendition_token=token, failed_because="")
        if done:
            photo.refresh_from_db()
            events.photo_ready.send(sender=Photo, photo=photo)
    if not done:
        renditions.remove(token)


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


def waiting_jobs(queue: str = "images") -> int:
    """How many jobs wait in a queue; 0 if it does not exist yet or nobody can say."""
    try:
        with current_app.connection_for_read() as connection:
            channel: Any = connection.default_channel
            return channel.queue_declare(queue=queue, passive=True).message_count
    except Exception as error:  # each transport has its own errors; the worst case is a job enqueued twice
        log.debug("queue length unknown: %s", type(error).__name__)
        return 0
