"""manage.py import_zones FILE --layer KEY --code-field F --name-field F"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from geo.models import ZoneLayer
from geo.sources import zone_files
from geo.zones import Diff, import_layer
from pwa.errors import DomainError


class Command(BaseCommand):
    help = (
        "Bring a layer to the state of a file: GeoJSON, GeoPackage, Shapefile or FlatGeobuf, plain, .gz or .zip, in "
        "any reference system. Prints the difference; a broken file changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--layer", required=True, help="key of the layer; a new one is made")
        parser.add_argument("--code-field", required=True, help="attribute holding the stable key of a zone")
        parser.add_argument("--name-field", required=True, help="attribute holding its name")
        parser.add_argument("--srid", type=int, help="EPSG number, where the file does not tell it (25832 is usual)")
        parser.add_argument("--source-layer", help="which layer of a GeoPackage")
        parser.add_argument("--buffer-m", type=float, default=0, help="half width in metres for lines and points")
        parser.add_argument("--code-map", type=Path, help="JSON object or CSV: their code, our code")
        parser.add_argument("--valid-from", type=date.fromisoformat, help="first day (default: today in the city)")
        parser.add_argument("--source", default="", help="where the file is from; default: its name")
        parser.add_argument("--licence", default="", help="licence of the layer")
        parser.add_argument("--attribution", default="", help="line that must be shown on every map")
        parser.add_argument("--dry-run", action="store_true", help="print the difference, write nothing")
        parser.add_argument("--force", action="store_true", help="end codes although something points at them")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            diff = self.run(options)
        except DomainError as error:
            raise CommandError(str(error)) from error
        for line in diff.lines():
            self.stdout.write(line)

    @transaction.atomic
    def run(self, options: dict[str, Any]) -> Diff:
        features = zone_files.read(
            options["file"],
            code_field=options["code_field"],
            name_field=options["name_field"],
            srid=options["srid"],
            source_layer=options["source_layer"],
            code_map=zone_files.read_code_map(options["code_map"]) if options["code_map"] else None,
        )
        diff = import_layer(
            features,
            layer=self.layer(options),
            source=options["source"] or options["file"].name,
            valid_from=options["valid_from"],
            buffer_m=options["buffer_m"],
            dry_run=options["dry_run"],
            force=options["force"],
        )
        if options["dry_run"]:
            transaction.set_rollback(True)  # also a layer made for it
        return diff

    def layer(self, options: dict[str, Any]) -> ZoneLayer:
        """The layer, made where it is new, with the licence and line given."""
        key = options["layer"]
        layer, new = ZoneLayer.objects.get_or_create(
            key=key, defaults={"names": {"de": key}, "rank": ZoneLayer.objects.count()}
        )
        if new:
            self.stdout.write(f"layer {key} is new; routing follows it once a category names it")
        told = {key: options[key] for key in ("source", "licence", "attribution") if options[key]}
        if told:
            ZoneLayer.objects.filter(pk=layer.pk).update(**told)
        return layer
