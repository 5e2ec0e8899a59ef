"""Features of a vector file: attributes, and geometry as shapely in 4326 whatever reference system the file uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.gdal import CoordTransform, OGRGeometry, SpatialReference
from django.contrib.gis.gdal.error import GDALException, SRSException
from pyogrio import list_layers
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyogrio.raw import read
from shapely.geometry.base import BaseGeometry

from geo.zones.refusals import ImportRefused

BROKEN = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, ValueError, UnicodeError)


@dataclass(frozen=True)
class Row:
    """One feature. `position` counts from 1 in the file; geometry is 4326 or None."""

    position: int
    attributes: Mapping[str, Any]
    geometry: Any  # shapely


def rows(path: Path, *, driver: str, srid: int | None = None, layer: str | None = None, **options: Any) -> list[Row]:
    """All features of one layer (default: the only one with geometry). `srid` replaces what the file says about its
    reference system. Curves come as lines of many short pieces. Raises ImportRefused naming feature and reason."""
    layer = layer or only_layer(path)
    try:
        meta, _, wkbs, columns = read(str(path), layer=layer, force_2d=True, **options)
    except BROKEN as error:
        raise ImportRefused(f"{path.name} is damaged: {error}") from error
    if wkbs is None:
        raise ImportRefused(f"{path.name} holds no geometry")
    geometries = np.array([_geometry(wkb, position) for position, wkb in enumerate(wkbs, start=1)], dtype=object)
    geometries = to_degrees(geometries, reference=reference_of(path, meta["crs"], driver=driver, srid=srid))
    names = [str(name) for name in meta["fields"]]
    return list(_rows(names, [column.tolist() for column in columns], geometries))


def _rows(names: list[str], columns: list[list[Any]], geometries: np.ndarray) -> Iterator[Row]:
    for position, geometry in enumerate(geometries):
        attributes = {name: _plain(column[position]) for name, column in zip(names, columns, strict=True)}
        yield Row(position + 1, attributes, geometry)


def layer_names(path: Path) -> list[str]:
    """The file's layers that have geometry."""
    try:
        return [str(name) for name, kind in list_layers(str(path)) if kind is not None]
    except BROKEN as error:
        raise ImportRefused(f"{path.name} is damaged: {error}") from error


def only_layer(path: Path) -> str:
    """The name of the file's one layer that has geometry."""
    layers = layer_names(path)
    if len(layers) != 1:
        raise ImportRefused(
            f"{path.name} holds these layers: {', '.join(layers) or 'none'}; choose one with --source-layer"
        )
    return layers[0]


def _geometry(wkb: bytes | None, position: int) -> BaseGeometry | None:
    if wkb is None:
        return None
    try:
        return shapely.from_wkb(wkb, on_invalid="fix")
    except (shapely.errors.GEOSException, ValueError) as error:
        raise ImportRefused(f"feature {position}: its geometry cannot be read ({error})", field="geometry") from error


def reference_of(path: Path, crs: str | None, *, driver: str, srid: int | None) -> SpatialReference:
    """The file's reference system. Raises ImportRefused where neither file nor `srid` tells it."""
    if srid is None and not crs and driver == "GeoJSON":
        crs = "EPSG:4326"  # RFC 7946
    if srid is None and not crs:
        raise ImportRefused(f"{path.name} does not name its reference system; add --srid, for example --srid 25832")
    try:
        return SpatialReference(srid if srid is not None else str(crs))
    except (SRSException, GDALException) as error:
        raise ImportRefused(f"the reference system {srid or crs} is unknown", field="srid") from error


def to_degrees(geometries: np.ndarray, *, reference: SpatialReference) -> np.ndarray:
    """Geometries in 4326, lon before lat. Raises ImportRefused naming the first feature that has no place there."""
    if reference.srid == 4326:
        return geometries
    change = CoordTransform(reference, SpatialReference(4326))
    try:
        return _transformed(geometries, change)
    except GDALException:
        for position, geometry in enumerate(geometries, start=1):
            try:
                _transformed(np.array([geometry], dtype=object), change)
            except GDALException as error:
                raise ImportRefused(
                    f"feature {position}: its coordinates do not fit the reference system {reference.name}; "
                    "is --srid right?",
                    field="srid",
                ) from error
        raise


def _transformed(geometries: np.ndarray, change: CoordTransform) -> np.ndarray:
    flat = shapely.get_coordinates(geometries)
    if len(flat) == 0:
        return geometries
    if not np.isfinite(flat).all():
        raise GDALException("not a number")
    # One call for all: a line through every vertex. A second point keeps GDAL content with a single one.
    line = OGRGeometry(memoryview(shapely.LineString(np.vstack([flat, flat[-1:]])).wkb))
    line.transform(change)
    moved = shapely.get_coordinates(shapely.from_wkb(bytes(line.wkb)))[:-1]
    if not np.isfinite(moved).all():
        raise GDALException("outside")
    return shapely.set_coordinates(geometries.copy(), moved)


def _plain(value: Any) -> Any:
    """A value that JSON can hold; NaN, which GDAL writes for an empty number, is None."""
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)
