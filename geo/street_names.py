"""The list of street names that a search looks through."""

from collections.abc import Iterable

from django.db import connection

from geo.folding import fold
from geo.models import StreetName

Name = tuple[str, str, str]  # name, postcode, place


def learn(names: Iterable[Name]) -> None:
    """Add names that are not there yet."""
    rows = [
        StreetName(name=name, postcode=postcode, place=place, search=fold(f"{name} {place} {postcode}")[:400])
        for name, postcode, place in names
        if name
    ]
    StreetName.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)


def refresh() -> None:
    """After an import: add what is new, drop what no address and no street carries any more."""
    with connection.cursor() as cursor:
        cursor.execute(NEW)
        new = cursor.fetchall()
        cursor.execute(GONE)
    learn(new)


NEW = """
SELECT street, postcode, place FROM geo_address
 UNION SELECT name, '', '' FROM geo_street WHERE name <> ''
EXCEPT SELECT name, postcode, place FROM geo_streetname
"""
GONE = """
DELETE FROM geo_streetname known
 WHERE NOT EXISTS (SELECT FROM geo_address WHERE street = known.name AND postcode = known.postcode
                      AND place = known.place)
   AND NOT (known.postcode = '' AND known.place = '' AND EXISTS (
           SELECT FROM geo_street WHERE geo_street.name = known.name AND geo_street.name <> ''))
"""
