"""Vector tiles of public reports: the points themselves from zoom 14 on; below it, and where they are too many,
clusters from counted cells."""

# ruff: noqa: S608  the SQL is put together from constants of this module
import datetime as dt
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet, TextField

from geo.tiles import Tile
from mangel.catalogue import Catalogue
from mangel.filters import ReportFilter, leaf_ids
from mangel.models import Report
from mangel.states import State
from mangel.tile_counts import CUTS, FINEST, YEARS_OF, Cut, Telling, cut_for, levels_of
from mangel.triggers import GRID, WORLD_M

POINTS_FROM_Z = 14
# Nearer than this the counted cells are larger than a tile.
CROWDED_UP_TO_Z = 15
POINTS_MAX = 1_500
# Clusters lie in a grid of eight cells a tile at most; above zoom 5 a whole country is a handful of cells.
CELLS = 3
COARSEST = 5
EXTENT = 4096
LAST_MONTH = 12
BEGINNING, END = dt.date.min, dt.date(dt.MAXYEAR, LAST_MONTH, 1)
SPANS = 3
# Features a little outside are sent too, so that nothing is cut at a tile's edge.
BUFFER = 64


def report_tile(tile: Tile, wanted: ReportFilter) -> bytes:
    """One tile: layer `reports` (public_id, category, state) or `clusters` (count, and one count per state).

    `wanted` counts by month (`ReportFilter.by_month`); its bbox plays no part. One SQL or two, one more
    with categories.
    """
    with connection.cursor() as cursor:
        if tile.z >= POINTS_FROM_Z and not is_crowded(cursor, tile, wanted):
            cursor.execute(*points(tile, wanted))
        elif wanted.q:
            cursor.execute(*clusters_of_words(tile, wanted))
        else:
            cursor.execute(CLUSTERS_OF_CELLS, cells(tile, wanted))
        return bytes(cursor.fetchone()[0])


def is_crowded(cursor: Any, tile: Tile, wanted: ReportFilter) -> bool:
    """Whether a near tile holds so many reports that points would hide each other: those of many years in a large
    city. What is still open, and what has certain words, is never that much."""
    if tile.z > CROWDED_UP_TO_Z or wanted.is_default or wanted.q:
        return False
    cursor.execute(HOW_MANY, cells(tile, wanted, beside=0))
    return bool(cursor.fetchone()[0] > POINTS_MAX)


def on_tile(tile: Tile, wanted: ReportFilter) -> QuerySet[Report]:
    """The reports of a filter whose point lies on the tile, with its margin."""
    west, south, east, north = tile.bounds_3857
    margin = (east - west) * BUFFER / EXTENT
    box = Polygon.from_bbox((west - margin, south - margin, east + margin, north + margin))
    box.srid = 3857
    return wanted.apply(Report.objects.published()).filter(point_3857__bboverlaps=box).order_by()


def points(tile: Tile, wanted: ReportFilter) -> tuple[str, Any]:
    """SQL of the layer `reports`."""
    on_grid = Func(
        F("point_3857"),
        template=f"ST_AsMVTGeom(%(expressions)s, ST_TileEnvelope({tile.z}, {tile.x}, {tile.y}), {EXTENT}, {BUFFER})",
        output_field=TextField(),
    )
    reports = on_tile(tile, wanted).values("public_id", "state", code=F("category__code"), geom=on_grid)
    inner, params = reports.query.sql_with_params()
    return POINTS.format(reports=inner), params


def clusters_of_words(tile: Tile, wanted: ReportFilter) -> tuple[str, Any]:
    """SQL of the layer `clusters` for a search: cells know no words, so the found reports themselves are counted."""
    x, y = (Func(F("point_3857"), function=f"ST_{axis}", output_field=FloatField()) for axis in "XY")
    inner, params = on_tile(tile, wanted).values("state", px=x, py=y).query.sql_with_params()
    return CLUSTERS_OF_REPORTS.format(reports=inner, cells=2 ** (max(tile.z, COARSEST) + CELLS)), (
        *params,
        *position(tile),
    )


