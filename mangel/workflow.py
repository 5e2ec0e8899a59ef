"""What staff does with a report. Every state change goes through the table of moves; every writer locks first."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geo.lookup import ZoneIndex
from mangel import events, routing, timeline
from mangel.answers import is_hazard, read_answers
from mangel.catalogue import Catalogue
from mangel.intake import record_decision
from mangel.models import Category, Decision, DeclinedReason, Entry, EntryText, Office, Report
from mangel.places import near_words
from mangel.states import FINISHED, REROUTABLE, IllegalTransition, NoteRequired, State, Visibility, find_move
from mangel.timeline import Actor
from photos import release as photo_release
from photos.models import Photo
from pwa.errors import DomainError, DomainErrors
from threads.states import Check

WORK = "mangel.work_report"


class StaleForm(DomainError):
    """Somebody else was faster; nothing was changed."""

    status = 409
    code = "stale"


class MergedReport(DomainError):
    """A merged report takes no moves."""

    status = 409
    code = "merged"


def lock(report: Report, *, seen_seq: int | None = None) -> Report:
    """The row, locked and fresh. Raises MergedReport, or StaleForm if the timeline moved past `seen_seq`."""
    locked = Report.objects.select_for_update(of=("self",)).select_related("category", "office").get(pk=report.pk)
    if locked.merged_into_id:
        raise MergedReport(_("Diese Meldung wurde zusammengelegt. Bitte die andere Meldung bearbeiten."))
    if seen_seq is not None:
        last = Entry.objects.filter(report=locked).aggregate(last=Max("seq"))["last"]
        if last != seen_seq:
            raise StaleForm(
                _(
                    "Inzwischen hat jemand anderes diese Meldung bearbeitet."
                    " Bitte den neuen Stand ansehen und noch einmal entscheiden."
                )
            )
    return locked


def require(user: User, right: str, report: Report) -> Actor:
    """The acting person with the office they act for. Raises PermissionDenied."""
    if not user.has_perm(right, report):
        raise PermissionDenied
    return Actor(role=Entry.Role.OFFICE, user_id=user.pk, office=Catalogue.current().in_charge(report.office))


def touch(report: Report, *fields: str) -> None:
    """Save the named fields and the time: the feed of changes and the lists read it."""
    report.updated_at = timezone.now()
    report.save(update_fields=[*fields, "updated_at"])


@transaction.atomic
def move_report(
    *,
    report: Report,
    to: State,
    user: User,
    note: str = "",
    declined_reason: DeclinedReason | None = None,
    with_photo: bool = False,
    seen_seq: int | None = None,
) -> Report:
    """Move a report to another state, record who did it, announce.

    `note` is public. Raises IllegalTransition, NoteRequired, PermissionDenied, StaleForm, MergedReport.
    """
    report = lock(report, seen_seq=seen_seq)
    old, to = State(report.state), State(to)
    move = find_move(old, to)
    actor = require(user, move.right, report)
    note = note.strip()
    if move.reason_required and declined_reason is None:
        raise NoteRequired(_("Bitte den Grund wählen, warum nichts veranlasst wird."), field="declined_reason")
    if (move.note_required or (move.note_unless_photo and not with_photo)) and not note:
        raise NoteRequired(_("Bitte mit einem Satz für die Öffentlichkeit begründen."), field="note")
    if to == State.FORWARDED and not report.office.is_outside:
        raise IllegalTransition(
            _("Weitergeleitet wird nur an Stellen außerhalb der Stadt. Bitte zuerst umleiten."), field="office"
        )
    if move.other_person and user.pk == decided_by(report, old):
        raise IllegalTransition(_("Bitte lassen Sie eine andere Person noch einmal entscheiden."), field="state")
    apply_move(report, to, actor, note, declined_reason)
    return report


def decided_by(report: Report, state: State) -> int | None:
    """Who last moved it to `state` (plain user number)."""
    entry = Entry.objects.filter(report=report, kind=Entry.Kind.MOVED, new=state).order_by("-seq").first()
    return entry.actor_id if entry else None


def apply_move(
    report: Report, to: State, actor: Actor, note: str = "", declined_reason: DeclinedReason | None = None
) -> Entry:
    """Write a move that was checked. The row is locked by the caller."""
    old = State(report.state)
    entry = timeline.add(
        report=report,
        kind=Entry.Kind.MOVED,
        actor=actor,
        old=old,
        new=to,
        text=note,
        text_check=Check.SHOWN,  # written by staff for the public
    )
    now = timezone.now()
    report.state = to
    report.declined_reason = declined_reason if to == State.DECLINED else None
    report.resolved_at = now if to in FINISHED else None
    report.fresh = True
    if old in FINISHED:
        report.reopened += 1
    touch(report, "state", "declined_reason", "resolved_at", "fresh", "reopened")
    events.report_news.send(sender=Report, kind=events.MOVED, report=report, entry=entry)
    return entry


@transaction.atomic
def release(
    *,
    report: Report,
    user: User,
    public_text: str | None = None,
    photos: Iterable[Photo] = (),
    withheld: Iterable[Photo] = (),
    alts: Mapping[int, str] | None = None,
    seen_seq: int | None = None,
) -> Report:
    """Show what a person has looked at: the text (edited beside the original) and the named photos.

    `withheld`: photos looked at and kept back. `alts`: description per photo id, in the clerk's words.
    """
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    write_release(report, actor, public_text, photos, withheld, alts)
    return report


def write_release(
    report: Report,
    actor: Actor,
    public_text: str | None,
    photos: Iterable[Photo],
    withheld: Iterable[Photo] = (),
    alts: Mapping[int, str] | None = None,
) -> None:
    """Release inside the caller's transaction; policies `never` of the category win."""
    never = Category.Policy.NEVER
    photos, withheld = list(photos), list(withheld)
    if public_text is not None:
        report.public_text = public_text.strip()
        # An emptied text means: nothing of it. `shown_text` would fall back to the original otherwise.
        kept_back = report.category.text_policy == never or (report.description and not report.public_text)
        report.text_check = Check.WITHHELD if kept_back else Check.SHOWN
    if report.category.photo_policy == never:
        photos, withheld = [], [*withheld, *photos]
    for photo in photos:
        if photo.thing_id == report.thing_id:
            photo_release.show(photo)
            photo_release.show_alt(photo, (alts or {}).get(photo.pk))
    for photo in withheld:
        if photo.thing_id == report.thing_id:
            photo_release.withhold(photo)
    entry = timeline.add(report=report, kind=Entry.Kind.RELEASED, actor=actor, public=False, new=str(len(photos)))
    touch(report, "public_text", "text_check")
    events.report_news.send(sender=Report, kind=events.RELEASED, report=report, entry=entry)


