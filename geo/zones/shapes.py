"""From any geometry of a source to a valid MultiPolygon in 4326, saying what had to be mended."""

from math import isfinite
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo import metric

AREAS = ("Polygon", "MultiPolygon")
# What is left of a spike or a doubled edge after mending; smaller than a hand.
CRUMB_M2 = 0.01


class Unusable(ValueError):
    """This geometry cannot become a zone; the message says why."""


def as_area(geometry: BaseGeometry, *, buffer_m: float = 0) -> tuple[MultiPolygon, str]:
    """A valid MultiPolygon and what was wrong ("" if nothing). Lines and points become areas of `buffer_m` metres
    to each side. Raises Unusable: wrong numbers, no area."""
    geometry = shapely.force_2d(geometry)
    check_degrees(geometry)
    if not any(part.geom_type in AREAS for part in flat_parts(geometry)):
        geometry = widened(geometry, buffer_m)
    wrong = ""
    if not geometry.is_valid:
        wrong = shapely.is_valid_reason(geometry)
        geometry = shapely.make_valid(geometry)
    polygons = [part for part in flat_parts(geometry) if part.geom_type == "Polygon" and not part.is_empty]
    if wrong:
        polygons = [part for part in polygons if area_m2(part) > CRUMB_M2] or polygons
    if not polygons:
        raise Unusable("it encloses no area" + (f" after mending ({wrong})" if wrong else ""))
    area = MultiPolygon(polygons)
    if not area.is_valid:  # a collection whose members overlap
        area = MultiPolygon([part for part in flat_parts(shapely.union_all(polygons)) if part.geom_type == "Polygon"])
    return area, wrong


def flat_parts(geometry: BaseGeometry) -> list[Any]:
    """The single parts (shapely) of a geometry, also of nested collections."""
    if hasattr(geometry, "geoms"):
        return [single for part in geometry.geoms for single in flat_parts(part)]
    return [geometry]


def widened(geometry: BaseGeometry, buffer_m: float) -> BaseGeometry:
    """A line or point as an area, `buffer_m` metres to each side."""
    if geometry.is_empty:
        raise Unusable("its geometry is empty")
    if buffer_m <= 0:
        raise Unusable(f"it is a {geometry.geom_type}, not an area; give its half width with --buffer-m")
    lon, lat = geometry.centroid.coords[0]
    wide = metric.flat_around(geometry, lon, lat).buffer(buffer_m, quad_segs=4)
    scale = np.array(metric.metres_per_degree(lat))
    return shapely.transform(wide, lambda metres: metres / scale + (lon, lat))


def check_degrees(geometry: BaseGeometry) -> None:
    """Raise Unusable where coordinates cannot be degrees of longitude and latitude."""
    west, south, east, north = geometry.bounds if not geometry.is_empty else (0, 0, 0, 0)
    if not all(isfinite(number) for number in (west, south, east, north)):
        raise Unusable("its coordinates are not numbers")
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise Unusable(
            f"its coordinates ({west:g}, {south:g} …) are not degrees of longitude and latitude; "
            "name the file's reference system with --srid, for example --srid 25832"
        )


def area_m2(geometry: BaseGeometry) -> float:
    """Square metres, for judging slivers: exact enough for areas of a town (the database measures on the ellipsoid)."""
    if geometry.is_empty:
        return 0.0
    _, south, _, north = geometry.bounds
    east_m, north_m = metric.metres_per_degree((south + north) / 2)
    return geometry.area * east_m * north_m


def areas_m2(geometries: np.ndarray) -> np.ndarray:
    """`area_m2` for an array."""
    bounds = shapely.bounds(geometries)
    latitudes = np.nan_to_num((bounds[:, 1] + bounds[:, 3]) / 2)
    per_degree = np.array([metric.metres_per_degree(lat) for lat in latitudes]).reshape(-1, 2)
    return shapely.area(geometries) * per_degree[:, 0] * per_degree[:, 1]


def geos(geometry: BaseGeometry) -> Any:
    """A shapely geometry (4326) for a GeoDjango field."""
    return GEOSGeometry(memoryview(geometry.wkb), srid=4326)


def ground_of(geometry: Any) -> BaseGeometry:
    """A GeoDjango field's value as shapely."""
    return shapely.from_wkb(bytes(geometry.wkb))


def same_ground(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two areas have the same outline: same vertices to 0.1 mm, wherever their rings start."""
    return bool(shapely.equals_exact(one, other, tolerance=1e-9)) or bool(
        shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), tolerance=1e-9)
    )


def moved_m2(old: BaseGeometry, new: BaseGeometry) -> float:
    """Ground won plus ground lost."""
    return area_m2(shapely.symmetric_difference(old, new))


def holes(area: BaseGeometry) -> list[Polygon]:
    """The areas that `area` encloses without holding them."""
    return [Polygon(ring) for part in flat_parts(area) for ring in getattr(part, "interiors", ())]