def cells(tile: Tile, wanted: ReportFilter, *, beside: int = 1) -> dict[str, Any]:
    """What COUNTED needs: the smallest cut that knows the filter, its cells on the tile and `beside` it."""
    asked = Telling(
        category=bool(wanted.categories),
        district=bool(wanted.districts),
        month=bool(wanted.since or wanted.until),
    )
    cut, level = cut_for(asked, min(tile.z, FINEST))
    coarser = max(0, level - max(tile.z, COARSEST))  # how often a counted cell is halved to become a cell of the map
    across = 2 ** (level + CELLS - tile.z)
    margin = beside * 2**coarser
    west, north = tile.x * across - margin, tile.y * across - margin
    size = across + 2 * margin
    finer = FINEST - level
    return {
        "z": tile.z,
        "tile_x": tile.x,
        "tile_y": tile.y,
        "level": level,
        "coarser": coarser,
        "finer": finer,
        "fresh": [True] if wanted.is_default else [True, False],
        # The full cut is found by category and district, and has too many columns to name.
        "columns": None if cut == Cut.FULL else list(range(west, west + size)),
        "west": west,
        "east": west + size - 1,
        "north": north,
        "south": north + size - 1,
        "delta_west": west << finer,
        "delta_east": ((west + size) << finer) - 1,
        "delta_north": north << finer,
        "delta_south": ((north + size) << finer) - 1,
        "states": list(wanted.states) or None,
        **kinds(cut, wanted),
        **times(cut, level, wanted),
    }


def kinds(cut: Cut, wanted: ReportFilter) -> dict[str, Any]:
    """Categories and districts, as asked for and as the cells name them: their index begins with them."""
    told, known = CUTS[cut], Catalogue.current().category_by_id
    categories = leaf_ids(wanted.categories) if wanted.categories else None
    districts = list(wanted.districts) or None
    return {
        "categories": categories,
        "districts": districts,
        "cell_categories": (list(known) if categories is None else categories) if told.category else [0],
        "cell_districts": districts if told.district else ["*"],
    }


def times(cut: Cut, level: int, wanted: ReportFilter) -> dict[str, Any]:
    """The first and last month, and up to three spans of cells that make up the time between: where the cut is kept by
    year, too, the whole years, and the months before and after them."""
    first = wanted.since.month if wanted.since else BEGINNING
    last = wanted.until.last_month if wanted.until else END
    whole = (first.year + (first.month > 1), last.year - (last.month < LAST_MONTH))
    by_year = YEARS_OF.get(cut)
    spans: list[tuple[Cut, dt.date, dt.date]] = [(cut, first, last)]
    if by_year is not None and level in levels_of(by_year) and whole[0] <= whole[1]:
        january, december = dt.date(whole[0], 1, 1), dt.date(whole[1], LAST_MONTH, 1)
        spans = [(by_year, january, december)]
        if first < january:
            spans.append((cut, first, dt.date(first.year, LAST_MONTH, 1)))
        if last > december:
            spans.append((cut, dt.date(last.year, 1, 1), last))
    told: dict[str, Any] = {"first": first, "last": last}
    for number in range(SPANS):
        of, begin, end = spans[number] if number < len(spans) else (None, None, None)
        told |= {f"cut_{number}": of, f"first_{number}": begin, f"last_{number}": end}
    return told


def position(tile: Tile) -> tuple[int, int, int]:
    return tile.z, tile.x, tile.y


PER_STATE = ", ".join(f"sum(n) FILTER (WHERE state = '{state}') AS {state}" for state in State.values)
COUNTS = ", ".join(f"coalesce({state}, 0)::int AS {state}" for state in State.values)

