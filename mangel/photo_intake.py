"""Photos that follow a report: announced ones by their checksum, further ones by a key the reporter's app made."""

import re
import uuid
from typing import BinaryIO

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from mangel import timeline
from mangel.models import Entry, Report
from mangel.states import FINISHED
from photos import uploads
from photos.digests import check_content_digest
from photos.models import Photo
from photos.states import Status
from pwa.errors import DomainError


class ReportFinished(DomainError):
    """Nothing more is added to a report that is done."""

    status = 409
    code = "finished"


def receive_photo(*, report: Report, address: str, file: BinaryIO, content_digest: str = "") -> tuple[Photo, bool]:
    """Take a photo for a report; (photo, whether its file is new). The same bytes again change nothing.

    `address`: the SHA-256 (hex) that was announced, or a UUID. Raises Http404 (neither), PhotoRefused, StorageFull,
    StorageUnavailable, ReportFinished.
    """
    photo = Photo.objects.addressed(report.thing, address)
    if photo is not None:
        waited = photo.status == Status.EXPECTED
        return uploads.receive(photo=photo, file=file, content_digest=content_digest), waited
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", address, re.ASCII):
        raise Http404
    return add_photo(report=report, key=uuid.UUID(address), file=file, content_digest=content_digest), True


def add_photo(*, report: Report, key: uuid.UUID, file: BinaryIO, content_digest: str) -> Photo:
    """One more photo from the reporter, while the report is open and has fewer than five."""
    inspected = uploads.inspect(file)
    check_content_digest(content_digest, file, inspected.sha256)
    stored = uploads.store(file, inspected)
    with uploads.kept(stored), transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if report.state in FINISHED:
            raise ReportFinished(_("Diese Meldung ist abgeschlossen. Bitte melden Sie es neu."))
        there = Photo.objects.present().filter(thing=report.thing_id, source="reporter").count()
        uploads.check_count(there + 1)
        photo = uploads.add(thing=report.thing, stored=stored, key=key, position=there)
        timeline.add(report=report, kind=Entry.Kind.PHOTO, actor=timeline.REPORTER, public=False, new="1")
    return photo
