"""manage.py import_assets FILE --layer KEY --number-field F"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.assets import AssetRow, import_assets
from geo.sources import tables
from geo.zones import ImportRefused
from pwa.errors import DomainError

NUMBER = ("number", "nummer", "nr", "id", "ref", "baumnummer", "leuchtennummer")
OWNER = ("owner", "eigentümer", "eigentuemer", "betreiber", "operator")


class Command(BaseCommand):
    help = (
        "Bring the numbered things of one kind (lamp, tree, bench …) to the state of a file: CSV with lon and lat, "
        "GeoJSON, GeoPackage, Shapefile. What the file lacks is marked as gone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--layer", required=True, help="kind of thing, for example lamp")
        parser.add_argument("--number-field", help="column holding the number that is written on the thing")
        parser.add_argument("--owner-field", help="column holding its owner")
        parser.add_argument("--srid", type=int)
        parser.add_argument("--source", default="")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            rows = tables.point_rows(path, srid=options["srid"])
            names = (options["number_field"].lower(),) if options["number_field"] else NUMBER
            number = tables.column(rows, names, "--number-field")
            owner = (options["owner_field"].lower(),) if options["owner_field"] else OWNER
            diff = import_assets(
                [asset(row, number, owner) for row in rows],
                layer=options["layer"],
                source=options["source"] or path.name,
                dry_run=options["dry_run"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['layer']}: {diff}" + (" (dry run)" if options["dry_run"] else ""))


def asset(row: tables.Row, number: list[str], owner: tuple[str, ...]) -> AssetRow:
    """One thing. Raises ImportRefused naming the row."""
    written = tables.value(row, number)
    if not written or len(written) > 60:
        raise ImportRefused(f"row {row.position}: its number is empty or longer than 60 characters", field="number")
    assert row.geometry is not None  # noqa: S101  point_rows checked it
    # Through JSON text and back nothing may change, or every import would report a change.
    properties = {key: found for key, found in row.attributes.items() if found not in (None, "")}
    return AssetRow(written, row.geometry.x, row.geometry.y, tables.value(row, owner)[:120], properties)
