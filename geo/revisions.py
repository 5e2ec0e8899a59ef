"""Revision numbers: how an in-process cache learns that its tables changed, in any process, by any writer.

A statement-level database trigger gives the row of its key a fresh number from a sequence. Numbers from a sequence
are never handed out twice, not even after a rollback, so one number always means one content.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import pgtrigger
from django.db import connection

_held: ContextVar[Mapping[str, int] | None] = ContextVar("held_revisions", default=None)


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
    """The number of every key (absent: never changed). One SQL query, or none inside `held()`."""
    if (held := _held.get()) is not None:
        return held
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, value FROM geo_revision")
        return dict(cursor.fetchall())


@contextmanager
def held() -> Iterator[Mapping[str, int]]:
    """Read the numbers once and use them until the block ends: for one request or one batch that writes no
    configuration. Changes of others are seen by the next block."""
    token = _held.set(current())
    try:
        yield current()
    finally:
        _held.reset(token)
