"""Blurring photos of a report: who may, and what others hear of it. What happens to the files: photos.redaction."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from mangel import workflow
from mangel.models import Report
from photos import redaction
from photos.models import Photo


def redact(*, report: Report, photo: Photo, user: User, regions: Sequence[Any], seen_version: int) -> Photo:
    """Blur exactly these regions of a photo from now on. Raises PhotoRefused, PermissionDenied, MergedReport."""
    return _change(report, user, lambda: redaction.redact(photo, user=user, regions=regions, seen_version=seen_version))


def undo(*, report: Report, photo: Photo, user: User, seen_version: int) -> Photo:
    """Take the last change of a photo's blurring back. Raises PhotoRefused, PermissionDenied, MergedReport."""
    return _change(report, user, lambda: redaction.undo(photo, user=user, seen_version=seen_version))


@transaction.atomic
def _change(report: Report, user: User, change: Callable[[], Photo]) -> Photo:
    report = workflow.lock(report)
    workflow.require(user, workflow.WORK, report)
    photo = change()
    workflow.touch(report)  # a public photo is gone until it is made anew: open pages hear of it
    return photo
