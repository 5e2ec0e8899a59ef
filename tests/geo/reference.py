"""The lookup's rules once more, in SQL: slow and obviously right. What `geo.lookup` says is held against it."""

from collections.abc import Sequence

import numpy as np
import shapely
from django.db import connection

from geo.lookup import ZoneIndex, ZonesAt
from geo.querysets import city_day

HITS = """
WITH spot AS (
    SELECT number, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point
      FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS given (lon, lat, number)
), held AS MATERIALIZED (
    SELECT spot.number, spot.point, zone.id, zone.layer_id, zone.code, zone.geometry
      FROM spot JOIN geo_zone zone ON ST_Intersects(zone.geometry, spot.point)
     WHERE zone.valid @> %(day)s::date AND (%(layer)s = '' OR zone.layer_id =
           (SELECT id FROM geo_zonelayer WHERE key = %(layer)s))
)
SELECT number, array_agg(id ORDER BY id) FROM held mine
 WHERE NOT EXISTS (  -- a neighbour of lower code that only touches here goes first
           SELECT FROM held other
            WHERE other.number = mine.number AND other.layer_id = mine.layer_id
              AND other.code COLLATE "C" < mine.code COLLATE "C"
              AND NOT ST_Intersects(ST_CollectionExtract(ST_Intersection(other.geometry, mine.geometry), 3),
                                    mine.point))
 GROUP BY number
"""

DISTRICT = """
SELECT zone.code FROM geo_zone zone JOIN geo_zonelayer layer ON layer.id = zone.layer_id
 WHERE layer.key = 'district' AND zone.valid @> %(day)s::date
   AND ST_Distance(zone.geometry::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography) <= 500
 ORDER BY ST_Distance(zone.geometry::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography), code
 LIMIT 1
"""

METRES_TO_CITY = """
SELECT min(ST_Distance(zone.geometry::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography))
  FROM geo_zone zone JOIN geo_zonelayer layer ON layer.id = zone.layer_id
 WHERE layer.key = 'city' AND zone.valid @> %(day)s::date
"""


def zone_sets(points: Sequence[tuple[float, float]], layer: str = "") -> list[frozenset[int]]:
    """For each point the primary keys of the zone versions that count there."""
    found: dict[int, frozenset[int]] = {}
    with connection.cursor() as cursor:
        lons, lats = zip(*points, strict=True)
        cursor.execute(HITS, {"lons": list(lons), "lats": list(lats), "day": city_day(), "layer": layer})
        for number, ids in cursor.fetchall():
            found[number] = frozenset(ids)
    return [found.get(number, frozenset()) for number in range(1, len(points) + 1)]


def disagreements(points: Sequence[tuple[float, float]], layer: str = "") -> list[tuple[float, float]]:
    """The points where the lookup and SQL name different zones."""
    ours = ZoneIndex.current().at_many(*map(list, zip(*points, strict=True)))
    theirs = zone_sets(points, layer)
    return [point for point, mine, sql in zip(points, ours, theirs, strict=True) if ids(mine, layer) != sql]


def ids(found: ZonesAt, layer: str) -> frozenset[int]:
    return frozenset(hit.id for hit in found if not layer or hit.layer == layer)


def one_value(sql: str, lon: float, lat: float):
    """The first column of the first row, None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"lon": lon, "lat": lat, "day": city_day()})
        row = cursor.fetchone()
    return row and row[0]


def random_points(layer: str, count: int, seed: int = 7) -> list[tuple[float, float]]:
    """Points all over the layer's extent and a little beyond."""
    west, south, east, north = shapely.total_bounds(grounds(layer))
    dice = np.random.default_rng(seed)
    margin_x, margin_y = (east - west) / 50, (north - south) / 50
    lons = dice.uniform(west - margin_x, east + margin_x, count)
    lats = dice.uniform(south - margin_y, north + margin_y, count)
    return list(zip(lons.tolist(), lats.tolist(), strict=True))


def border_points(layer: str, count: int, seed: int = 7, within_m: float = 1.0) -> list[tuple[float, float]]:
    """Points at most `within_m` metres from a border; every fifth one is exactly a corner of a border."""
    corners = np.concatenate([shapely.get_coordinates(ground) for ground in grounds(layer)])
    dice = np.random.default_rng(seed)
    start = dice.integers(0, len(corners) - 1, count)
    along = dice.uniform(0, 1, (count, 1))
    length = np.linalg.norm(corners[start + 1] - corners[start], axis=1, keepdims=True)
    # Two corners in a row are an edge, unless a ring ended between them; then the corner itself.
    on_edge = np.where(length < 0.02, corners[start] + along * (corners[start + 1] - corners[start]), corners[start])
    near = on_edge + dice.uniform(-within_m, within_m, (count, 2)) / 111_320 / np.sqrt(2)
    near[::5] = corners[start[::5]]
    return [(float(lon), float(lat)) for lon, lat in near]


def grounds(layer: str) -> np.ndarray:
    index = ZoneIndex.current()
    return np.array(
        [ground for zone, ground in zip(index.zones, index.geometries, strict=True) if zone.layer == layer],
        dtype=object,
    )
