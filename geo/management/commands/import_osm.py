"""manage.py import_osm FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo import basemap
from geo.metric import metres_per_degree
from geo.models import City
from geo.sources import osm
from geo.zones import ImportRefused
from pwa.errors import DomainError

LARGE_BYTES = 100 * 2**20
AROUND_M = 5_000


class Command(BaseCommand):
    help = (
        "Read streets, water, green, rails and house numbers from an OpenStreetMap extract (.osm.pbf, .osm.gz, .osm, "
        ".gpkg) into our tables and map tiles. Importing the same file again replaces what it brought before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="", help="under which name the rows are kept (default: the file's)")
        parser.add_argument("--clip", action="store_true", help="only the city's map extent and 5 km around it")
        parser.add_argument("--everywhere", action="store_true", help="all of a file above 100 MB (much memory)")
        parser.add_argument("--buildings", action="store_true", help="draw buildings too (many rows)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bounds = self.bounds(options)
            extract = osm.read(options["file"], buildings=options["buildings"], bounds=bounds)
            counts = basemap.replace_extract(extract, source=options["source"] or options["file"].name)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{counts.streets} stretches of street with {counts.street_names} names, {counts.covers} areas and lines "
            f"of water, green and rail, {counts.addresses} addresses. Show with the map: © OpenStreetMap contributors"
        )

    def bounds(self, options: dict[str, Any]) -> tuple[float, float, float, float] | None:
        """What of the extract is read; None: all of it."""
        path: Path = options["file"]
        if not options["clip"]:
            if not options["everywhere"] and path.is_file() and path.stat().st_size > LARGE_BYTES:
                raise ImportRefused(
                    f"{path.name} is larger than 100 MB; add --clip to read only the city's surroundings"
                )
            return None
        city = City.current()
        if not city.name:
            raise ImportRefused("--clip needs a city; load its pack first (manage.py load_city_pack)")
        west, south, east, north = city.bounds
        east_m, north_m = metres_per_degree((south + north) / 2)
        dx, dy = AROUND_M / east_m, AROUND_M / north_m
        return west - dx, south - dy, east + dx, north + dy
