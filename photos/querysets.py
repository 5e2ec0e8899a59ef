"""How photos are found, and what the public sees of one."""

import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self, TypedDict

from django.db import models
from django.db.models import Q
from django.utils import timezone

from photos.states import Status
from threads.states import Check

if TYPE_CHECKING:
    from photos.models import Photo
    from threads.models import Thing

CLAIM_S = 600  # a worker that has not finished after 10 minutes is taken for dead
MAX_ATTEMPTS = 5


class PublicPhoto(TypedDict):
    """A photo as pages and API show it."""

    small: str
    large: str
    role: str
    alt: str


class PhotoQuerySet(models.QuerySet["Photo"]):
    """Photos in the town's words."""

    def shown(self) -> Self:
        """What everybody may see: a person has looked, and the renditions are there."""
        return self.filter(check_state=Check.SHOWN, status=Status.READY)

    def ready(self) -> Self:
        """Photos that can be looked at, released or not: for the desk and the holder of the code."""
        return self.filter(status=Status.READY)

    def present(self) -> Self:
        """Photos that are there or announced: not erased."""
        return self.exclude(status=Status.GONE)

    def pending(self) -> Self:
        """Photos announced or sent that nobody can look at yet (`photos_pending` of the API)."""
        return self.filter(status__in=[Status.EXPECTED, Status.STORED])

    def waiting(self) -> Self:
        """Photos a person has yet to look at."""
        return self.filter(check_state=Check.WAITING, status=Status.READY)

    def addressed(self, thing: "Thing", address: str) -> "Photo | None":
        """The photo of `thing` that a client names in a URL: by photo key, or by the SHA-256 (hex) it announced."""
        if re.fullmatch(r"[0-9a-f]{64}", address.lower()):
            return self.filter(thing=thing, sha256=address.lower()).order_by("pk").first()
        try:
            return self.filter(thing=thing, key=uuid.UUID(address)).first()
        except ValueError:
            return None

    def claim(self, photo_id: int, *, at: datetime) -> bool:
        """Take a photo for rendering by one conditional UPDATE, so that no row is locked while decoding."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=at - timedelta(seconds=CLAIM_S))
        mine = self.filter(free, pk=photo_id, status=Status.STORED, attempts__lt=MAX_ATTEMPTS)
        return mine.update(claimed_at=at, attempts=models.F("attempts") + 1) == 1

    def backlog_age_s(self) -> float:
        """Age in seconds of the oldest stored photo without renditions; 0 if none waits. For `/readyz`."""
        oldest = self.filter(status=Status.STORED).aggregate(oldest=models.Min("created_at"))["oldest"]
        return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def as_public(photo: "Photo", base_url: str = "") -> PublicPhoto:
    """What pages and API show of a photo that is ready; URLs are relative unless `base_url` ("https://…") is given.

    A description that nobody has looked at stays out.
    """
    return {
        "small": base_url + photo.url(320, "webp"),
        "large": base_url + photo.url(1280, "webp"),
        "role": photo.role,
        "alt": photo.alt_text if photo.alt_check == Check.SHOWN else "",
    }
