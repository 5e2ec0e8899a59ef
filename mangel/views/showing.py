"""What pages show of reports: cards of a list, photos, the timeline in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from mangel import reasons
from mangel.answers import in_words, public_answers
from mangel.catalogue import Catalogue
from mangel.models import Category, Decision, Entry, Office, Report
from mangel.states import FINISHED, State
from photos.models import Photo
from photos.querysets import PublicPhoto, as_public
from photos.states import Role
from pwa.translated import Text, pick
from threads.states import Check

POLICY_NEVER = Category.Policy.NEVER


@dataclass(frozen=True)
class Card:
    """One report in a list. `since`: when it came into its state; `distance_m` where a place was asked for."""

    report: Report
    since: dt.datetime
    photo: PublicPhoto | None
    icon: str
    distance_m: int | None = None

    @property
    def finished(self) -> bool:
        return self.report.state in FINISHED


def cards(reports: Iterable[Report]) -> list[Card]:
    """Cards in the order of `reports` (with `with_names()`). Two queries, however many."""
    reports = list(reports)
    ids = [report.pk for report in reports]
    moved = Entry.objects.filter(report__in=ids, kind__in=[Entry.Kind.RECEIVED, Entry.Kind.MOVED])
    since = dict(moved.values_list("report").annotate(at=Max("at")).order_by())
    photos = first_photos(reports)
    return [
        Card(
            report=report,
            since=since.get(report.pk, report.created_at),
            photo=photos.get(report.thing_id),
            icon=report.category.icon or "asterisk",
            distance_m=round(report.distance.m) if hasattr(report, "distance") else None,
        )
        for report in reports
    ]


def first_photos(reports: Sequence[Report]) -> dict[int, PublicPhoto]:
    """The first shown photo of each report, by its thing."""
    things = [report.thing_id for report in reports]
    shown = (
        Photo.objects.shown().filter(thing__in=things).exclude(role=Role.DOCUMENT).order_by("role", "position", "pk")
    )
    found: dict[int, PublicPhoto] = {}
    for photo in shown:
        found.setdefault(photo.thing_id, as_public(photo))
    return found


@dataclass(frozen=True)
class Picture:
    """A photo on a report page. `public` is None while it cannot be looked at; `waiting`: only the reporter sees it."""

    public: PublicPhoto | None
    role: str
    waiting: bool = False

    @property
    def caption(self) -> str:
        return _("Nachher") if self.role == Role.AFTER else _("Vorher")


def pictures(report: Report, *, own: bool) -> list[Picture]:
    """Before first, then after. `own`: for the holder of the code, also those nobody has looked at yet."""
    photos = Photo.objects.present().filter(thing=report.thing_id).exclude(role=Role.DOCUMENT)
    found = []
    for photo in sorted(photos, key=lambda photo: (photo.role != Role.BEFORE, photo.position, photo.pk)):
        ready = photo.status == "ready"
        if ready and photo.check_state == Check.SHOWN:
            found.append(Picture(as_public(photo), photo.role))
        elif own and photo.source == "reporter":
            public = as_public(photo) | {"alt": photo.alt_text} if ready else None
            found.append(Picture(public, photo.role, waiting=True))  # type: ignore[arg-type]
    return found


def photos_waiting(report: Report) -> int:
    """How many photos may still become public."""
    if report.category.photo_policy == POLICY_NEVER:
        return 0
    return (
        Photo.objects.present()
        .filter(thing=report.thing_id, check_state=Check.WAITING)
        .exclude(status="failed")
        .count()
    )


def text_waiting(report: Report) -> bool:
    """Whether there is a text that may still become public."""
    return (
        bool(report.description) and report.text_check == Check.WAITING and report.category.text_policy != POLICY_NEVER
    )


@dataclass(frozen=True)
class Event:
    """One line of "Was bisher geschah"."""

    title: str
    at: dt.datetime
    text: str = ""
    by: str = ""
    kind: str = ""
    state: str = ""
    # The number of a text that everybody sees, for "Inhalt melden".
    seq: int = 0


# What the reporter reads of their own report besides what is public.
OWN_KINDS = (
    *(Entry.Kind.ASKED, Entry.Kind.ANSWERED, Entry.Kind.ADDED, Entry.Kind.CORRECTED, Entry.Kind.UNWANTED),
    *(Entry.Kind.DISPUTED, Entry.Kind.WITHHELD, Entry.Kind.RESTORED, Entry.Kind.ERASED),
)


def timeline_of(report: Report) -> list[Event]:
    """The public entries in words, newest first. Who acted is an office, never a person."""
    return told(report, Entry.objects.filter(report=report, public=True), own=False)


def own_timeline_of(report: Report) -> list[Event]:
    """The same for the holder of the code: with questions, own answers and own texts nobody has looked at yet."""
    return told(report, Entry.objects.filter(Q(public=True) | Q(kind__in=OWN_KINDS), report=report), own=True)


def told(report: Report, entries: QuerySet[Entry], *, own: bool) -> list[Event]:
    catalogue = Catalogue.current()
    entries = entries.select_related("written").order_by("seq")
    first = Decision.objects.filter(report=report).order_by("seq").values_list("office_id", flat=True).first()
    office = catalogue.office_by_id.get(first or report.office_id, report.office)
    events = []
    for entry in entries:
        if entry.kind == Entry.Kind.DECIDED:
            office = catalogue.offices.get(entry.new, office)
        by = catalogue.office_by_id.get(entry.office_id) if entry.office_id else None
        events.append(
            Event(
                title=title_of(entry, office, report, catalogue),
                at=entry.at,
                text=own_text_of(entry) if own else text_of(entry),
                by=by.name if by else "",
                kind=entry.kind,
                state=entry.new if entry.kind in (Entry.Kind.MOVED, Entry.Kind.RECEIVED) else "",
                seq=entry.seq,
            )
        )
    return events[::-1]


def title_of(entry: Entry, office: Office, report: Report, catalogue: Catalogue) -> str:
    """What happened, as people say it."""
    kinds = Entry.Kind
    if entry.kind == kinds.RECEIVED:
        return _("Eingegangen")
    if entry.kind == kinds.MOVED:
        if entry.new == State.FORWARDED:
            return _("Weitergeleitet an %(office)s") % {"office": office.name}
        if entry.new == State.RECEIVED:
            return _("Geht zurück an den Eingang")
        if entry.old in FINISHED:
            return _("Wieder geöffnet")
        if entry.actor_role == Entry.Role.REPORTER:
            return _("Zurückgezogen")
        return str(State(entry.new).label)
    if entry.kind == kinds.DECIDED:
        return _("Zuständig ist jetzt: %(office)s") % {"office": office.name}
    if entry.kind == kinds.RECATEGORISED:
        category = catalogue.categories.get(entry.new)
        return _("Kategorie berichtigt: %(category)s") % {"category": category.name if category else entry.new}
    if entry.kind == kinds.NOTED:
        return _("Nachricht")
    if entry.kind == kinds.ASKED:
        return _("Rückfrage an Sie")
    return str(kinds(entry.kind).label)


def text_of(entry: Entry) -> str:
    """What was written beside it, once a person has looked; a removed text says so."""
    written = getattr(entry, "written", None)
    if written is None:
        return ""
    if written.erased_at:
        return _("Text entfernt")
    return written.text if written.check_state == Check.SHOWN else ""


def own_text_of(entry: Entry) -> str:
    """What its own author or the one it was written to may read, before anybody has looked, too."""
    written = getattr(entry, "written", None)
    for_them = entry.actor_role == Entry.Role.REPORTER or entry.kind == Entry.Kind.ASKED
    return written.text if written and for_them and not written.erased_at else text_of(entry)


def reason_of(report: Report) -> Text:
    """The sentence of the decision that holds."""
    decision = Decision.objects.filter(report=report).order_by("-seq").first()
    if decision is None:
        return Text("", "de")
    return reasons.sentence(
        reason_code=decision.reason_code,
        params=decision.reason_params,
        office=report.office,
        category=report.category,
        district=report.district,
    )


def answers_of(report: Report, *, own: bool) -> list[tuple[str, str]]:
    """(question, answer): the public ones, or all of them for who gave them."""
    questions = Catalogue.current().asked(report.category)
    return in_words(questions, report.answers if own else public_answers(questions, report.answers))


def what_next(report: Report) -> str:
    """Who waits for whom, in one sentence."""
    catalogue = Catalogue.current()
    office, minder = report.office, catalogue.in_charge(report.office)
    names = {"office": office.name, "minder": minder.name}
    if report.state == State.FORWARDED:
        return _("Wir warten auf eine Antwort von: %(office)s. Bei uns fragt nach: %(minder)s.") % names
    if report.state == State.RECEIVED and office.is_outside:
        return (
            _("Als Nächstes sieht jemand bei uns die Meldung an (%(minder)s) und leitet sie weiter an: %(office)s.")
            % names
        )
    if report.state == State.RECEIVED:
        return _("Als Nächstes sieht sich das jemand an: %(office)s.") % names
    if report.state == State.ACCEPTED:
        return _("Die Meldung ist angenommen und wird eingeplant: %(office)s.") % names
    if report.state == State.IN_PROGRESS:
        return _("Daran wird gerade gearbeitet: %(office)s.") % names
    return ""


def next_step_of(report: Report) -> dict[str, Any] | None:
    """For "Keine Maßnahme": the reason and what one can do now."""
    reason = report.declined_reason
    return {"name": pick(reason.names), "next_step": pick(reason.next_step)} if reason else None
