"""What staff does with a report. Every state change goes through the table of moves; every writer locks first."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mangel import events, timeline
from mangel.catalogue import Catalogue
from mangel.models import Category, DeclinedReason, Entry, EntryText, Report
from mangel.states import FINISHED, IllegalTransition, NoteRequired, State, Visibility, find_move
from mangel.timeline import Actor
from photos import release as photo_release
from photos.models import Photo
from pwa.errors import DomainError
from threads.states import Check

WORK = "mangel.work_report"
CHECK = "mangel.check_contents"
# How long a question waits for its answer (weimar/decisions.md: 14 days).
ANSWER_WITHIN = dt.timedelta(days=14)


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
    if to == State.DECLINED and user.pk == disputed_decision(report):
        raise IllegalTransition(_("Bitte lassen Sie eine andere Person noch einmal entscheiden."), field="state")
    apply_move(report, to, actor, note, declined_reason)
    return report


def disputed_decision(report: Report) -> int | None:
    """Who said "Keine Maßnahme" before the reporter asked for another look (plain user number)."""
    looked_again = Entry.objects.filter(
        report=report,
        kind=Entry.Kind.MOVED,
        old=State.DECLINED,
        new=State.ACCEPTED,
        actor_role=Entry.Role.REPORTER,
    ).last()
    if looked_again is None:
        return None
    before = Entry.objects.filter(report=report, kind=Entry.Kind.MOVED, new=State.DECLINED, seq__lt=looked_again.seq)
    declined = before.order_by("-seq").first()
    return declined.actor_id if declined else None


def decided_by(report: Report, state: State) -> int | None:
    """Who last moved it to `state` (plain user number)."""
    entry = Entry.objects.filter(report=report, kind=Entry.Kind.MOVED, new=state).order_by("-seq").first()
    return entry.actor_id if entry else None


def apply_move(
    report: Report,
    to: State,
    actor: Actor,
    note: str = "",
    declined_reason: DeclinedReason | None = None,
    *,
    note_check: str = Check.SHOWN,
) -> Entry:
    """Write a move that was checked. The row is locked by the caller. `note_check`: staff writes for the public, what
    a reporter writes waits for a look."""
    old = State(report.state)
    entry = timeline.add(
        report=report,
        kind=Entry.Kind.MOVED,
        actor=actor,
        old=old,
        new=to,
        text=note,
        text_check=note_check,
    )
    now = timezone.now()
    report.state = to
    report.declined_reason = declined_reason if to == State.DECLINED else None
    report.resolved_at = now if to in FINISHED else None
    report.fresh = True
    if old in FINISHED:
        report.reopened += 1
        report.lead_asked_at = None  # the lead was asked and has answered
    touch(report, "state", "declined_reason", "resolved_at", "fresh", "reopened", "lead_asked_at")
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
def ask(*, report: Report, user: User, text: str, until: dt.date | None = None, seen_seq: int | None = None) -> Entry:
    """Rückfrage: a question to the reporter, read by them alone; the report waits for the answer.

    `until`: a day in city time, two weeks from now if none is given.
    """
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    if report.state in FINISHED:
        raise IllegalTransition(_("Diese Meldung ist abgeschlossen. Bitte zuerst wieder öffnen."), field="state")
    if not text.strip():
        raise NoteRequired(_("Bitte die Frage eingeben."), field="text")
    entry = timeline.add(
        report=report, kind=Entry.Kind.ASKED, actor=actor, public=False, text=text.strip(), text_check=Check.WITHHELD
    )
    report.waiting = Report.Waiting.QUESTION
    report.waiting_until = until or timezone.localdate() + ANSWER_WITHIN
    touch(report, "waiting", "waiting_until")
    events.report_news.send(sender=Report, kind=events.ASKED, report=report, entry=entry)
    return entry


@transaction.atomic
def check_text(*, report: Report, seq: int, user: User, show: bool) -> Entry:
    """A person has looked at what the reporter wrote in entry `seq`, and shows it or keeps it back."""
    report = lock(report)
    actor = require(user, CHECK, report)
    written = (
        EntryText.objects.select_for_update(of=("self",))
        .select_related("entry")
        .filter(entry__report=report, entry__seq=seq, entry__actor_role=Entry.Role.REPORTER, check_state=Check.WAITING)
        .first()
    )
    if written is None:
        raise StaleForm(_("Diesen Text hat inzwischen jemand anderes angesehen."))
    never = report.category.text_policy == Category.Policy.NEVER or not written.entry.public
    written.check_state = Check.SHOWN if show and not never else Check.WITHHELD
    written.save(update_fields=["check_state"])
    timeline.add(report=report, kind=Entry.Kind.RELEASED, actor=actor, public=False, new=str(seq))
    touch(report)
    return written.entry


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