@transaction.atomic
def accept(
    *,
    report: Report,
    user: User,
    public_text: str | None = None,
    photos: Iterable[Photo] = (),
    withheld: Iterable[Photo] = (),
    alts: Mapping[int, str] | None = None,
    seen_seq: int | None = None,
) -> Report:
    """Übernehmen & freigeben: one click at the desk. Finished reports are reopened by `move_report`, with a note."""
    report = lock(report, seen_seq=seen_seq)
    move = find_move(State(report.state), State.ACCEPTED)
    if move.note_required:
        raise IllegalTransition(_("Diese Meldung ist abgeschlossen. Bitte zuerst wieder öffnen."), field="state")
    actor = require(user, move.right, report)
    write_release(report, actor, public_text, photos, withheld, alts)
    apply_move(report, State.ACCEPTED, actor)
    return report


@transaction.atomic
def reroute(*, report: Report, office: Office, user: User, why: str, seen_seq: int | None = None) -> Report:
    """Umleiten: a new Decision by hand, with why. Out of accepted, in progress or forwarded it is received again."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    if not why.strip():
        raise NoteRequired(_("Bitte kurz sagen, warum diese Stelle zuständig ist."), field="why")
    check_reroutable(report)
    if office.pk == report.office_id:
        raise DomainError(_("Diese Stelle ist schon zuständig. Bitte eine andere wählen."), field="office")
    decide_by_hand(report, office, actor, why.strip())
    came_back(report, actor)
    return report


def check_reroutable(report: Report) -> None:
    if State(report.state) not in REROUTABLE:
        raise IllegalTransition(_("Diese Meldung ist abgeschlossen. Bitte zuerst wieder öffnen."), field="state")


def decide_by_hand(report: Report, office: Office, actor: Actor, why: str) -> Decision:
    if not office.active:
        raise DomainError(_("Diese Stelle ist nicht mehr aktiv. Bitte eine andere wählen."), field="office")
    newest = report.decisions.order_by("-seq").first()
    decision = Decision.objects.create(
        report=report,
        seq=(newest.seq if newest else 0) + 1,
        office=office,
        reason_code="by_hand",
        zone_versions=newest.zone_versions if newest else [],
        made_by=Decision.MadeBy.USER,
        user_id_plain=actor.user_id,
        why=why,
    )
    change_office(report, office, actor)
    return decision


def change_office(report: Report, office: Office, actor: Actor) -> None:
    """The report's office is the newest decision's; the timeline says from whom to whom."""
    old = report.office
    report.office = office
    entry = timeline.add(report=report, kind=Entry.Kind.DECIDED, actor=actor, old=old.code, new=office.code)
    touch(report, "office")
    events.report_news.send(sender=Report, kind=events.DECIDED, report=report, entry=entry)


def came_back(report: Report, actor: Actor) -> None:
    """A new office starts anew: the move to received follows in the same transaction."""
    if State(report.state) != State.RECEIVED:
        apply_move(report, State.RECEIVED, actor)


def decide_again(report: Report, actor: Actor, *, accuracy_m: float | None = None) -> None:
    """A new system Decision after place or matter changed."""
    newest = report.decisions.order_by("-seq").first()
    lon, lat = (report.point.x, report.point.y) if report.point else (None, None)
    decided = routing.decide(category=report.category, lon=lon, lat=lat, accuracy_m=accuracy_m, answers=report.answers)
    record_decision(report, decided, seq=(newest.seq if newest else 0) + 1)
    if decided.office.pk != report.office_id:
        change_office(report, decided.office, actor)
        came_back(report, actor)


@transaction.atomic
def relocate(*, report: Report, lon: float, lat: float, user: User, seen_seq: int | None = None) -> Report:
    """Move the pin (WGS 84 degrees): the place is certain now, and decides again."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    check_reroutable(report)
    zones = ZoneIndex.current().at(lon, lat)
    if not zones.in_service_area:
        raise DomainError(
            _("Dieser Ort liegt weit außerhalb des Stadtgebiets. Bitte die Nadel neu setzen."), field="lon"
        )
    report.point = Point(lon, lat, srid=4326)
    report.accuracy_m = None
    report.near_address = near_words(lon, lat)
    report.district_id = zones.district.id if zones.district else None
    report.district_code = zones.district.code if zones.district else ""
    report.place_source = Report.PlaceSource.MAP
    report.answers = {code: value for code, value in report.answers.items() if code != "place"}
    timeline.add(report=report, kind=Entry.Kind.RELOCATED, actor=actor)
    touch(report, "point", "accuracy_m", "near_address", "district", "district_code", "place_source", "answers")
    decide_again(report, actor)
    return report


