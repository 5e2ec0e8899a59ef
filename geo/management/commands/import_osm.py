"""manage.py import_osm FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo import basemap
from geo.sources import osm
from pwa.errors import DomainError


class Command(BaseCommand):
    help = (
        "Read streets, water, green, rails and house numbers from an OpenStreetMap extract (.osm.pbf, .osm.gz, .osm, "
        ".gpkg) into our tables and map tiles. Importing the same file again replaces what it brought before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="", help="under which name the rows are kept (default: the file's)")
        parser.add_argument("--buildings", action="store_true", help="draw buildings too (many rows)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            extract = osm.read(options["file"], buildings=options["buildings"])
            counts = basemap.replace_extract(extract, source=options["source"] or options["file"].name)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{counts.streets} stretches of street with {counts.street_names} names, {counts.covers} areas and lines "
            f"of water, green and rail, {counts.addresses} addresses. Show with the map: © OpenStreetMap contributors"
        )
