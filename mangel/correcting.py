"""The reporter mends their own report while nobody has begun with it: text, matter, place, answers."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from geo.lookup import ZoneIndex
from geo.models import City
from mangel import events, rerouting, targets, timeline, workflow
from mangel.answers import UNKNOWN, is_hazard, is_private, option_codes
from mangel.catalogue import Catalogue
from mangel.drafts import Draft, read_draft
from mangel.hazards import CALM, names_danger
from mangel.models import Entry, Report
from mangel.places import near_words
from mangel.reporters import NotPossible, announce, lock
from mangel.states import State, Visibility
from photos import release as photo_release
from photos.models import Photo
from pwa.errors import DomainError, DomainErrors
from threads.states import Check

PLACE = frozenset({"lon", "lat", "accuracy_m", "place_source", "address", "asset"})
FIELDS = PLACE | {"description", "place_hint", "category", "answers", "danger"}
K = Entry.Kind


def read_correction(report: Report, data: Mapping[str, Any]) -> Draft:
    """The report as it would be with `data` instead of what it says now; a place is given anew as a whole.

    The same rules as for a new report. Raises DomainErrors naming each field.
    """
    if unknown := [name for name in data if name not in FIELDS]:
        message = _("Dieses Feld gibt es nicht. Bitte weglassen.")
        raise DomainErrors([DomainError(message, field=str(name)[:60], code="unknown_field") for name in unknown])
    if not data:
        raise DomainErrors([DomainError(_("Bitte sagen Sie, was anders ist."), field="description", code="required")])
    told = as_told(report) | dict(data)
    if not PLACE.isdisjoint(data):
        told = {name: value for name, value in told.items() if name not in PLACE or name in data}
    if "answers" not in data:
        told["answers"] = answers_for(str(told["category"]), report.answers)
    if Photo.objects.present().filter(thing=report.thing_id).exists():
        told["photos_expected"] = ["0" * 64]  # where a photo is enough, the one that is there is
    return read_draft(told)


def as_told(report: Report) -> dict[str, Any]:
    """What the report says now, in the words of the API."""
    told: dict[str, Any] = {
        "category": report.category.code,
        "description": report.description,
        "language": report.language,
        "place_hint": report.place_hint,
        "place_source": report.place_source,
        "address": report.address,
        "accuracy_m": report.accuracy_m,
    }
    if report.asset:
        told["asset"] = report.asset.number
    if report.point:
        told |= {"lon": report.point.x, "lat": report.point.y}
    return told


def answers_for(code: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers another matter asks for as well; what it must know besides is "weiß nicht" until somebody asks."""
    catalogue = Catalogue.current()
    category = catalogue.categories.get(code)
    asked = catalogue.asked(category) if category else ()
    kept = {q.code: answers[q.code] for q in asked if q.code in answers}
    open_ones = {q.code: UNKNOWN for q in asked if q.required and UNKNOWN in option_codes(q)}
    return open_ones | kept | ({"place": answers["place"]} if "place" in answers else {})


@transaction.atomic
def correct(*, report: Report, draft: Draft) -> Report:
    """Write what is different. A new place, matter or answer makes a new Decision; a new text waits for a look again.

    Raises NotPossible once the office has begun.
    """
    report = lock(report)
    if report.state != State.RECEIVED:
        raise NotPossible(_("Die zuständige Stelle arbeitet schon damit. Sie können die Meldung aber ergänzen."))
    text, place, matter = text_differs(report, draft), place_differs(report, draft), matter_differs(report, draft)
    if not (text or place or matter):
        return report
    if text:
        set_text(report, draft)
    if place:
        set_place(report, draft)
    if matter:
        set_matter(report, draft)
    make_urgent(report, draft)
    workflow.touch(report)
    if place or matter:
        rerouting.decide_again(report, timeline.REPORTER, accuracy_m=report.accuracy_m)
    announce(report, events.CORRECTED, Entry.objects.filter(report=report).latest("seq"))
    return report


def text_differs(report: Report, draft: Draft) -> bool:
    return (report.description, report.place_hint) != (draft.description, draft.place_hint)


def matter_differs(report: Report, draft: Draft) -> bool:
    return report.category_id != draft.category.pk or report.answers != draft.answers


def place_differs(report: Report, draft: Draft) -> bool:
    old = (report.point.x, report.point.y) if report.point else None
    new = (draft.lon, draft.lat) if draft.point else None
    return old != new or report.address != draft.address or report.asset_id != (draft.asset.pk if draft.asset else None)


def set_text(report: Report, draft: Draft) -> None:
    if report.description != draft.description:
        report.public_text, report.text_check = "", Check.WAITING
    report.description, report.place_hint = draft.description, draft.place_hint
    timeline.add(report=report, kind=K.CORRECTED, actor=timeline.REPORTER, public=False)
    workflow.touch(report, "description", "public_text", "text_check", "place_hint")


def set_place(report: Report, draft: Draft) -> None:
    zones = ZoneIndex.current().at(draft.lon, draft.lat) if draft.lon is not None and draft.lat is not None else None
    district = zones.district if zones else None
    report.point, report.accuracy_m, report.place_source = draft.point, draft.accuracy_m, draft.place_source
    report.address, report.asset = draft.address, draft.asset
    report.near_address = near_words(draft.lon, draft.lat)
    report.district_id, report.district_code = (district.id, district.code) if district else (None, "")
    timeline.add(report=report, kind=K.RELOCATED, actor=timeline.REPORTER)
    places = ("point", "accuracy_m", "place_source", "address", "asset", "near_address", "district", "district_code")
    workflow.touch(report, *places)


def set_matter(report: Report, draft: Draft) -> None:
    questions, old = Catalogue.current().asked(draft.category), report.category
    report.category, report.answers = draft.category, draft.answers
    # It closes by itself, and opens by a person only.
    closes = report.visibility == Visibility.PUBLIC and is_private(draft.category, questions, draft.answers)
    if closes:
        report.visibility = Visibility.PRIVATE
        timeline.add(
            report=report,
            kind=K.VISIBILITY,
            actor=timeline.REPORTER,
            public=False,
            old=Visibility.PUBLIC,
            new=Visibility.PRIVATE,
        )
        photo_release.renew(report.thing)
    if old.pk != draft.category.pk:
        timeline.add(
            report=report, kind=K.RECATEGORISED, actor=timeline.REPORTER, old=old.code, new=draft.category.code
        )
    else:
        timeline.add(report=report, kind=K.CORRECTED, actor=timeline.REPORTER, public=False)
    workflow.touch(report, "category", "answers", "visibility")


def make_urgent(report: Report, draft: Draft) -> None:
    """Danger that is told later counts as well; it is never taken back by a correction. Targets follow the matter."""
    catalogue = Catalogue.current()
    report.hazard = (
        report.hazard
        or is_hazard(draft.category, catalogue.asked(draft.category), draft.answers)
        or (draft.danger != CALM and names_danger(draft.description, catalogue.hazard_words))
    )
    report.react_due_at, report.done_due_at = targets.due_dates(
        draft.category, hazard=report.hazard, received_at=report.created_at, city=City.current()
    )
    workflow.touch(report, "hazard", "react_due_at", "done_due_at")