@transaction.atomic
def recategorise(
    *,
    report: Report,
    category: Category,
    user: User,
    answers: dict[str, Any] | None = None,
    seen_seq: int | None = None,
) -> Report:
    """Change the matter: answers that the new category does not ask fall away, and the rules decide again."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    check_reroutable(report)
    if not category.active or category.parent_id is None:
        raise DomainError(_("Diese Kategorie gibt es nicht mehr. Bitte eine andere wählen."), field="category")
    catalogue = Catalogue.current()
    asked = {q.code for q in catalogue.asked(category)} | {"place"}
    kept = {code: value for code, value in (answers or report.answers).items() if code in asked}
    clean, errors = read_answers(catalogue.asked(category), kept)
    if errors and answers is not None:
        raise DomainErrors(errors)
    old = report.category
    report.category, report.answers = category, clean
    report.hazard = report.hazard or is_hazard(category, catalogue.asked(category), clean)
    if category.privacy == Category.Privacy.NEVER_PUBLIC and report.visibility == Visibility.PUBLIC:
        report.visibility = Visibility.PRIVATE
        timeline.add(report=report, kind=Entry.Kind.VISIBILITY, actor=actor, public=False, old="public", new="private")
        photo_release.renew(report.thing)
    timeline.add(report=report, kind=Entry.Kind.RECATEGORISED, actor=actor, old=old.code, new=category.code)
    touch(report, "category", "answers", "hazard", "visibility")
    decide_again(report, actor)
    return report


@transaction.atomic
def forward(
    *,
    report: Report,
    user: User,
    office: Office | None = None,
    note: str = "",
    why: str = "",
    seen_seq: int | None = None,
) -> Report:
    """Weiterleiten to an owner outside: recorded here; sending by mail or Open311 comes with its channel.

    `office`: another owner than the one decided (a new Decision by hand, with why).
    """
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    find_move(State(report.state), State.FORWARDED)
    if office and office.pk != report.office_id:
        if not why.strip():
            raise NoteRequired(_("Bitte kurz sagen, warum diese Stelle zuständig ist."), field="why")
        if not office.is_outside:
            raise IllegalTransition(
                _("Weitergeleitet wird nur an Stellen außerhalb der Stadt. Bitte „Umleiten“ nehmen."), field="office"
            )
        decide_by_hand(report, office, actor, why.strip())
    elif report.state == State.FORWARDED:
        raise IllegalTransition(_("Diese Meldung liegt schon bei dieser Stelle."), field="office")
    if not report.office.is_outside:
        raise IllegalTransition(
            _("Weitergeleitet wird nur an Stellen außerhalb der Stadt. Bitte zuerst umleiten."), field="office"
        )
    # The right was checked before the new decision: with it the report may have left this desk.
    apply_move(report, State.FORWARDED, actor, note.strip())
    return report


@transaction.atomic
def write_note(*, report: Report, user: User, text: str, public: bool, seen_seq: int | None = None) -> Entry:
    """A sentence for the public, or for colleagues of the same office."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    if not text.strip():
        raise NoteRequired(_("Bitte einen Text eingeben."), field="note")
    entry = timeline.add(
        report=report,
        kind=Entry.Kind.NOTED,
        actor=actor,
        public=public,
        text=text.strip(),
        text_check=Check.SHOWN if public else Check.WITHHELD,
    )
    if public:
        touch(report)
    events.report_news.send(sender=Report, kind=events.NOTED, report=report, entry=entry)
    return entry


