"""What we hold about a reporter, and how it goes. What stays says nothing of a person: matter, place, states, times."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mangel import events, timeline, workflow
from mangel.models import Entry, EntryText, Report
from mangel.reporters import announce
from photos import release as photo_release
from photos.models import Photo
from photos.states import Source

BECAUSE = "reporter"
TOLD_OF_PHOTO = ("media_type", "size", "width", "height", "alt_text", "status", "check_state")


def held_about(report: Report) -> dict[str, Any]:
    """Everything we keep of who reported it (Art. 15 GDPR), ready for JSON. For the holder of the code alone."""
    point = report.point
    return {
        "purpose": _("Bearbeitung Ihrer Meldung, eine öffentliche Aufgabe der Stadt (Art. 6 Abs. 1 Buchst. e DSGVO)"),
        "number": report.public_id,
        "received_at": report.created_at.isoformat(),
        "category": report.category.code,
        "description": report.description,
        "public_text": report.public_text,
        "answers": report.answers,
        "place": {
            "lon": point.x if point else None,
            "lat": point.y if point else None,
            "accuracy_m": report.accuracy_m,
            "source": report.place_source,
            "address": report.address,
            "hint": report.place_hint,
        },
        "language": report.language,
        "channel": report.channel,
        "contact": contact_of(report),
        "texts": [
            {"kind": written.entry.kind, "text": written.text, "at": written.entry.at.isoformat()}
            for written in texts_of(report).select_related("entry").order_by("entry__seq")
        ],
        "photos": [told_of(photo) for photo in photos_of(report)],
    }


def contact_of(report: Report) -> dict[str, Any] | None:
    contact = report.contact
    if contact is None:
        return None
    names = ("channel", "mail", "phone", "name", "postal_address", "language")
    verified = contact.verified_at.isoformat() if contact.verified_at else None
    return {name: getattr(contact, name) for name in names} | {"verified_at": verified}


def told_of(photo: Photo) -> dict[str, Any]:
    """A photo with what its camera wrote into it."""
    point = photo.hint_point
    return {
        "key": str(photo.key),
        **{name: getattr(photo, name) for name in TOLD_OF_PHOTO},
        "sha256": photo.sha256,
        "camera_place": [point.x, point.y] if point else None,
        "camera_time": photo.hint_time.isoformat() if photo.hint_time else None,
    }


def texts_of(report: Report) -> Any:
    return EntryText.objects.filter(entry__report=report, entry__actor_role=Entry.Role.REPORTER, erased_at=None)


def photos_of(report: Report) -> Any:
    return Photo.objects.present().filter(thing=report.thing_id, source=Source.REPORTER).order_by("position", "pk")


@transaction.atomic
def erase_own(*, report: Report) -> Report:
    """ "Meine Angaben löschen": description, answers, texts, address, contact, photos. Nothing of it can come back.

    Works in every state, merged ones too. Repeating it changes nothing.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("category", "office").get(pk=report.pk)
    for written in texts_of(report).select_for_update(of=("self",)):
        workflow.erase_text(written, because=BECAUSE)
    for photo in photos_of(report):
        photo_release.erase(photo)
    contact, report.contact = report.contact, None
    report.description = report.public_text = report.place_hint = report.address = ""
    report.answers, report.language = {}, "de"
    workflow.touch(report, "contact", "description", "public_text", "place_hint", "address", "answers", "language")
    if contact:
        contact.delete()
    if not Entry.objects.filter(report=report, kind=Entry.Kind.ERASED).exists():
        entry = timeline.add(report=report, kind=Entry.Kind.ERASED, actor=timeline.REPORTER, public=False)
        announce(report, events.ERASED, entry)
    return report
