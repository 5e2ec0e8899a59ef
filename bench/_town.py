"""A town of any size, made set by set in the database: reports around 300 centres, as dense as a large city has them.

Not through the services, for a million reports would take an hour; so only what reading needs is true. Keys, indexes
and triggers are taken off meanwhile and put back, which also proves that every row obeys them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from mangel import tile_counts
from mangel.models import Report
from mangel.triggers import APPEND, CELL_SHIFT, GRID, ON_MAP, WORLD_M
from threads.numbers import check_digit

CHUNK = 100_000
TABLES = ("threads_thing", "mangel_report", "mangel_decision", "mangel_entry", "photos_photo")
TILES_AND_NEWS = ("mangel_tiledelta", "mangel_tilecount", "mangel_reportchange")

CENTRES = """
CREATE TABLE IF NOT EXISTS bench_centre AS
WITH city AS (SELECT ST_X(centre) AS lon, ST_Y(centre) AS lat FROM geo_city)
SELECT number, lon + (random() - 0.5) * 0.36 AS lon, lat + (random() - 0.5) * 0.22 AS lat,
       250 + 650 * random() AS spread_m, code
  FROM city, generate_series(0, 299) AS number,
       LATERAL (SELECT code FROM geo_zone JOIN geo_zonelayer layer ON layer.id = layer_id
                 WHERE layer.key = 'district' AND upper_inf(valid) ORDER BY md5(number || code) LIMIT 1) AS district
"""
# Nine of ten were done some weeks after they came in, four of a hundred never, the rest is declined or on its way.
REPORTS = """
WITH category AS (
    SELECT id, row_number() OVER (ORDER BY frequent DESC, rank, code) - 1 AS n, count(*) OVER () AS of
      FROM mangel_category WHERE parent_id IS NOT NULL AND active AND privacy = 'public' AND place = 'required'
), office AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS of FROM mangel_office WHERE active
), dice AS MATERIALIZED (
    SELECT g, number, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e,
           floor(300 * power(random(), 1.7))::int AS centre, power(random(), 1.6) AS matter,
           now() - random() * interval '10 years' AS came
      FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS given (number, g)
), told AS (
    SELECT dice.*, centre.lon, centre.lat, centre.spread_m, centre.code, category.id AS category, office.id AS office,
           CASE WHEN d < 0.04 THEN NULL ELSE came + (-ln(e) * 18 + 0.2) * interval '1 day' END AS ends
      FROM dice
      JOIN bench_centre centre ON centre.number = dice.centre
      JOIN category ON category.n = floor(matter * category.of)
      JOIN office ON office.n = (category.id %% office.of)
), thing AS (
    INSERT INTO threads_thing (kind, public_id, created_at)
    SELECT 'report', number, came FROM told RETURNING id, public_id
)
INSERT INTO mangel_report (
    thing_id, public_id, category_id, description, public_text, text_check, place_hint, answers, language, point,
    accuracy_m, place_source, address, near_address, district_code, office_id, state, declined_reason_id, visibility,
    hazard, waiting, priority, file_reference, reopened, created_at, updated_at, resolved_at, react_due_at, month,
    fresh, channel, tracking_kid, tracking_version, support_count)
SELECT thing.id, thing.public_id, category,
       CASE WHEN a < 0.7 THEN 'Meldung ' || number || ' ' || md5(number) ELSE '' END,
       CASE WHEN a < 0.7 THEN 'Meldung ' || number || ' ' || md5(number) ELSE '' END,
       CASE WHEN a < 0.7 THEN 'shown' ELSE 'waiting' END, '', '{}', 'de',
       ST_SetSRID(ST_MakePoint(lon + spread_m / 70000 * sqrt(-2 * ln(1 - a)) * cos(6.283185 * b),
                               lat + spread_m / 111000 * sqrt(-2 * ln(1 - a)) * sin(6.283185 * b)), 4326)::geography,
       8, 'gps', '', 'Straße ' || (centre * 7 + floor(c * 7))::int || ' ' || (1 + floor(b * 120))::int, code, office,
       CASE WHEN ends < now() THEN CASE WHEN c < 0.07 THEN 'declined' ELSE 'resolved' END
            ELSE (ARRAY['received', 'accepted', 'in_progress', 'forwarded'])[1 + floor(c * 4)::int] END,
       CASE WHEN ends < now() AND c < 0.07 THEN (SELECT id FROM mangel_declinedreason ORDER BY id LIMIT 1) END,
       CASE WHEN b < 0.02 THEN 'private' ELSE 'public' END,
       false, '', 0, '', 0, came, least(coalesce(ends, came), now()), CASE WHEN ends < now() THEN ends END,
       came + interval '3 days', date_trunc('month', came)::date,
       ends IS NULL OR ends > now() - interval '30 days', 'app', 'k1', 1, 0
  FROM told JOIN thing ON thing.public_id = told.number
"""
BESIDE = [
    """
INSERT INTO mangel_decision (report_id, seq, office_id, rule_snapshot, zone_versions, reason_code, reason_params,
                             candidates, made_by, why, at)
SELECT report.id, 1, office_id, '{}', ARRAY[(SELECT id FROM geo_zone ORDER BY id LIMIT 1)],
       (SELECT code FROM mangel_reasontext ORDER BY code LIMIT 1), '{}', '[]', 'system', '', created_at
  FROM mangel_report report WHERE id > %(after)s
""",
    """
