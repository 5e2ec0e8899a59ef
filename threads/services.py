"""The only writer of things."""

from django.db import connection

from threads.models import Thing
from threads.numbers import new_number

ATTEMPTS = 20


def new_thing(kind: str) -> Thing:
    """A new thing with a fresh public number. Unique by retry, for numbers are random, never a sequence.

    Raises RuntimeError when 20 numbers in a row were taken: 80 million are too few for this city.
    """
    for _ in range(ATTEMPTS):
        number = new_number()
        with connection.cursor() as cursor:
            # ON CONFLICT instead of a savepoint: one statement, and the transaction stays whole.
            cursor.execute(
                "INSERT INTO threads_thing (kind, public_id, created_at) VALUES (%s, %s, now())"
                " ON CONFLICT DO NOTHING RETURNING id, created_at",
                [kind, number],
            )
            if row := cursor.fetchone():
                return Thing(pk=row[0], kind=kind, public_id=number, created_at=row[1])
    raise RuntimeError(f"no free public number found for a {kind}")
