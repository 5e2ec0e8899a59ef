"""Database triggers of Report: map counts and the public change feed, whoever writes the row.

A trigger cannot be forgotten by a writer, a bulk import or a hand at the database; it runs in the
report's own transaction. See docs/decisions/0003-report-triggers.md.
"""

import pgtrigger

# One row counts on the map while it is public, not merged, and has a place.
ON_MAP = "({row}.visibility = 'public' AND {row}.merged_into_id IS NULL AND {row}.point IS NOT NULL)"
WORLD_M = 40075016.685578488  # width of Web Mercator (EPSG:3857) in metres
GRID = 2**32  # positions are kept as whole units of 1/2^32 of that width
CELL_SHIFT = 16  # 2^32 units / 2^16 cells: the finest grid (zoom 13 tiles, 8 cells a side)

APPEND = """
    INSERT INTO mangel_tiledelta (x, y, sum_x, sum_y, category_id, state, district_code, month, fresh, n)
    SELECT (gx >> {shift})::int, (gy >> {shift})::int, {sign} * gx, {sign} * gy, {row}.category_id, {row}.state,
           {row}.district_code, {row}.month, {row}.fresh, {sign}
    FROM (SELECT floor((ST_X({row}.point_3857) / {world} + 0.5) * {grid})::bigint AS gx,
                 floor((0.5 - ST_Y({row}.point_3857) / {world}) * {grid})::bigint AS gy) AS cell;
"""


def append(row: str, sign: int) -> str:
    """SQL that appends one ±1 row for the OLD or NEW report."""
    return APPEND.format(row=row, sign=sign, shift=CELL_SHIFT, world=WORLD_M, grid=GRID)


COUNTED = ["visibility", "merged_into_id", "category_id", "state", "district_code", "month", "fresh"]
UNCHANGED = " AND ".join(f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}" for name in COUNTED)

TILE_TRIGGER = pgtrigger.Trigger(
    name="count_on_map",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=f"""
    IF TG_OP = 'UPDATE' THEN
        IF {UNCHANGED} AND OLD.point::geometry IS NOT DISTINCT FROM NEW.point::geometry THEN RETURN NULL; END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF {ON_MAP.format(row="OLD")} THEN {append("OLD", -1)} END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF {ON_MAP.format(row="NEW")} THEN {append("NEW", 1)} END IF;
    END IF;
    RETURN NULL;
    """,
)

SHOWN = "({row}.visibility = 'public' AND {row}.merged_into_id IS NULL)"

CHANGE_TRIGGER = pgtrigger.Trigger(
    name="announce_change",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    # Only our own constants go in.
    func=f"""
    IF {SHOWN.format(row="NEW")} THEN
        IF TG_OP = 'UPDATE' THEN
            -- Writers touch updated_at for whatever the public can see (notes, photos, state).
            IF OLD.updated_at = NEW.updated_at AND {SHOWN.format(row="OLD")} AND OLD.fresh = NEW.fresh
               AND OLD.support_count = NEW.support_count THEN
                RETURN NULL;
            END IF;
        END IF;
        INSERT INTO mangel_reportchange (xid, public_id, state, gone, at)
        VALUES (pg_current_xact_id()::text::bigint, NEW.public_id, NEW.state, false, now());
    ELSIF TG_OP = 'UPDATE' THEN
        IF {SHOWN.format(row="OLD")} THEN
            INSERT INTO mangel_reportchange (xid, public_id, state, gone, at)
            VALUES (pg_current_xact_id()::text::bigint, NEW.public_id, '', true, now());
        END IF;
    END IF;
    RETURN NULL;
    """,
)
