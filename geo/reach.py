"""Which sets of zones a position may lie in, given how exact it is."""

from collections.abc import Collection

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import metric
from geo.lookup import MAX_REACH_M, ZoneHit, ZoneIndex

# A sliver smaller than this is no place where something can be broken.
SLIVER_M2 = 1.0
SLIVER_SHARE = 0.01
UNIT_CIRCLE = shapely.Point(0, 0).buffer(1.0, quad_segs=8)


def possible_sets(
    index: ZoneIndex, lon: float, lat: float, radius_m: float, layers: Collection[str]
) -> list[tuple[ZoneHit, ...]]:
    """Every distinct set of zones of `layers` that holds a spot of the circle of `radius_m` metres (at most 5 km)
    around lon/lat (degrees, 4326). At least one set; an empty one where a spot lies in none.

    The circle is cut along the zones' borders, so a set is only named where there is ground for it.
    """
    radius_m = min(radius_m, MAX_REACH_M)
    metres = np.array(metric.metres_per_degree(lat))
    circle = shapely.transform(UNIT_CIRCLE, lambda xy: xy * (radius_m / metres) + (lon, lat))
    square_metres = float(metres.prod())
    sliver = min(SLIVER_M2, SLIVER_SHARE * circle.area * square_metres) / square_metres
    pieces: list[tuple[BaseGeometry, tuple[ZoneHit, ...]]] = [(circle, ())]
    for position in index.touching(circle, layers):
        zone, ground = index.zones[position], index.geometries[position]
        if shapely.contains_properly(ground, circle):
            pieces = [(piece, (*held, zone)) for piece, held in pieces]
            continue
        cut = [
            ((piece.intersection(ground), (*held, zone)), (piece.difference(ground), held)) for piece, held in pieces
        ]
        pieces = [part for parts in cut for part in parts if part[0].area > sliver] or pieces
    return list(dict.fromkeys(held for _piece, held in pieces))