@transaction.atomic
def set_visibility(*, report: Report, visibility: Visibility, user: User, seen_seq: int | None = None) -> Report:
    """Open, close or hide a report. A matter that is never public cannot be opened."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    visibility = Visibility(visibility)
    if visibility == Visibility.PUBLIC and report.category.privacy == Category.Privacy.NEVER_PUBLIC:
        raise DomainError(
            _("Meldungen dieser Kategorie werden nie öffentlich. Bitte zuerst die Kategorie ändern."),
            field="visibility",
        )
    if visibility == Visibility.HIDDEN and report.visibility == Visibility.PRIVATE:
        raise DomainError(_("Diese Meldung ist schon nicht öffentlich."), field="visibility")
    if visibility == report.visibility:
        return report
    timeline.add(
        report=report, kind=Entry.Kind.VISIBILITY, actor=actor, public=False, old=report.visibility, new=visibility
    )
    was_public = report.visibility == Visibility.PUBLIC
    report.visibility = visibility
    touch(report, "visibility")
    if was_public:
        photo_release.renew(report.thing)  # addresses handed out before must die
    return report


def erase_text(written: EntryText, *, because: str) -> None:
    """Empty what somebody wrote; the fact stays ("Text entfernt")."""
    written.text, written.erased_at, written.erased_because = "", timezone.now(), because
    written.save(update_fields=["text", "erased_at", "erased_because"])
