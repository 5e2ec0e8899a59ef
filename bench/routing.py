"""Which zones lie here, and who is responsible: ours against the ORM, at 19, 457 and 10,997 zones."""

import random
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from bench import _figures as figures

SEED = 11
SINGLE, BATCH, BY_ORM = 20_000, 100_000, 600
DATA = {
    "19 districts": (),
    "86 + 371 areas of Cologne": (
        ("koeln_stadtteile.geojson.gz", "STT_NR", "STT_NAME"),
        ("koeln_stadtviertel.geojson.gz", "STV_NR", "STV_NAME"),
    ),
    "10,997 municipalities of Germany": (("vg5000_gemeinden_deutschland.geojson.gz", "AGS", "GEN"),),
}


def main() -> None:
    figures.begin()
    small = "--small" in sys.argv
    rows: list[list[object]] = []
    lines: dict[str, list[tuple[float, float]]] = {
        name: [] for name in ("ours, one point", "ours, in a batch", "ORM, one point")
    }
    for name, files in DATA.items():
        paths = [(Path(settings.MANGEL_TEST_DATA) / "geo" / file, code, label) for file, code, label in files]
        if not all(path.exists() for path, _code, _label in paths):
            print(f"{name}: no test data, left out")
            continue
        with laid(paths) as layers:
            zones, built_ms, single, batch, orm = compare(layers, scale=0.1 if small else 1)
        told = [built_ms, single, batch, 1e6 / batch, orm]
        rows.append([name, zones, *map(figures.number, told), f"{orm / single:.0f}×", f"{orm / batch:.0f}×"])
        for line, value in zip(lines, (single, batch, orm), strict=True):
            lines[line].append((zones, value))
    head = [
        "zones",
        "versions",
        "index built ms",
        "ours one µs",
        "ours batch µs",
        "points/s",
        "ORM one µs",
        "ORM / one",
        "ORM / batch",
    ]
    body = figures.table(head, rows) + "\n\n" + decisions(0.1 if small else 1)
    body += "\n\n![Time per point against number of zones](pictures/routing.svg)"
    figures.picture("routing", lines, across="zones", up="µs per point (median)", log="xy")
    figures.tell("routing", body)


@contextmanager
def laid(files: list[tuple[Path, str, str]]):
    """Layers of these files only, or the town's districts; everything is gone afterwards."""
    from geo.models import ZoneLayer
    from geo.sources import zone_files
    from geo.zones import import_layer

    with transaction.atomic():
        layers = ["district"]
        if files:
            # Other zones would cost the ORM something: close them.
            with connection.cursor() as cursor:
                cursor.execute("UPDATE geo_zone SET valid = 'empty'")
            layers = []
        for path, code, name in files:
            layer = ZoneLayer.objects.create(key=path.name.split(".")[0].replace("_", "-"), names={"de": path.name})
            import_layer(zone_files.read(path, code_field=code, name_field=name), layer=layer)
            layers.append(layer.key)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE geo_zone")
        yield layers
        transaction.set_rollback(True)


def compare(layers: list[str], *, scale: float) -> tuple[int, float, float, float, float]:
    """(versions, ms to build the index, µs for one of ours, µs each in a batch, µs by the ORM); medians."""
    from geo.lookup import ZoneIndex
    from geo.models import City, Zone
    from geo.querysets import city_day

    began = time.perf_counter_ns()
    index = ZoneIndex.build(City.current(), city_day())
    built_ms = (time.perf_counter_ns() - began) / 1e6
    points = points_over(index, layers)
    one = [took(partial(index.at, *point)) for point in points[: int(SINGLE * scale)]]
    lons, lats = (list(side) for side in zip(*points, strict=True))
    batch = [took(lambda: index.at_many(lons, lats)) / len(points) for _ in range(3)]
    today = city_day()

    def by_orm(lon: float, lat: float) -> list[tuple[str, str]]:
        here = Point(lon, lat, srid=4326)
        held = Zone.objects.filter(valid__contains=today, layer__key__in=layers, geometry__intersects=here)
        return list(held.values_list("layer__key", "code"))

    for point in points[:50]:  # inside, not on a border: both must say the same
        assert set(by_orm(*point)) == {(zone.layer, zone.code) for zone in index.at(*point) if zone.layer in layers}
    orm = [took(partial(by_orm, *point)) for point in points[: int(BY_ORM * max(scale, 0.2))]]
    return len(index.zones), built_ms, figures.median(one), min(batch), figures.median(orm)


def points_over(index, layers: list[str]) -> list[tuple[float, float]]:
    import shapely

    grounds = [g for z, g in zip(index.zones, index.geometries, strict=True) if z.layer in layers]
    west, south, east, north = shapely.total_bounds(np.array(grounds, dtype=object))
    dice = np.random.default_rng(SEED)
    lons, lats = dice.uniform(west, east, BATCH), dice.uniform(south, north, BATCH)
    return list(zip(lons.tolist(), lats.tolist(), strict=True))


def took(work: Callable[[], object]) -> float:
    """Microseconds of the wall clock; the median over many leaves out what others did meanwhile."""
    began = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - began) / 1e3


def decisions(scale: float) -> str:
    """`decide` with the town's rules: point in, office and reason out."""
    from geo import revisions
    from geo.lookup import ZoneIndex
    from mangel.routing import RoutingTable, decide

    rows = []
    with revisions.held():
        index, table = ZoneIndex.current(), RoutingTable.current()
        leaves, dice = table.catalogue.leaves(), random.Random(SEED)
        points = points_over(index, ["city"])[: int(SINGLE * scale)]
        for name, accuracy_m in (("exact point", None), ("± 8 m", 8.0), ("± 30 m", 30.0), ("± 150 m", 150.0)):
            times = []
            for lon, lat in points:
                category = dice.choice(leaves)
                times.append(took(lambda: decide(category=category, lon=lon, lat=lat, accuracy_m=accuracy_m)))  # noqa: B023
            rows.append([name, figures.number(figures.median(times)), figures.number(figures.p95(times)), len(times)])
    with_sql = [took(partial(decide, category=leaves[0], lon=point[0], lat=point[1])) for point in points[:500]]
    rows.append(
        [
            "exact point, asking first whether rules changed",
            figures.number(figures.median(with_sql)),
            figures.number(figures.p95(with_sql)),
            len(with_sql),
        ]
    )
    return "`decide` with the town's rules (target: median ≤ 100 µs)\n\n" + figures.table(
        ["place", "median µs", "p95 µs", "decisions"], rows
    )


if __name__ == "__main__":
    main()
