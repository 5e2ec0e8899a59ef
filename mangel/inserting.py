"""Insert one row without Django building the statement anew. A report that comes in writes five of them.

The same columns, values and conversions as `save(force_insert=True)`; no signals, and columns the database computes
are read when somebody asks for them.
"""

from functools import lru_cache
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

from pwa.prepared import prepared

M = TypeVar("M", bound=Model)


def insert(row: M) -> M:
    """Write a new row; its primary key is set afterwards."""
    database = connections[DEFAULT_DB_ALIAS]  # not the proxy: it looks the connection up at every word
    values, placeholders = [], []
    for column, special in columns_of(type(row)):
        value = column.get_db_prep_save(column.pre_save(row, True), database)
        values.append(value)
        placeholders.append(column.get_placeholder(value, None, database) if special else "%s")  # type: ignore[attr-defined]
    with prepared() as cursor:
        cursor.execute(statement(type(row), tuple(placeholders)), values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, database.alias
    return row


@lru_cache(maxsize=64)
def columns_of(model: type[Model]) -> list[tuple[Field, bool]]:
    """What is written, and whether it needs a placeholder of its own; keys and generated columns are the database's."""
    written = [column for column in model._meta.local_concrete_fields if not (column.primary_key or column.generated)]
    return [(column, hasattr(column, "get_placeholder")) for column in written]


@lru_cache(maxsize=256)
def statement(model: type[Model], placeholders: tuple[str, ...]) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = ", ".join(quote(str(column.column)) for column, _special in columns_of(model))
    key = quote(str(model._meta.pk.column))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(placeholders)}) RETURNING {key}"  # noqa: S608
