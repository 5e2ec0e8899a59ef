"""Rows with a point: CSV (longitude and latitude in two columns) or any vector file with points."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.gdal import SpatialReference
from django.contrib.gis.gdal.error import GDALException, SRSException

from geo.models import City
from geo.sources import files, vector
from geo.sources.vector import Row
from geo.zones.refusals import ImportRefused

LON_NAMES = ("lon", "lng", "long", "longitude", "x", "ostwert", "easting", "e")
LAT_NAMES = ("lat", "latitude", "y", "nordwert", "northing", "n")
MOST_BYTES = 2**30


def point_rows(path: Path, *, srid: int | None = None) -> list[Row]:
    """All rows with their point in 4326, keys in small letters. Raises ImportRefused naming line and reason."""
    rows = _csv_rows(path, srid) if _is_csv(path) else _vector_rows(path, srid)
    if not rows:
        raise ImportRefused(f"{path.name} holds no row")
    for row in rows:
        _check_point(row)
    _check_axes(path, rows)
    return rows


def value(row: Row, names: Iterable[str]) -> str:
    """The first of the columns `names` that says something, as text; "" if none does."""
    for name in names:
        if (found := row.attributes.get(name)) not in (None, ""):
            return str(found).strip()
    return ""


def column(rows: list[Row], names: Iterable[str], option: str) -> list[str]:
    """The one column meant by `names`; raises ImportRefused naming `option` if there is none."""
    names = list(names)
    if not any(name in rows[0].attributes for name in names):
        known = ", ".join(rows[0].attributes)
        raise ImportRefused(f"no column named {' or '.join(names)}; choose one with {option}: {known}")
    return names


def _is_csv(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt"))


def _vector_rows(path: Path, srid: int | None) -> list[Row]:
    with files.opened(path) as (plain, driver):
        rows = vector.rows(plain, driver=driver, srid=srid)
    return [
        Row(row.position, {key.lower(): found for key, found in row.attributes.items()}, row.geometry) for row in rows
    ]


def _csv_rows(path: Path, srid: int | None) -> list[Row]:
    lines = list(_read_csv(path))
    if not lines:
        return []
    lon, lat = (_coordinate_column(lines[0], names, path) for names in (LON_NAMES, LAT_NAMES))
    points = shapely.points(
        [(_number(line, lon, at), _number(line, lat, at)) for at, line in enumerate(lines, start=2)]
    )
    if srid not in (None, 4326):
        try:
            points = vector.to_degrees(points, reference=SpatialReference(int(srid or 4326)))
        except (SRSException, GDALException) as error:
            raise ImportRefused(f"the reference system {srid} is unknown", field="srid") from error
    return [Row(at, line, point) for at, (line, point) in enumerate(zip(lines, np.atleast_1d(points), strict=True), 2)]


def _read_csv(path: Path) -> Iterable[Mapping[str, Any]]:
    if not path.is_file():
        raise ImportRefused(f"{path} is not a file")
    content = files.plain_bytes(path, MOST_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what Excel writes in Germany
    heading = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=heading.count)
    try:
        for line in csv.DictReader(io.StringIO(text), delimiter=delimiter):
            yield {str(key).strip().lower(): (found or "") for key, found in line.items() if key is not None}
    except csv.Error as error:
        raise ImportRefused(f"{path.name} is not a CSV file: {error}") from error


def _coordinate_column(line: Mapping[str, Any], names: tuple[str, ...], path: Path) -> str:
    for name in names:
        if name in line:
            return name
    raise ImportRefused(f"{path.name} has no column {' or '.join(names[:3])}; it has: {', '.join(line)}")


def _number(line: Mapping[str, Any], name: str, at: int) -> float:
    try:
        return float(str(line[name]).strip().replace(",", "."))
    except ValueError as error:
        raise ImportRefused(f"line {at}: {name}={line[name]!r} is not a number", field=name) from error


def _check_point(row: Row) -> None:
    point = row.geometry
    if point is None or point.geom_type != "Point" or point.is_empty:
        raise ImportRefused(f"row {row.position}: it has no point", field="geometry")
    if not (-180 <= point.x <= 180 and -90 <= point.y <= 90) or (point.x == 0 and point.y == 0):
        raise ImportRefused(
            f"row {row.position}: {point.x:g},{point.y:g} is no place in degrees; is --srid missing (25832 is usual)?",
            field="geometry",
        )


def _check_axes(path: Path, rows: list[Row]) -> None:
    city = City.current()
    if not city.name:
        return
    west, south, east, north = city.bounds
    points = [row.geometry for row in rows]
    if any(west <= point.x <= east and south <= point.y <= north for point in points if point):
        return
    if any(west <= point.y <= east and south <= point.x <= north for point in points if point):
        raise ImportRefused(f"{path.name}: longitude and latitude are swapped", field="geometry")
