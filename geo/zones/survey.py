"""Overlaps and gaps of a layer: told at every import, for each is a place where the answer may surprise."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.zones import shapes

# Borders drawn twice differ by centimetres; what is smaller than a table is not worth a line.
WORTH_TELLING_M2 = 1.0


def overlaps(codes: Sequence[str], geometries: np.ndarray) -> list[tuple[str, str, float]]:
    """Pairs of codes with more than 1 m² in common, the largest first."""
    one, other = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    shared = shapes.areas_m2(shapely.intersection(geometries[one], geometries[other])) if len(one) else np.array([])
    found = [
        (*sorted((codes[a], codes[b])), float(area))
        for a, b, area in zip(one, other, shared, strict=True)
        if area > WORTH_TELLING_M2
    ]
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))


def gaps(geometries: np.ndarray, *, within: BaseGeometry | None = None) -> list[tuple[float, float, float]]:
    """(m², lon, lat) of ground above 1 m² that the layer encloses but does not hold, the largest first; with
    `within` (the city) everything of it that the layer leaves out."""
    held = shapely.union_all(geometries)
    missing: Sequence[BaseGeometry] = shapes.holes(held)
    if within is not None:
        missing = [part for part in shapes.flat_parts(within.difference(held)) if part.geom_type == "Polygon"]
    sized = [(shapes.area_m2(part), part.representative_point()) for part in missing]
    return sorted(((area, spot.x, spot.y) for area, spot in sized if area > WORTH_TELLING_M2), reverse=True)
