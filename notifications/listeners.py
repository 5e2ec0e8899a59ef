"""Listens to the rooms below and writes one row each, in the caller's transaction."""

from typing import Any

from mangel import events
from mangel.inserting import insert
from mangel.models import Entry, Report
from notifications.models import Event


def write_event(*, kind: str, report: Report, entry: Entry | None, **_: Any) -> None:
    """One row. If this fails, the news did not happen either: same transaction."""
    insert(Event(kind=kind, thing_id=report.thing_id, entry_seq=entry.seq if entry else None))


def connect() -> None:
    """Called once, when the app is ready."""
    events.report_news.connect(write_event, dispatch_uid="notifications.write_event")
