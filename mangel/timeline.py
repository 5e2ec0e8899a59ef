"""The only writer of a report's timeline."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from mangel.inserting import insert
from mangel.models import Entry, EntryText, Office, Report
from threads.states import Check


@dataclass(frozen=True)
class Actor:
    """Who acts: the reporter, somebody of an office, or the system. Public is only the office."""

    role: str = Entry.Role.SYSTEM
    user_id: int | None = None
    office: Office | None = None


SYSTEM = Actor()
REPORTER = Actor(role=Entry.Role.REPORTER)


def add(
    *,
    report: Report,
    kind: str,
    actor: Actor = SYSTEM,
    old: str = "",
    new: str = "",
    public: bool = True,
    text: str = "",
    text_check: str = Check.WAITING,
    seq: int | None = None,
    at: Any = None,
) -> Entry:
    """Append one entry (the caller holds the report's row lock). `seq`: only intake knows it is the first."""
    if seq is None:
        seq = (Entry.objects.filter(report=report).aggregate(last=Max("seq"))["last"] or 0) + 1
    entry = Entry(
        report=report,
        seq=seq,
        kind=kind,
        actor_role=actor.role,
        actor_id=actor.user_id,
        office=actor.office,
        public=public,
        old=old,
        new=new,
        **({"at": at} if at else {}),
    )
    insert(entry)
    if text:
        EntryText.objects.create(entry=entry, text=text, check_state=text_check)
    return entry


def state_from(entries: list[Entry]) -> str:
    """The state that the entries tell of. Always equal to `report.state` (tested)."""
    moves = [entry for entry in entries if entry.kind in (Entry.Kind.RECEIVED, Entry.Kind.MOVED)]
    return moves[-1].new
