"""The SQL behind the tiles of zones and basemap. Extent 4096, buffer 64, as the Mapbox specification proposes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from geo.tiles import Tile

# From which zoom on a street of a rank (see geo.sources.osm.STREET_RANKS) is drawn.
RANK_ZOOMS = ((1, 8), (2, 10), (3, 11), (4, 12), (5, 14), (6, 14))
# A name is worth its bytes once it can be written along the street.
NAMES_FROM_ZOOM = 13
SMALLEST_PIXELS = 3


def zones_tile(tile: Tile, layer: str, day: date) -> bytes:
    """MVT layer `zones`: code, name, label of the versions of `layer` valid on `day`."""
    wanted = {"z": tile.z, "x": tile.x, "y": tile.y, "layer": layer, "day": day, "pixel": tile.pixel_m}
    return _one(ZONES, wanted)


def base_tile(tile: Tile) -> bytes:
    """MVT layers `water`, `green`, `built` (buildings), `rail`, `streets` (name, kind, rank)."""
    ranks = [rank for rank, zoom in RANK_ZOOMS if tile.z >= zoom]
    wanted: dict[str, float | bool] = {
        "z": tile.z,
        "x": tile.x,
        "y": tile.y,
        "pixel": tile.pixel_m,
        "rank": max(ranks, default=0),
        "names": tile.z >= NAMES_FROM_ZOOM,
        "smallest": SMALLEST_PIXELS,
        "buildings": tile.z >= 14,
    }
    return _one(BASE, wanted)


def _one(sql: str, wanted: Mapping[str, Any]) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(sql, wanted)
        (body,) = cursor.fetchone()
    return bytes(body or b"")


ZONES = """
WITH tile AS MATERIALIZED (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS square,
           -- A shade more than the tile, so that borders at its edge are there, cut to what Mercator can hold.
           ST_Transform(ST_Intersection(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.02),
                                        ST_TileEnvelope(0, 0, 0)), 4326) AS degrees
), shapes AS (
    SELECT zone.code, zone.name, coalesce(nullif(zone.names->>'de', ''), zone.name) AS label,
           ST_AsMVTGeom(ST_SimplifyPreserveTopology(ST_Transform(zone.geometry, 3857), %(pixel)s / 2), tile.square)
               AS geom
      FROM tile, geo_zone zone JOIN geo_zonelayer layer ON layer.id = zone.layer_id
     WHERE layer.key = %(layer)s AND zone.valid @> %(day)s::date AND zone.geometry && tile.degrees
       AND zone.area_m2 > power(%(pixel)s / 2, 2)
     ORDER BY zone.code
)
SELECT ST_AsMVT(shapes, 'zones') FROM shapes WHERE geom IS NOT NULL
"""

BASE = """
WITH tile AS MATERIALIZED (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS square,
           ST_Transform(ST_Intersection(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.02),
                                        ST_TileEnvelope(0, 0, 0)), 4326) AS degrees
), covers AS MATERIALIZED (
    SELECT cover.kind, nullif(cover.name, '') AS name,
           ST_AsMVTGeom(ST_Simplify(ST_Transform(cover.geometry, 3857), %(pixel)s / 2), tile.square) AS geom
      FROM tile, geo_landcover cover
     WHERE cover.geometry && tile.degrees AND cover.size_m > %(pixel)s * %(smallest)s
       AND (cover.kind <> 'building' OR %(buildings)s)
     ORDER BY cover.size_m DESC, cover.id
), lines AS (
    SELECT street.kind, street.rank, CASE WHEN %(names)s THEN nullif(street.name, '') END AS name,
           ST_AsMVTGeom(ST_Simplify(ST_Transform(street.geometry, 3857), %(pixel)s / 2), tile.square) AS geom
      FROM tile, geo_street street
     WHERE street.geometry && tile.degrees AND street.rank <= %(rank)s
     ORDER BY street.rank DESC, street.id
)
SELECT coalesce((SELECT ST_AsMVT(part, 'water') FROM covers part WHERE kind = 'water' AND geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(part, 'green') FROM covers part WHERE kind IN ('green', 'wood') AND geom IS NOT NULL),
                '')
    || coalesce((SELECT ST_AsMVT(part, 'built') FROM covers part WHERE kind = 'building' AND geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(part, 'rail') FROM covers part WHERE kind = 'rail' AND geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(part, 'streets') FROM lines part WHERE geom IS NOT NULL), '')
"""
