"""Metres between lon/lat positions without a database: exact to a millimetre within a zone, to a metre over 20 km."""

from math import cos, hypot, radians, sin, sqrt

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

# GRS 80, the ellipsoid of ETRS89 (WGS 84 differs by 0.1 mm).
SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006_694_380_022_90


def metres_per_degree(lat: float) -> tuple[float, float]:
    """How many metres one degree of longitude and one of latitude measure at `lat` (degrees)."""
    phi = radians(lat)
    w = 1 - ECCENTRICITY_SQUARED * sin(phi) ** 2
    east = radians(SEMI_MAJOR_M / sqrt(w) * cos(phi))
    north = radians(SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / w**1.5)
    return east, north


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two positions (degrees), by the middle latitude; good to about 100 km."""
    east, north = metres_per_degree((lat1 + lat2) / 2)
    return hypot((lon2 - lon1) * east, (lat2 - lat1) * north)


def flat_around(geometry: BaseGeometry, lon: float, lat: float) -> BaseGeometry:
    """`geometry` (4326) in metres east and north of lon/lat."""
    scale = np.array(metres_per_degree(lat))
    return shapely.transform(geometry, lambda coordinates: (coordinates - (lon, lat)) * scale)


def distance_to_m(geometry: BaseGeometry, lon: float, lat: float) -> float:
    """Metres from lon/lat to the nearest spot of `geometry` (4326), 0 inside."""
    here = shapely.Point(0, 0)
    nearest = shapely.shortest_line(here, flat_around(geometry, lon, lat))
    if nearest is None or nearest.is_empty:
        return float("inf")
    x, y = nearest.coords[-1]
    east, north = metres_per_degree(lat)
    # Far from `lat` a degree of longitude has another length: measure the found pair once more.
    return distance_m(lon, lat, lon + x / east, lat + y / north)


def box_around(lon: float, lat: float, radius_m: float) -> BaseGeometry:
    """The square of `radius_m` metres to each side of lon/lat, in degrees, a little generous."""
    east, north = metres_per_degree(min(abs(lat) + radius_m / 111_000, 89.9))
    dx, dy = 1.01 * radius_m / east, 1.01 * radius_m / north
    return shapely.box(lon - dx, lat - dy, lon + dx, lat + dy)
