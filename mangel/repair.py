"""Erledigt, with the picture that shows it."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from django.db import transaction

from accounts.models import User
from mangel import timeline, workflow
from mangel.models import Category, Entry, Report
from mangel.states import State
from photos import events as photo_events
from photos import release, uploads
from photos.models import Photo
from photos.states import Role, Source
from threads.states import Check


def resolve(
    *,
    report: Report,
    user: User,
    note: str = "",
    files: Sequence[BinaryIO] = (),
    alt: str = "",
    show: bool = True,
    seen_seq: int | None = None,
) -> Report:
    """Mark as done, with photos after the repair or a sentence for the public; all or nothing.

    The clerk has looked at their own photos: with `show` they become public as soon as their renditions are there.
    Raises PhotoRefused, StorageFull, StorageUnavailable, and what `workflow.move_report` raises.
    """
    uploads.check_count(len(files))
    inspected = [uploads.inspect(file) for file in files]
    stored = [uploads.store(file, found) for file, found in zip(files, inspected, strict=True)]
    with uploads.kept(*stored), transaction.atomic():
        if stored:
            locked = workflow.lock(report, seen_seq=seen_seq)
            actor = workflow.require(user, workflow.WORK, locked)
            add_photos(locked, actor, stored, alt=alt, show=show)
            seen_seq = None
        return workflow.move_report(
            report=report, to=State.RESOLVED, user=user, note=note, with_photo=bool(stored), seen_seq=seen_seq
        )


def add_photos(report: Report, actor: timeline.Actor, stored: list[Any], *, alt: str, show: bool) -> None:
    """Photos of the repair, behind those that are there. The row is locked by the caller."""
    first = Photo.objects.filter(thing=report.thing_id).count()
    for position, file in enumerate(stored, start=first):
        photo = uploads.add(
            thing=report.thing, stored=file, role=Role.AFTER, source=Source.STAFF, alt_text=alt, position=position
        )
        if not show:
            release.withhold(photo)
    timeline.add(report=report, kind=Entry.Kind.PHOTO, actor=actor, public=show, new=str(len(stored)))


def show_own_photo(sender: Any, photo: Photo, **kwargs: Any) -> None:
    """A clerk's photo has its renditions: show it, unless they kept it back or the matter is never pictured."""
    if photo.source != Source.STAFF or photo.check_state != Check.WAITING:
        return
    report = Report.objects.select_related("category").filter(thing=photo.thing_id).first()
    if report and report.category.photo_policy != Category.Policy.NEVER:
        release.show(photo)
        release.show_alt(photo)
        workflow.touch(report)  # open pages hear of the picture


def listen() -> None:
    """Called once, when the app is ready."""
    photo_events.photo_ready.connect(show_own_photo, dispatch_uid="mangel.show_own_photo")