INSERT INTO mangel_entry (report_id, seq, kind, actor_role, public, old, new, at)
SELECT id, 1, 'received', 'reporter', true, '', 'received', created_at FROM mangel_report WHERE id > %(after)s
UNION ALL
SELECT id, 2, 'moved', 'office', true, 'received', state, updated_at FROM mangel_report
 WHERE id > %(after)s AND state <> 'received'
""",
    """
INSERT INTO photos_photo (thing_id, key, role, source, position, status, check_state, alt_text, alt_check, original,
                          sha256, media_type, size, width, height, upright, regions, detectors, show_when_ready,
                          rendition_token, attempts, failed_because, created_at)
SELECT thing_id, gen_random_uuid(), 'before', 'reporter', 0, 'ready', 'shown', '', 'waiting', 'originals/bench/' || id,
       md5(id::text) || md5(id::text), 'image/jpeg', 100000, 1200, 900, '', '[]', '', false,
       left(md5('t' || id), 22), 1, '', created_at
  FROM mangel_report WHERE id > %(after)s AND id %% 5 < 2
""",
]
# The ±1 rows that the trigger would have written, summed at once.
NET = APPEND.format(row="r", sign=1, shift=CELL_SHIFT, world=WORLD_M, grid=GRID)
NET = (
    NET[NET.index("SELECT") :]
    .replace("FROM (SELECT floor", "FROM mangel_report r, LATERAL (SELECT floor")
    .replace("AS cell;", f"AS cell WHERE {ON_MAP.format(row='r')}")
)
COUNT = """
INSERT INTO mangel_tilecount (cut, z, fresh, x, y, category_id, district_code, month, state, n, sum_x, sum_y)
SELECT %(cut)s, %(z)s, fresh, x >> %(finer)s, y >> %(finer)s, {category}, {district}, {month}, state,
       sum(n), sum(sum_x), sum(sum_y)
  FROM bench_net GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


def count_cells() -> None:
    """The counts behind the map, as folding every ±1 row would leave them (`mangel.tile_counts`)."""
    assert "LATERAL" in NET, "mangel.triggers.APPEND changed its shape"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE mangel_tilecount, mangel_tiledelta")
        columns = "x, y, sum_x, sum_y, category_id, state, district_code, month, fresh, n"
        cursor.execute(
            f"CREATE TEMP TABLE bench_net ON COMMIT DROP AS WITH one ({columns}) AS ({NET})"
            " SELECT x, y, category_id, state, district_code, month, fresh, sum(n)::int AS n,"
            " sum(sum_x)::bigint AS sum_x, sum(sum_y)::bigint AS sum_y FROM one GROUP BY 1, 2, 3, 4, 5, 6, 7"
        )
        for cut, told in tile_counts.CUTS.items():
            sql = COUNT.format(
                category="category_id" if told.category else "0",
                district="district_code" if told.district else "'*'",
                month="month"
                if told.month
                else "date_trunc('year', month)::date"
                if told.year
                else "date '0001-01-01'",
            )
            for z in tile_counts.levels_of(cut):
                cursor.execute(sql, {"cut": int(cut), "z": z, "finer": tile_counts.FINEST - z})


def public_number(body: int) -> str:
    """The `body`-th number with its check digit, as `threads.numbers` makes them."""
    digits = str(10_000_000 + body)
    return f"{digits}{check_digit(digits)}"


def grow_to(wanted: int, seed: float = 0.42) -> float:
    """Bring the town to `wanted` reports; returns the seconds it took. Deterministic but for the day it is run."""
    began, have = time.monotonic(), Report.objects.count()
    if have >= wanted:
        return 0.0
    with bare_tables(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [seed])
        cursor.execute(CENTRES)
        for first in range(have + 1, wanted + 1, CHUNK):
            with transaction.atomic():
                cursor.execute("SELECT coalesce(max(id), 0) FROM mangel_report")
                bodies = range(first, min(first + CHUNK, wanted + 1))
                told = {"numbers": [public_number(body) for body in bodies], "after": cursor.fetchone()[0]}
                for sql in (REPORTS, *BESIDE):
                    cursor.execute(sql, told)
    count_cells()
    with connection.cursor() as cursor:
        for table in (*TABLES, *TILES_AND_NEWS):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return time.monotonic() - began


@contextmanager
def bare_tables() -> Iterator[None]:
    """Without foreign keys, triggers of ours and indexes that no constraint needs; all are back afterwards."""
    back: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for table in TABLES:
            cursor.execute(
                """SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE conrelid = %s::regclass AND contype = 'f'""",
                [table],
            )
            for name, definition in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
                back.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table in TABLES:
            cursor.execute(
                """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
                    WHERE indrelid = %s::regclass AND NOT indisunique""",
                [table],
            )
            for name, definition in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
                back.append(definition)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield
        finally:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            for sql in sorted(back, key=lambda line: line.startswith("ALTER")):  # indexes first, keys use them
                cursor.execute(sql)


def densest(z: int, *, fresh: bool = False) -> tuple[int, int]:
    """x/y of the tile of zoom `z` that holds most reports."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT floor((ST_X(point_3857) / {WORLD_M} + 0.5) * 2 ^ %s)::int AS x,
                       floor((0.5 - ST_Y(point_3857) / {WORLD_M}) * 2 ^ %s)::int AS y
                  FROM mangel_report WHERE (fresh OR NOT %s) GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1""",
            [z, z, fresh],
        )
        return cursor.fetchone()
