"""Statements that PostgreSQL keeps ready: for the few that every submission runs.

Django puts values into a statement's text, so each is parsed and planned anew; planning "what is near" takes longer
than finding it. Here the values travel beside the text, and after some runs a connection reuses the plan.
Types must be clear from the statement: write `%s::bigint[]` where they are not. What is planned by its values (partial
indexes, filters switched off by NULL) is better off with `connection.cursor()`.
"""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


def prepared() -> CursorWrapper:
    """As `connection.cursor()`: in the same transaction, seen by the same wrappers and counters."""
    database = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    return database._prepare_cursor(ServerBindingCursor(database.connection))  # type: ignore[attr-defined, call-arg]
