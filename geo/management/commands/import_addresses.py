"""manage.py import_addresses FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo import basemap
from geo.sources import tables
from geo.zones import ImportRefused
from pwa.errors import DomainError

STREET = ("street", "addr:street", "strasse", "straße", "strname", "str", "strassenname")
NUMBER = ("housenumber", "addr:housenumber", "number", "hausnummer", "hnr", "nr", "hausnr")
POSTCODE = ("postcode", "addr:postcode", "plz", "postleitzahl", "zip")
PLACE = ("city", "addr:city", "place", "ort", "gemeinde", "ortsname", "town")


class Command(BaseCommand):
    help = (
        "Read house numbers from CSV (columns street, housenumber, postcode, city, lon, lat or their German names) or "
        "GeoJSON, plain or .gz. Importing the same source again replaces what it brought before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--srid", type=int, help="EPSG number of the two coordinate columns (default 4326)")
        parser.add_argument("--street-field", help="column holding the street")
        parser.add_argument("--number-field", help="column holding the house number, with its letter")
        parser.add_argument("--source", default="", help="under which name the rows are kept (default: the file's)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            rows = tables.point_rows(path, srid=options["srid"])
            street = tables.column(rows, chosen(options["street_field"]) or STREET, "--street-field")
            number = tables.column(rows, chosen(options["number_field"]) or NUMBER, "--number-field")
            written = basemap.replace_addresses(
                [address(row, street, number) for row in rows], source=options["source"] or path.name
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{written} addresses")


def chosen(field: str | None) -> tuple[str, ...]:
    return (field.lower(),) if field else ()


def address(row: tables.Row, street: list[str], number: list[str]) -> tuple[str, str, str, str, Any]:
    """street, number, postcode, place, point. Raises ImportRefused naming the row."""
    name = tables.value(row, street)
    if not name or "\x00" in name:
        raise ImportRefused(f"row {row.position}: it has no street", field="street")
    words = (name, tables.value(row, number), tables.value(row, POSTCODE), tables.value(row, PLACE))
    for word, most in zip(words, (200, 20, 10, 120), strict=True):
        if len(word) > most:
            raise ImportRefused(f"row {row.position}: {word[:30]!r}… is longer than {most} characters")
    return (*words, row.geometry)
