"""What the holder of a code may do with their report. Every state change is a move of the table (`mangel.states`)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mangel import events, timeline, workflow
from mangel.catalogue import Catalogue
from mangel.models import Category, DeclinedReason, Entry, Report
from mangel.states import MOVES, OPEN, State, Visibility
from photos import release as photo_release
from pwa.errors import DomainError
from threads.states import Check

REOPEN_WITHIN = dt.timedelta(days=28)
TEXT_MAX = 2000
# A report is no chat: what comes after this belongs on the phone.
TEXTS_MAX = 20
WITHDRAWN = "withdrawn"
ANSWER, ADD, PHOTO, CORRECT, WITHDRAW, REOPEN, REVIEW, DISPUTE, ERASE = (
    "answer",
    "add",
    "photo",
    "correct",
    "withdraw",
    "reopen",
    "review",
    "dispute",
    "erase",
)
K = Entry.Kind


class NotPossible(DomainError):
    """Not in this state, or not any more; the sentence says what is possible instead."""

    status = 409
    code = "not_possible"


@dataclass(frozen=True)
class Past:
    """What the reporter did before, as far as it limits what they may do now."""

    reopened: bool = False
    reviewed: bool = False

    @classmethod
    def of(cls, report: Report) -> "Past":
        mine = Entry.objects.filter(report=report, kind=K.MOVED, new=State.ACCEPTED, actor_role=Entry.Role.REPORTER)
        olds = set(mine.values_list("old", flat=True))
        return cls(reopened=State.RESOLVED in olds, reviewed=State.DECLINED in olds)


def possible(report: Report) -> list[str]:
    """What the reporter may do now, in the order of a page. The services below refuse the rest with a sentence."""
    if report.merged_into_id:
        return [ERASE]
    if report.state in OPEN:
        asked = [ANSWER] if report.waiting == Report.Waiting.QUESTION else []
        early = [CORRECT] if report.state == State.RECEIVED else []
        return [*asked, ADD, PHOTO, *early, WITHDRAW, ERASE]
    again = way_back(report, Past.of(report))
    return [again, ERASE] if again else [ERASE]


def way_back(report: Report, past: Past) -> str:
    """How a finished report may come back: reopened once, then disputed before the lead; declined: looked at again."""
    if report.state == State.RESOLVED and report.resolved_at and timezone.now() < report.resolved_at + REOPEN_WITHIN:
        if not past.reopened:
            return REOPEN
        return "" if report.lead_asked_at else DISPUTE
    if report.state == State.DECLINED and not past.reviewed and not is_withdrawn(report):
        return REVIEW
    return ""


def is_withdrawn(report: Report) -> bool:
    return bool(report.declined_reason and report.declined_reason.code == WITHDRAWN)


def question_of(report: Report) -> str:
    """The office's open question, empty if there is none."""
    if report.waiting != Report.Waiting.QUESTION:
        return ""
    asked = Entry.objects.filter(report=report, kind=K.ASKED).select_related("written").order_by("-seq").first()
    return asked.written.text if asked and hasattr(asked, "written") else ""


# --- the verbs: each locks the row, checks, writes one entry, announces -----------------------------------------------


def lock(report: Report) -> Report:
    """The row, locked and fresh. Raises NotPossible for a merged one."""
    try:
        return workflow.lock(report)
    except workflow.MergedReport as error:
        raise NotPossible(
            _("Diese Meldung wurde mit einer anderen zusammengelegt. Dort sehen Sie, wie es weitergeht.")
        ) from error


def said(report: Report, kind: str, text: str, *, public: bool) -> Entry | None:
    """Keep what the reporter wrote, to be looked at. None if the very same is there: a phone may send it twice."""
    mine = Entry.objects.filter(report=report, actor_role=Entry.Role.REPORTER, written__isnull=False)
    newest = mine.select_related("written").order_by("-seq").first()
    if newest and newest.kind == kind and newest.written.text == text:
        return None
    if mine.count() >= TEXTS_MAX:
        raise NotPossible(_("Zu dieser Meldung haben Sie schon sehr viel geschrieben. Bitte rufen Sie uns an."))
    never = report.category.text_policy == Category.Policy.NEVER
    return timeline.add(
        report=report,
        kind=kind,
        actor=timeline.REPORTER,
        public=public and not never,
        text=text,
        text_check=Check.WAITING if public and not never else Check.WITHHELD,
    )


def announce(report: Report, kind: str, entry: Entry) -> None:
    events.report_news.send(sender=Report, kind=kind, report=report, entry=entry)


def require_text(text: str, message: str, field: str = "text") -> str:
    """The text without blanks around it. Raises DomainError naming the field."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise DomainError(message, field=field, code="required")
    if "\x00" in text:
        raise DomainError(_("Der Text enthält ein unzulässiges Zeichen. Bitte neu eingeben."), field=field)
    if len(text) > TEXT_MAX:
        values = {"n": len(text), "max": TEXT_MAX}
        raise DomainError(_("Das sind %(n)s Zeichen, möglich sind %(max)s. Bitte kürzen.") % values, field=field)
    return text


def require_open(report: Report) -> None:
    if report.state not in OPEN:
        raise NotPossible(_("Diese Meldung ist abgeschlossen. Bitte öffnen Sie sie wieder oder melden Sie es neu."))


@transaction.atomic
def answer(*, report: Report, text: str) -> Report:
    """Answer the office's question: it stops waiting. Read by the office alone, for answers are written to it."""
    report = lock(report)
    text = require_text(text, _("Bitte schreiben Sie Ihre Antwort."))
    if report.waiting != Report.Waiting.QUESTION:
        if Entry.objects.filter(report=report, kind=K.ANSWERED, written__text=text).exists():
            return report
        raise NotPossible(_("Gerade ist keine Frage offen. Sie können die Meldung aber ergänzen."))
    entry = timeline.add(
        report=report,
        kind=K.ANSWERED,
        actor=timeline.REPORTER,
        public=False,
        text=text,
        text_check=Check.WITHHELD,
    )
    report.waiting, report.waiting_until = "", None
    workflow.touch(report, "waiting", "waiting_until")
    announce(report, events.ANSWERED, entry)
    return report


