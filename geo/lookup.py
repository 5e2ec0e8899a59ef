"""Which zones hold a point: answered in this process, without SQL per point.

Rules (PostGIS formulates them again in tests/geo/reference.py):
- A zone holds its border too. Where zones of one layer meet, a zone gives way to one of a lower code that only
  touches it there; where they really overlap (the point lies in their common area) all of them count.
- Only versions valid today in city time count. The index is rebuilt when the revision `geo` or `city` moves, or when
  the day comes on which a version starts or ends.
- A point in the city but in no district belongs to the nearest district within 500 m, flagged.
- No zone of the layer `city` (an empty database): every point is inside the city and its service area.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from geo import metric, revisions
from geo.models import City

NEAREST_DISTRICT_M = 500
# A fix worse than this says nothing about a zone; it also bounds the work for a hostile value.
MAX_REACH_M = 5_000
COMMON_AREA_M2 = 1.0


@dataclass(frozen=True, slots=True)
class ZoneHit:
    """A zone version that holds a point. `phrase`, `answer_label`: {language: text}, see `pwa.translated.pick`."""

    id: int  # primary key of the version
    layer: str
    code: str
    name: str = field(compare=False)
    area_m2: float = field(compare=False)
    phrase: dict[str, str] = field(compare=False)
    answer_label: dict[str, str] = field(compare=False)


class ZonesAt(tuple[ZoneHit, ...]):
    """The zones at one point, ordered by rank of layer, then smaller area, then code."""

    lon: float
    lat: float
    asked: ZoneIndex

    @classmethod
    def of(cls, hits: Iterable[ZoneHit], lon: float, lat: float, index: ZoneIndex) -> ZonesAt:
        zones = cls(hits)
        zones.lon, zones.lat, zones.asked = lon, lat, index
        return zones

    def by_layer(self, key: str) -> tuple[ZoneHit, ...]:
        """The hits of one layer, the smallest first."""
        return tuple(hit for hit in self if hit.layer == key)

    @cached_property
    def inside_city(self) -> bool:
        return not self.asked.has_city or any(hit.layer == "city" for hit in self)

    @cached_property
    def in_service_area(self) -> bool:
        """In the city or at most `City.service_radius_m` metres from it."""
        return self.inside_city or self.asked.metres_to_city(self.lon, self.lat) <= self.asked.service_radius_m

    @cached_property
    def _district(self) -> tuple[ZoneHit | None, bool]:
        if held := self.by_layer("district"):
            return held[0], False
        if not self.inside_city:
            return None, False
        nearest = self.asked.nearest(self.lon, self.lat, layer="district", radius_m=NEAREST_DISTRICT_M)
        return nearest, nearest is not None

    @property
    def district(self) -> ZoneHit | None:
        """The district, or the nearest within 500 m for a point of the city that lies in none."""
        return self._district[0]

    @property
    def district_flagged(self) -> bool:
        """Whether `district` is only the nearest."""
        return self._district[1]


class ZoneIndex:
    """All zone versions valid on one day, prepared for questions about points. Not changed once built."""

    def __init__(self, rows: Sequence[Sequence[Any]], *, city: City, until: date | None, day: date) -> None:
        """`rows`: id, layer key, code, name, area, phrase, answer_label, WKB in the order of the answers."""
        self.day, self.until = day, until
        self.service_radius_m = city.service_radius_m
        self.zones = [_hit(row) for row in rows]
        self.geometries = shapely.from_wkb([bytes(row[7]) for row in rows]) if rows else np.array([], dtype=object)
        self._layers: dict[str, list[int]] = {}
        for position, zone in enumerate(self.zones):
            self._layers.setdefault(zone.layer, []).append(position)
        self.has_city = "city" in self._layers
        self._by_code = {(zone.layer, zone.code): zone for zone in self.zones}
        self._overlaps: dict[tuple[int, int], BaseGeometry] = {}
        shapely.prepare(self.geometries)
        self._warm_up()
        self._tree = shapely.STRtree(self.geometries)

    def _warm_up(self) -> None:
        # GEOS fills a prepared geometry's point index at the first question and shapely lets threads run meanwhile:
        # ask once here, so that later questions only read.
        if len(self.geometries):
            west, south, east, north = shapely.bounds(self.geometries).T
            shapely.intersects_xy(self.geometries, (west + east) / 2, (south + north) / 2)

    # --- getting one -----------------------------------------------------------------------------------------------

    @classmethod
    def current(cls, *, known: Mapping[str, int] | None = None) -> ZoneIndex:
        """The index for today. `known`: revisions the caller has read already, which saves the only query."""
        global _built
        known = revisions.current() if known is None else known
        wanted = (known.get("geo", 0), known.get("city", 0))
        today = datetime.now(City.current(known=known).tz).date()
        built = _built
        if built is None or built[0] != wanted or not built[1].covers(today):
            with _building:
                built = _built
                if built is None or built[0] != wanted or not built[1].covers(today):
                    _built = built = (wanted, cls.build(City.current(known=known), today))
        return built[1]

    @classmethod
    def build(cls, city: City, day: date) -> ZoneIndex:
        """Read the versions valid on `day`. Two queries; 0.3 s for 11,000 zones."""
        with connection.cursor() as cursor:
            cursor.execute(VERSIONS_OF_A_DAY, [day])
            rows = cursor.fetchall()
            cursor.execute(NEXT_CHANGE, {"day": day})
            (until,) = cursor.fetchone()
        return cls(rows, city=city, until=until, day=day)

    def covers(self, day: date) -> bool:
        """Whether the same versions are valid on `day`."""
        return self.day <= day and (self.until is None or day < self.until)

    # --- questions -------------------------------------------------------------------------------------------------

    def at(self, lon: float, lat: float) -> ZonesAt:
        """The zones at lon/lat (degrees, 4326)."""
        found = self._tree.query(shapely.Point(lon, lat))
        if found.size:
            found = found[shapely.intersects_xy(self.geometries[found], lon, lat)]
        return ZonesAt.of(self._settle(sorted(found.tolist()), lon, lat), lon, lat, self)

    def at_many(self, lons: Sequence[float], lats: Sequence[float]) -> list[ZonesAt]:
        """`at` for arrays of equal length, in their order."""
        x, y = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError("lons and lats must be two flat arrays of equal length")
        which, found = self._tree.query(shapely.points(x, y))
        held = shapely.intersects_xy(self.geometries[found], x[which], y[which])
        hits: list[list[int]] = [[] for _ in range(len(x))]
        for position, zone in zip(which[held].tolist(), found[held].tolist(), strict=True):
            hits[position].append(zone)
        return [
            ZonesAt.of(self._settle(sorted(found_here), lon, lat), lon, lat, self)
            for found_here, lon, lat in zip(hits, x.tolist(), y.tolist(), strict=True)
        ]

    def _settle(self, found: list[int], lon: float, lat: float) -> list[ZoneHit]:
        """Apply the border rule to the positions of all zones whose closed area holds the point."""
        zones = self.zones
        hits = [zones[position] for position in found]
        if len({hit.layer for hit in hits}) == len(hits):
            return hits
        return [
            hit
            for hit, mine in zip(hits, found, strict=True)
            if not any(
                other.layer == hit.layer and other.code < hit.code and not self._overlap_at(mine, theirs, lon, lat)
                for other, theirs in zip(hits, found, strict=True)
            )
        ]

    def _overlap_at(self, one: int, other: int, lon: float, lat: float) -> bool:
        """Whether two zones, both holding the point, share ground there and not only a border."""
        pair = self.geometries[[one, other]]
        if shapely.contains_xy(pair, lon, lat).any():  # inside one: then the other's edge lies within it
            return True
        key = (min(one, other), max(one, other))
        if key not in self._overlaps:
            self._overlaps[key] = common_ground(*self.geometries[list(key)])
        return bool(shapely.intersects_xy(self._overlaps[key], lon, lat))

    def metres_to_city(self, lon: float, lat: float) -> float:
        """Metres to the nearest spot of the city, 0 inside."""
        cities = self.geometries[self._layers.get("city", [])]
        return min((metric.distance_to_m(city, lon, lat) for city in cities), default=0.0)

    def nearest(self, lon: float, lat: float, *, layer: str, radius_m: float) -> ZoneHit | None:
        """The zone of `layer` nearest to lon/lat within `radius_m` metres; of equally near ones the lowest code."""
        near = [
            (metric.distance_to_m(self.geometries[position], lon, lat), self.zones[position].code, position)
            for position in self._around(lon, lat, radius_m, layer)
        ]
        distance, _, position = min(near, default=(float("inf"), "", -1))
        return self.zones[position] if distance <= radius_m else None

    def reachable(self, lon: float, lat: float, radius_m: float, layer: str) -> tuple[tuple[ZoneHit, ...], bool]:
        """The zones of `layer` that a circle of `radius_m` metres (at most 5 km count) reaches, and whether a spot
        of the circle lies in none of them."""
        radius_m = min(radius_m, MAX_REACH_M)
        here = shapely.Point(0, 0)
        flat = {
            position: metric.flat_around(self.geometries[position], lon, lat)
            for position in self._around(lon, lat, radius_m, layer)
        }
        flat = {position: ground for position, ground in flat.items() if ground.distance(here) <= radius_m}
        circle = here.buffer(radius_m) if radius_m > 0 else here
        uncovered = circle.difference(shapely.union_all(list(flat.values())))
        none_possible = uncovered.area > COMMON_AREA_M2 or not any(ground.intersects(here) for ground in flat.values())
        return tuple(self.zones[position] for position in sorted(flat)), none_possible

    def by_code(self, layer: str, code: str) -> ZoneHit | None:
        """The version of a zone that is valid now, None if there is none."""
        return self._by_code.get((layer, code))

    def touching(self, ground: BaseGeometry, layers: Collection[str]) -> list[int]:
        """Positions of the zones of `layers` that share a spot with `ground` (4326), in the order of the answers."""
        found = self._tree.query(ground)
        if found.size:
            found = found[shapely.intersects(self.geometries[found], ground)]
        return [position for position in sorted(found.tolist()) if self.zones[position].layer in layers]

    def _around(self, lon: float, lat: float, radius_m: float, layer: str) -> list[int]:
        boxed = self._tree.query(metric.box_around(lon, lat, radius_m)).tolist()
        return [position for position in boxed if self.zones[position].layer == layer]


def zones_at(lon: float, lat: float) -> ZonesAt:
    """The zones at lon/lat (degrees, 4326) today. One small query to see whether zones changed."""
    return ZoneIndex.current().at(lon, lat)


def zones_at_many(lons: Sequence[float], lats: Sequence[float]) -> list[ZonesAt]:
    """`zones_at` for arrays."""
    return ZoneIndex.current().at_many(lons, lats)


def reachable(lon: float, lat: float, radius_m: float, layer: str) -> tuple[tuple[ZoneHit, ...], bool]:
    """See `ZoneIndex.reachable`."""
    return ZoneIndex.current().reachable(lon, lat, radius_m, layer)


def common_ground(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """The area two zones share, without the lines and points where they only touch."""
    shared = shapely.intersection(one, other)
    return shapely.union_all([part for part in shapely.get_parts(shared) if part.geom_type == "Polygon"])


def _hit(row: Sequence[Any]) -> ZoneHit:
    pk, layer, code, name, area, phrase, answer_label, _ground = row
    return ZoneHit(pk, layer, code, name, area, _texts(phrase), _texts(answer_label))


def _texts(stored: str | dict[str, str]) -> dict[str, str]:
    return json.loads(stored) if isinstance(stored, str) else stored


_built: tuple[tuple[int, int], ZoneIndex] | None = None
_building = threading.Lock()

VERSIONS_OF_A_DAY = """
    SELECT zone.id, layer.key, zone.code, zone.name, zone.area_m2, zone.phrase, zone.answer_label,
           ST_AsBinary(zone.geometry)
      FROM geo_zone zone JOIN geo_zonelayer layer ON layer.id = zone.layer_id
     WHERE zone.valid @> %s::date
     ORDER BY layer.rank, layer.key, zone.area_m2, zone.code COLLATE "C"
"""
NEXT_CHANGE = """
    SELECT min(day) FROM (
        SELECT lower(valid) AS day FROM geo_zone UNION ALL SELECT upper(valid) FROM geo_zone
    ) changes WHERE day > %(day)s
"""
