"""The counts behind the map below zoom 14: ±1 rows that writers append are folded into cells by one worker.

A tile reads cells + what is not folded yet, in one statement, so it is exact at any moment. Cells are kept in
several cuts (`TileCount.Cut`): by what a map is filtered most, each at every level; by two things at once, many rows,
at three levels; by all of them at the finest. Times are told by month, and by year: ten years are ten rows, not
a hundred and twenty.
"""

# ruff: noqa: S608  the SQL is put together from constants of this module
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from mangel.models import TileCount
from mangel.triggers import ON_MAP, append

Cut = TileCount.Cut
LEVELS = range(5, 14)
# Clusters lie in a grid of eight cells a tile; of two things asked for at once it may be one of four.
PAIR_LEVELS = (9, 11, 13)
PAIR_COARSER = 1
# A tile of zoom 13 is too small for many years.
PAIR_YEAR_LEVELS = (9, 11)
FULL_LEVELS = (13,)
# Deltas are in the finest grid there is: that of level 13.
FINEST = 13
BATCH = 5_000
LOCK = "mangel.tile_counts"


@dataclass(frozen=True, slots=True)
class Telling:
    """What a cut tells apart besides state and freshness."""

    category: bool = False
    district: bool = False
    month: bool = False
    year: bool = False


CUTS: dict[Cut, Telling] = {
    Cut.TOTAL: Telling(),
    Cut.BY_CATEGORY: Telling(category=True),
    Cut.BY_DISTRICT: Telling(district=True),
    Cut.BY_MONTH: Telling(month=True),
    Cut.BY_YEAR: Telling(year=True),
    Cut.CATEGORY_MONTH: Telling(category=True, month=True),
    Cut.CATEGORY_YEAR: Telling(category=True, year=True),
    Cut.DISTRICT_MONTH: Telling(district=True, month=True),
    Cut.DISTRICT_YEAR: Telling(district=True, year=True),
    Cut.FULL: Telling(category=True, district=True, month=True),
}
YEARS_OF = {
    Cut.BY_MONTH: Cut.BY_YEAR,
    Cut.CATEGORY_MONTH: Cut.CATEGORY_YEAR,
    Cut.DISTRICT_MONTH: Cut.DISTRICT_YEAR,
}


def levels_of(cut: Cut) -> Sequence[int]:
    match CUTS[cut]:
        case Telling(category=True, district=True):
            return FULL_LEVELS
        case Telling(category=True, year=True) | Telling(district=True, year=True):
            return PAIR_YEAR_LEVELS
        case Telling(category=True, month=True) | Telling(district=True, month=True):
            return PAIR_LEVELS
    return LEVELS


def cut_for(asked: Telling, z: int) -> tuple[Cut, int]:
    """The smallest cut that tells apart what is asked for, and its coarsest level that is as fine as a tile of zoom
    `z` (13 at most) needs."""
    for cut, told in CUTS.items():
        if told.category >= asked.category and told.district >= asked.district and told.month >= asked.month:
            needed = z - PAIR_COARSER if levels_of(cut) == PAIR_LEVELS else z
            if levels := [level for level in levels_of(cut) if level >= needed]:
                return cut, levels[0]
    raise ValueError(f"no cut has cells for zoom {z}")


def fold(batch: int = BATCH) -> int:
    """Fold up to `batch` appended rows; returns how many, 0 also if another worker is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, {"batch": batch, **kept_cuts()})
        folded, empty = cursor.fetchone()
        if empty:
            # Nobody else writes these rows, so their addresses hold until this transaction ends.
            cursor.execute("DELETE FROM mangel_tilecount WHERE ctid = ANY(%s::tid[])", [empty])
    return folded


def fold_all() -> int:
    """Fold until nothing waits; returns how many rows were folded."""
    total = 0
    while folded := fold():
        total += folded
    return total


def recount() -> None:
    """Throw the counts away and count all reports anew. Maps stay exact meanwhile: it is one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        # Writers wait until we are done, so that no ±1 row is lost or counted twice.
        cursor.execute("LOCK TABLE mangel_tiledelta IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM mangel_tilecount; DELETE FROM mangel_tiledelta")
        cursor.execute(COUNT_ALL)


def kept_cuts() -> dict[str, list[int] | list[bool]]:
    """The cuts and their levels as parallel lists, for `unnest`."""
    rows = [(cut, level, told) for cut, told in CUTS.items() for level in levels_of(cut)]
    return {
        "cuts": [int(cut) for cut, _level, _told in rows],
        "levels": [level for _cut, level, _told in rows],
        "category": [told.category for _cut, _level, told in rows],
        "district": [told.district for _cut, _level, told in rows],
        "month": [told.month for _cut, _level, told in rows],
        "year": [told.year for _cut, _level, told in rows],
    }


COUNT_ALL = f"""
DO $$
DECLARE one mangel_report%ROWTYPE;
BEGIN
    FOR one IN SELECT * FROM mangel_report r WHERE {ON_MAP.format(row="r")} LOOP {append("one", 1)} END LOOP;
END $$
"""
FOLD = f"""
WITH taken AS (
    DELETE FROM mangel_tiledelta
     WHERE id IN (SELECT id FROM mangel_tiledelta ORDER BY id LIMIT %(batch)s)
    RETURNING x, y, sum_x, sum_y, category_id, state, district_code, month, fresh, n
), net AS (
    SELECT x, y, category_id, state, district_code, month, fresh,
           sum(n) AS n, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y
      FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(n) <> 0 OR sum(sum_x) <> 0 OR sum(sum_y) <> 0
), kept AS (
    SELECT * FROM unnest(%(cuts)s::int[], %(levels)s::int[], %(category)s::bool[], %(district)s::bool[],
                         %(month)s::bool[], %(year)s::bool[])
                         AS kept (cut, z, by_category, by_district, by_month, by_year)
), summed AS (
    SELECT cut, z, fresh, x >> ({FINEST} - z) AS x, y >> ({FINEST} - z) AS y,
           CASE WHEN by_category THEN category_id ELSE 0 END AS category_id,
           CASE WHEN by_district THEN district_code ELSE '*' END AS district_code,
           CASE WHEN by_month THEN month WHEN by_year THEN date_trunc('year', month)::date
                ELSE '0001-01-01' END AS month,
           state, sum(n) AS n, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y
      FROM net CROSS JOIN kept GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    HAVING sum(n) <> 0 OR sum(sum_x) <> 0 OR sum(sum_y) <> 0
), merged AS (
    INSERT INTO mangel_tilecount AS base
           (cut, z, fresh, x, y, category_id, district_code, month, state, n, sum_x, sum_y)
    SELECT * FROM summed
    ON CONFLICT (cut, z, fresh, category_id, district_code, x, y, month, state) DO UPDATE
       SET n = base.n + EXCLUDED.n, sum_x = base.sum_x + EXCLUDED.sum_x, sum_y = base.sum_y + EXCLUDED.sum_y
    RETURNING base.ctid::text AS address, base.n, base.sum_x, base.sum_y
)
SELECT (SELECT count(*) FROM taken),
       (SELECT array_agg(address) FROM merged WHERE n = 0 AND sum_x = 0 AND sum_y = 0)
"""
