"""Revision numbers: how an in-process cache learns that its tables changed, in any process, by any writer.

A statement-level database trigger gives the row of its key a fresh number from a sequence. Numbers from a sequence
are never handed out twice, not even after a rollback, so one number always means one content.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import pgtrigger

from pwa.prepared import prepared


class Held:
    """Numbers read once, when first asked for."""

    known: Mapping[str, int] | None = None


_held: ContextVar[Held | None] = ContextVar("held_revisions", default=None)


def bump_trigger(key: str) -> pgtrigger.Trigger:
    """A trigger for `Meta.triggers`: any change of the table moves the revision `key`. Makes concurrent writers of
    the same key wait for each other until commit, so it is for configuration, not for reports."""
    return pgtrigger.Trigger(
        name=f"bump_{key}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func=f"PERFORM geo_bump_revision('{key}'); RETURN NULL;",
    )


def current() -> Mapping[str, int]:
    """The number of every key (absent: never changed). One SQL query; inside `held()` only the first time."""
    held = _held.get()
    if held is None:
        return read()
    if held.known is None:
        held.known = read()
    return held.known


def read() -> Mapping[str, int]:
    with prepared() as cursor:
        cursor.execute("SELECT key, value FROM geo_revision")
        return dict(cursor.fetchall())


@contextmanager
def held() -> Iterator[None]:
    """Read the numbers once at most and use them until the block ends: for one request or one batch that writes no
    configuration. Changes of others are seen by the next block. A block inside a block shares its numbers."""
    if _held.get() is not None:
        yield
        return
    token = _held.set(Held())
    try:
        yield
    finally:
        _held.reset(token)
