"""Numbered things of the city: lamps, trees, benches. Imported like zones: what is gone is marked, never deleted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from geo.models import Asset

FIELDS = ("point", "owner", "properties", "active", "source")


@dataclass(frozen=True)
class AssetRow:
    """One thing of a source, degrees in 4326."""

    number: str
    lon: float
    lat: float
    owner: str = ""
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class AssetDiff:
    """Numbers added, changed, gone (marked as no longer there) and unchanged."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.added)} added, {len(self.changed)} changed, {len(self.gone)} gone, "
            f"{len(self.unchanged)} unchanged"
        )


@transaction.atomic
def import_assets(rows: Iterable[AssetRow], *, layer: str, source: str, dry_run: bool = False) -> AssetDiff:
    """Bring the things of `layer` to the state of a source. The last row of a number wins."""
    diff = AssetDiff()
    present = {asset.number: asset for asset in Asset.objects.filter(layer=layer).select_for_update()}
    incoming = {row.number: row for row in rows}
    create, update = [], []
    for number, row in incoming.items():
        asset = present.get(number)
        if asset is None:
            diff.added.append(number)
            create.append(fill(Asset(layer=layer, number=number), row, source))
        elif asset.active and same(asset, row):
            diff.unchanged.append(number)
        else:
            diff.changed.append(number)
            update.append(fill(asset, row, source))
    for number, asset in present.items():
        if number not in incoming and asset.active:
            diff.gone.append(number)
            asset.active = False
            update.append(asset)
    if not dry_run:
        Asset.objects.bulk_create(create, batch_size=2_000)
        Asset.objects.bulk_update(update, FIELDS, batch_size=500)
    return diff


def fill(asset: Asset, row: AssetRow, source: str) -> Asset:
    asset.point = Point(row.lon, row.lat, srid=4326)
    asset.owner, asset.properties, asset.active, asset.source = row.owner, row.properties, True, source
    return asset


def same(asset: Asset, row: AssetRow) -> bool:
    """Whether a row says nothing new. Points are compared to about a centimetre, for they pass through text."""
    near = abs(asset.point.x - row.lon) < 1e-7 and abs(asset.point.y - row.lat) < 1e-7
    return near and asset.owner == row.owner and asset.properties == row.properties
