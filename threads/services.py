"""The only writer of things."""

from django.db import connection

from pwa.prepared import prepared
from threads.models import Thing
from threads.numbers import new_number

ATTEMPTS = 20


def new_thing(kind: str) -> Thing:
    """A new thing with a fresh public number. Unique by retry, for numbers are random, never a sequence.

    Raises RuntimeError when 20 numbers in a row were taken: 80 million are too few for this city.
    """
    for _ in range(ATTEMPTS):
        number = new_number()
        with prepared() as cursor:
            # ON CONFLICT instead of a savepoint: one statement, and the transaction stays whole.
            cursor.execute(
                "INSERT INTO threads_thing (kind, public_id, created_at) VALUES (%s, %s, now())"
                " ON CONFLICT DO NOTHING RETURNING id, created_at",
                [kind, number],
            )
            if row := cursor.fetchone():
                return Thing(pk=row[0], kind=kind, public_id=number, created_at=row[1])
    raise RuntimeError(f"no free public number found for a {kind}")


def new_things(kind: str, count: int) -> list[Thing]:
    """`count` new things at once, for imports. Raises RuntimeError as `new_thing`."""
    things: list[Thing] = []
    for _ in range(ATTEMPTS):
        if len(things) == count:
            return things
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO threads_thing (kind, public_id, created_at)"
                " SELECT %s, number, now() FROM unnest(%s::text[]) AS number"
                " ON CONFLICT DO NOTHING RETURNING id, public_id, created_at",
                [kind, [new_number() for _ in range(count - len(things))]],
            )
            things += [Thing(pk=pk, kind=kind, public_id=number, created_at=at) for pk, number, at in cursor]
    raise RuntimeError(f"no free public numbers found for {count} times {kind}")
