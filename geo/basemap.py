"""Our own quiet basemap and address book: written by imports, replaced source by source."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import shapely
from django.contrib.gis.geos import Point
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from geo import metric
from geo.folding import fold
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
            Street(name=name, kind=kind, rank=rank, search=fold(name), geometry=shapes.geos(line), source=source)
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
    rows = [
        Address(
            street=street,
            number=number,
            postcode=postcode,
            place=place,
            point=Point(spot.x, spot.y, srid=4326),
            search=address_search(street, number, postcode, place),
            source=source,
        )
        for street, number, postcode, place, spot in addresses
    ]
    Address.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def address_search(street: str, number: str, postcode: str, place: str) -> str:
    """The folded text an address is found by."""
    return fold(f"{street} {number} {postcode} {place}")[:400]


def size_m(ground: BaseGeometry) -> float:
    """Root of the area, or length, in metres: what decides from which zoom on it is seen."""
    if area := shapes.area_m2(ground):
        return sqrt(area)
    lon, lat = ground.centroid.coords[0]
    return float(metric.flat_around(ground, lon, lat).length)