POINTS = f"""
SELECT ST_AsMVT(feature, 'reports', {EXTENT}, 'geom')
  FROM (SELECT geom, public_id, code AS category, state FROM ({{reports}}) found WHERE geom IS NOT NULL) feature
"""
# A cell's place on the map is the mean of its reports' places.
MVT_OF_CLUSTERS = f"""
SELECT ST_AsMVT(feature, 'clusters', {EXTENT}, 'geom')
  FROM (SELECT ST_AsMVTGeom(ST_SetSRID(ST_MakePoint((mean_x - 0.5) * {WORLD_M}, (0.5 - mean_y) * {WORLD_M}), 3857),
                            ST_TileEnvelope({{z}}, {{x}}, {{y}}), {EXTENT}, {BUFFER}) AS geom,
               count::int AS count, {COUNTS}
          FROM clusters) feature
 WHERE geom IS NOT NULL
"""
# Parameters are put in by the client, so PostgreSQL sees constants and drops what is not asked for.
IN_CELLS = """z = %(level)s AND fresh = ANY(%(fresh)s::bool[]) AND category_id = ANY(%(cell_categories)s::bigint[])
       AND (%(cell_districts)s::text[] IS NULL OR district_code = ANY(%(cell_districts)s::text[]))
       AND (%(columns)s::int[] IS NULL OR x = ANY(%(columns)s::int[]))
       AND x BETWEEN %(west)s AND %(east)s AND y BETWEEN %(north)s AND %(south)s
       AND (%(states)s::text[] IS NULL OR state = ANY(%(states)s::text[]))"""
# A span of time is a range: in a list, each of its months would be looked up by itself.
CELLS_OF_A_SPAN = f"""
    SELECT x >> %(coarser)s AS x, y >> %(coarser)s AS y, state, n, sum_x, sum_y
      FROM mangel_tilecount
     WHERE cut = %(cut_{{number}})s::int AND {IN_CELLS}
       AND month BETWEEN %(first_{{number}})s::date AND %(last_{{number}})s::date"""
NOT_FOLDED = """
    SELECT x >> (%(finer)s + %(coarser)s), y >> (%(finer)s + %(coarser)s), state, n, sum_x, sum_y
      FROM mangel_tiledelta
     WHERE fresh = ANY(%(fresh)s::bool[]) AND x BETWEEN %(delta_west)s AND %(delta_east)s
       AND y BETWEEN %(delta_north)s AND %(delta_south)s AND month BETWEEN %(first)s AND %(last)s
       AND (%(categories)s::bigint[] IS NULL OR category_id = ANY(%(categories)s::bigint[]))
       AND (%(districts)s::text[] IS NULL OR district_code = ANY(%(districts)s::text[]))
       AND (%(states)s::text[] IS NULL OR state = ANY(%(states)s::text[]))"""
COUNTED = "\n    UNION ALL".join([*(CELLS_OF_A_SPAN.format(number=number) for number in range(SPANS)), NOT_FOLDED])
HOW_MANY = f"SELECT coalesce(sum(n), 0) FROM ({COUNTED}) counted"
CLUSTERS_OF_CELLS = f"""
WITH counted AS ({COUNTED}), clusters AS (
    SELECT x, y, sum(n) AS count, {PER_STATE},
           (sum(sum_x) / sum(n) / {GRID})::float8 AS mean_x, (sum(sum_y) / sum(n) / {GRID})::float8 AS mean_y
      FROM counted GROUP BY x, y HAVING sum(n) > 0
)
""" + MVT_OF_CLUSTERS.format(z="%(z)s", x="%(tile_x)s", y="%(tile_y)s")
CLUSTERS_OF_REPORTS = f"""
WITH placed AS (
    SELECT state, 1 AS n, px / {WORLD_M} + 0.5 AS x, 0.5 - py / {WORLD_M} AS y FROM ({{reports}}) found
), clusters AS (
    SELECT sum(n) AS count, {PER_STATE}, avg(x) AS mean_x, avg(y) AS mean_y
      FROM placed GROUP BY floor(x * {{cells}}), floor(y * {{cells}})
)
""" + MVT_OF_CLUSTERS.format(z="%s", x="%s", y="%s")