@transaction.atomic
def add_sentence(*, report: Report, text: str) -> Report:
    """One more sentence from the reporter; public once a person has looked."""
    report = lock(report)
    text = require_text(text, _("Bitte schreiben Sie, was Sie ergänzen möchten."))
    require_open(report)
    if entry := said(report, K.ADDED, text, public=True):
        workflow.touch(report)
        announce(report, events.ADDED, entry)
    return report


@transaction.atomic
def reopen(*, report: Report, note: str) -> Report:
    """ "Es ist nicht erledigt" or "Bitte noch einmal prüfen": once each; a second "nicht erledigt" asks the lead."""
    report = lock(report)
    note = require_text(note, _("Bitte schreiben Sie kurz, was noch nicht stimmt."), field="note")
    if was_just_sent(report, note):
        return report
    way = way_back(report, Past.of(report))
    if way in (REOPEN, REVIEW):
        move(report, State.ACCEPTED, note=note)
    elif way == DISPUTE:
        dispute(report, note)
    else:
        raise NotPossible(why_not_back(report))
    return report


def was_just_sent(report: Report, note: str) -> bool:
    """Whether this very call came before and its answer was lost."""
    newest = Entry.objects.filter(report=report).select_related("written").order_by("-seq").first()
    return bool(
        newest
        and newest.actor_role == Entry.Role.REPORTER
        and newest.kind in (K.MOVED, K.DISPUTED)
        and hasattr(newest, "written")
        and newest.written.text == note
    )


def move(report: Report, to: State, *, note: str = "", declined_reason: DeclinedReason | None = None) -> None:
    """A move of the table that is the reporter's, too."""
    if not MOVES[State(report.state), to].by_reporter:
        raise NotPossible(_("Das geht in diesem Stand nicht."))
    never = report.category.text_policy == Category.Policy.NEVER
    workflow.apply_move(
        report, to, timeline.REPORTER, note, declined_reason, note_check=Check.WITHHELD if never else Check.WAITING
    )


def dispute(report: Report, note: str) -> None:
    """The second time nothing moves by itself: the lead of the office looks."""
    entry = said(report, K.DISPUTED, note, public=False)
    report.lead_asked_at = timezone.now()
    workflow.touch(report, "lead_asked_at")
    if entry:
        announce(report, events.DISPUTED, entry)


def why_not_back(report: Report) -> str:
    """Why a report does not open again, and what helps."""
    if report.state in OPEN:
        return _("Diese Meldung ist noch offen. Sie können sie ergänzen.")
    if is_withdrawn(report):
        return _("Diese Meldung haben Sie zurückgezogen. Ist es noch da, melden Sie es bitte neu.")
    if report.state == State.DECLINED:
        return _("Das haben wir schon noch einmal geprüft. Hat sich etwas geändert, melden Sie es bitte neu.")
    if report.lead_asked_at:
        return _("Ihr Einspruch liegt schon bei der Leitung. Ist etwas Neues kaputt, melden Sie es bitte neu.")
    return _("Das ist länger als 28 Tage her. Bitte melden Sie es neu; es geht schnell.")


@transaction.atomic
def withdraw(*, report: Report, note: str = "") -> Report:
    """ "Zurückziehen": what nobody has begun with, and nobody else needs, goes; otherwise the office is told.

    See docs/decisions/0011-withdrawing.md.
    """
    report = lock(report)
    if is_withdrawn(report):
        return report
    require_open(report)
    note = require_text(note, "") if note.strip() else ""
    if report.state == State.RECEIVED and report.support_count == 0:
        move(report, State.DECLINED, note=note, declined_reason=withdrawn_reason())
        leave_the_public(report)
        return report
    if not Entry.objects.filter(report=report, kind=K.UNWANTED).exists():
        entry = timeline.add(
            report=report,
            kind=K.UNWANTED,
            actor=timeline.REPORTER,
            public=False,
            text=note,
            text_check=Check.WITHHELD,
        )
        announce(report, events.UNWANTED, entry)
    return report


def leave_the_public(report: Report) -> None:
    """A withdrawn report that was public answers 410, as anything that is gone."""
    if report.visibility != Visibility.PUBLIC:
        return
    timeline.add(
        report=report,
        kind=K.VISIBILITY,
        actor=timeline.REPORTER,
        public=False,
        old=report.visibility,
        new=Visibility.HIDDEN,
    )
    report.visibility = Visibility.HIDDEN
    workflow.touch(report, "visibility")
    photo_release.renew(report.thing)


def withdrawn_reason() -> DeclinedReason:
    """The city's row for it; a catalogue from before this reason gets one."""
    known = Catalogue.current().declined.get(WITHDRAWN)
    if known:
        return known
    names = {"de": "Von der meldenden Person zurückgezogen", "en": "Withdrawn by the person who reported it"}
    next_step = {"de": "Ist es doch noch da? Melden Sie es bitte neu.", "en": "Still there? Please report it again."}
    values = {"names": names, "next_step": next_step, "active": False, "order": 99}
    return DeclinedReason.objects.get_or_create(code=WITHDRAWN, defaults=values)[0]
