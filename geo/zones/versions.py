"""Closing versions."""

from collections.abc import Sequence
from datetime import date

from django.db import connection


def close(pks: Sequence[int], *, on: date) -> None:
    """End versions so that `on` is the first day without them. One that started that day gets an empty range."""
    if pks:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE geo_zone SET valid = daterange(lower(valid), %s) WHERE id = ANY(%s)", [on, list(pks)]
            )
