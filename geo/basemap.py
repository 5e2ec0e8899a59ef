"""Our own quiet basemap and address book: written by imports, replaced source by source."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import shapely
from django.db import connection, transaction
from shapely.geometry.base import BaseGeometry

from geo import metric, street_names
from geo.models import Address, Landcover, Street
from geo.sources.osm import Extract
from geo.zones import shapes

BATCH = 2_000


@dataclass(frozen=True)
class Counts:
    """How many rows an import wrote."""

    streets: int
    street_names: int
    covers: int
    addresses: int


@transaction.atomic
def replace_extract(extract: Extract, *, source: str) -> Counts:
    """Put an OpenStreetMap extract in the place of what `source` brought before."""
    for model in (Street, Landcover):
        model.objects.filter(source=source).delete()
    Street.objects.bulk_create(
        (
            Street(name=name, kind=kind, rank=rank, geometry=shapes.geos(line), source=source)
            for name, kind, rank, line in extract.streets
        ),
        batch_size=BATCH,
    )
    Landcover.objects.bulk_create(
        (
            Landcover(name=name, kind=kind, geometry=shapes.geos(ground), size_m=size_m(ground), source=source)
            for name, kind, ground in extract.covers
        ),
        batch_size=BATCH,
    )
    names = {name for name, *_ in extract.streets if name}
    written = replace_addresses(extract.addresses, source=source)
    return Counts(len(extract.streets), len(names), len(extract.covers), written)


@transaction.atomic
def replace_addresses(addresses: Iterable[tuple[str, str, str, str, shapely.Point]], *, source: str) -> int:
    """Put addresses (street, number, postcode, place, point 4326) in the place of what `source` brought before."""
    Address.objects.filter(source=source).delete()
    rows = 0
    # COPY: a large city has 200,000 of them.
    with connection.cursor() as cursor, cursor.copy(COPY_ADDRESSES) as copy:
        for street, number, postcode, place, spot in addresses:
            copy.write_row((street, number, postcode, place, f"SRID=4326;POINT({spot.x!r} {spot.y!r})", source))
            rows += 1
    street_names.refresh()
    return rows


COPY_ADDRESSES = "COPY geo_address (street, number, postcode, place, point, source) FROM STDIN"


def size_m(ground: BaseGeometry) -> float:
    """Root of the area, or length, in metres: what decides from which zoom on it is seen."""
    if area := shapes.area_m2(ground):
        return sqrt(area)
    lon, lat = ground.centroid.coords[0]
    return float(metric.flat_around(ground, lon, lat).length)
