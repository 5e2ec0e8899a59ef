""" "Inhalt melden": which pieces of a report are public, what notices do to them, what a person decides.

A piece is named "text" (the description), "photo:<key>" or "note:<number of its timeline entry>". Strangers name a
photo by the token in its address, for its key is the reporter's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mangel import events, timeline, workflow
from mangel.models import Category, Entry, EntryText, Report
from mangel.states import Visibility
from photos import release as photo_release
from photos.models import Photo
from photos.states import Role, Status
from pwa.errors import DomainError
from threads import notices
from threads.models import Notice
from threads.states import Check

TEXT, PHOTO, NOTE = "text", "photo", "note"
WORDS_MAX = 1000
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


class NoSuchPiece(DomainError):
    """Not there, or not public (any more)."""

    status = 404
    code = "no_such_piece"


@dataclass(frozen=True)
class Piece:
    """Something of a report that everybody may see, or might again."""

    name: str
    report: Report
    photo: Photo | None = None
    written: EntryText | None = None

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])

    @property
    def text(self) -> str:
        """Its words, for who decides."""
        if self.written:
            return self.written.text
        return self.report.public_text if self.kind == TEXT else ""

    @property
    def is_public(self) -> bool:
        report = self.report
        if report.visibility != Visibility.PUBLIC:
            return False
        if self.photo:
            never = report.category.photo_policy == Category.Policy.NEVER
            return not never and self.photo.check_state == Check.SHOWN and self.photo.status == Status.READY
        if self.written:
            return self.written.entry.public and self.written.check_state == Check.SHOWN and bool(self.written.text)
        return bool(report.shown_text)


LABELS = {TEXT: gettext_lazy("Beschreibung"), PHOTO: gettext_lazy("Foto"), NOTE: gettext_lazy("Text im Verlauf")}


def find_public(report: Report, kind: str, which: str = "") -> Piece:
    """The piece a stranger points at. `which`: a photo's token or address, a note's number. Raises NoSuchPiece."""
    name = kind
    if kind == PHOTO:
        token = token_in(which) or None
        photo = (
            Photo.objects.filter(thing=report.thing_id, rendition_token=token).exclude(role=Role.DOCUMENT).first()
            if token
            else None
        )
        name = f"{PHOTO}:{photo.key}" if photo else ""
    elif kind == NOTE:
        name = f"{NOTE}:{which}"
    piece = find(report, name)
    if piece is None or not piece.is_public:
        raise NoSuchPiece(_("Das ist nicht öffentlich oder wird schon nicht mehr gezeigt."), field="piece")
    return piece


def token_in(which: str) -> str:
    """A token, alone or in the address of a rendition."""
    return next((part for part in re.split(r"[/.]", which[:300]) if TOKEN.fullmatch(part)), "")


def find(report: Report, name: str) -> Piece | None:
    """The piece of that name, public or not."""
    kind, _colon, which = name.partition(":")
    if name == TEXT:
        return Piece(name, report)
    if kind == PHOTO:
        photo = Photo.objects.present().addressed(report.thing, which)
        return Piece(name, report, photo=photo) if photo else None
    if kind == NOTE and which.isascii() and which.isdigit() and len(which) < 6:
        texts = EntryText.objects.select_related("entry").filter(entry__report=report, entry__seq=int(which))
        written = texts.first()
        return Piece(name, report, written=written) if written else None
    return None


@transaction.atomic
def give_notice(
    *, report: Report, kind: str, which: str = "", reason: str, words: str = "", mail: str = "", sender_hash: str
) -> Notice:
    """Keep a notice about a public piece; enough independent ones withhold it until a person has decided."""
    report = workflow.lock(report)
    piece = find_public(report, kind, which)
    notice, new = notices.give(
        thing=report.thing, piece=piece.name, reason=reason, words=words, mail=mail, sender_hash=sender_hash
    )
    if not new:
        return notice
    if notices.is_enough(report.thing, piece.name):
        withhold(piece)
        timeline.add(report=report, kind=Entry.Kind.WITHHELD, public=False, new=piece.name)
    workflow.touch(report)
    events.report_news.send(sender=Report, kind=events.NOTICED, report=report, entry=None)
    return notice


def withhold(piece: Piece) -> None:
    """Nobody but the author and staff sees it; the addresses of a photo die."""
    set_check(piece, Check.WITHHELD)


def set_check(piece: Piece, check: Check) -> None:
    if piece.photo:
        (photo_release.show if check == Check.SHOWN else photo_release.withhold)(piece.photo)
    elif piece.written:
        piece.written.check_state = check
        piece.written.save(update_fields=["check_state"])
    else:
        piece.report.text_check = check
        workflow.touch(piece.report, "text_check")


def was_withheld(report: Report, name: str) -> bool:
    """Whether it was notices that took a piece away (a clerk may have done so before, for reasons of their own)."""
    kinds = [Entry.Kind.WITHHELD, Entry.Kind.RESTORED]
    last = Entry.objects.filter(report=report, kind__in=kinds, new=name).order_by("-seq").first()
    return bool(last and last.kind == Entry.Kind.WITHHELD)


@transaction.atomic
def decide(*, report: Report, name: str, upheld: bool, statement: str, user: User) -> list[Notice]:
    """A person decides about a piece, with reasons for who gave notice and for the author; returns the notices closed.

    Raises PermissionDenied, DomainError (no reasons), StaleForm (somebody else was faster).
    """
    report = workflow.lock(report)
    actor = workflow.require(user, workflow.CHECK, report)
    statement = statement.strip()
    if not statement:
        message = _("Bitte begründen Sie es mit einem Satz. Ihn lesen, wer den Hinweis gab und wer den Inhalt schrieb.")
        raise DomainError(message, field="statement", code="required")
    if len(statement) > WORDS_MAX:
        raise DomainError(_("Bitte höchstens %(n)s Zeichen.") % {"n": WORDS_MAX}, field="statement")
    outcome = Notice.Outcome.UPHELD if upheld else Notice.Outcome.REJECTED
    closed = notices.decide(thing=report.thing, piece=name, outcome=outcome, statement=statement, user_id=user.pk)
    if not closed:
        raise workflow.StaleForm(_("Darüber hat inzwischen jemand anderes entschieden."))
    piece = find(report, name)
    if upheld:
        if piece and piece.is_public:
            withhold(piece)
        timeline.add(report=report, kind=Entry.Kind.WITHHELD, actor=actor, public=False, new=name)
    elif was_withheld(report, name):
        if piece and can_be_shown(piece):
            set_check(piece, Check.SHOWN)
        timeline.add(report=report, kind=Entry.Kind.RESTORED, actor=actor, public=False, new=name)
    workflow.touch(report)
    events.report_news.send(sender=Report, kind=events.NOTICE_DECIDED, report=report, entry=None)
    return closed


def can_be_shown(piece: Piece) -> bool:
    """Erased meanwhile, there is nothing to show."""
    if piece.photo:
        return piece.photo.status == Status.READY
    return bool(piece.text)


def told_to_author(report: Report) -> list[dict[str, Any]]:
    """For the tracking page: which of the own pieces somebody objected to, and what came of it; newest first."""
    found: dict[str, Notice] = {}
    for notice in Notice.objects.filter(thing=report.thing_id).order_by("created_at", "pk"):
        found[notice.piece] = notice
    told = []
    for notice in reversed(found.values()):
        open_and_shown = notice.outcome == Notice.Outcome.OPEN and not was_withheld(report, notice.piece)
        if not open_and_shown:  # one notice alone changes nothing and is no reason to worry
            told.append({"piece": LABELS[notice.piece.partition(":")[0]], "notice": notice})
    return told


def open_notices(reports: Iterable[Report]) -> list[tuple[Piece, list[Notice]]]:
    """What waits for a person, the oldest first, with all notices about each piece."""
    by_thing = {report.thing_id: report for report in reports}
    waiting: dict[tuple[int, str], list[Notice]] = {}
    for notice in Notice.objects.filter(thing__in=by_thing, outcome=Notice.Outcome.OPEN).select_related("contact"):
        waiting.setdefault((notice.thing_id, notice.piece), []).append(notice)
    found = []
    for (thing, name), given in waiting.items():
        report = by_thing[thing]
        found.append((find(report, name) or Piece(name, report), given))
    return found
