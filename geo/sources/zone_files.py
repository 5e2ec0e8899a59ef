"""Zones from a file, as `import_zones` reads it."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.models import City
from geo.sources import files, vector
from geo.zones import ImportRefused, ZoneFeature


def read(
    path: Path,
    *,
    code_field: str,
    name_field: str,
    srid: int | None = None,
    source_layer: str | None = None,
    code_map: Mapping[str, str] | None = None,
) -> list[ZoneFeature]:
    """The features of a GeoJSON, GeoPackage, Shapefile or FlatGeobuf (also in .gz or .zip). Raises ImportRefused."""
    with files.opened(path) as (plain, driver):
        rows = vector.rows(plain, driver=driver, srid=srid, layer=source_layer)
    if not rows:
        raise ImportRefused(f"{path.name} holds no feature")
    for what, field in (("code", code_field), ("name", name_field)):
        if field not in rows[0].attributes:
            known = ", ".join(rows[0].attributes)
            raise ImportRefused(f"{path.name} has no field {field!r}; --{what}-field is one of: {known}", field=what)
    features = [_feature(row, code_field, name_field, code_map or {}) for row in rows]
    check_axes(features)
    return features


def _feature(row: vector.Row, code_field: str, name_field: str, code_map: Mapping[str, str]) -> ZoneFeature:
    code = _word(row.attributes[code_field])
    return ZoneFeature(
        code=code_map.get(code, code),
        name=_word(row.attributes[name_field]),
        geometry=row.geometry,
        properties={key: value for key, value in row.attributes.items() if value is not None},
        position=row.position,
    )


def _word(value: Any) -> str:
    return "" if value is None else str(value).strip()


def check_axes(features: list[ZoneFeature]) -> None:
    """Refuse a file with latitude before longitude: it lies off the city, and turned round it does not.
    Raises ImportRefused. Says nothing before the city is known, nor about files of elsewhere."""
    boxes = [feature.geometry.bounds for feature in features if feature.geometry and not feature.geometry.is_empty]
    city = City.current()
    if not boxes or not city.name:
        return
    west, south, east, north = (f(side) for f, side in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
    here = tuple(city.bounds)
    if not _meet((west, south, east, north), here) and _meet((south, west, north, east), here):
        raise ImportRefused(
            f"the file lies at {west:.3f},{south:.3f} (lon,lat), turned round it lies in {city.name}: "
            "its axes are swapped; write longitude before latitude",
            field="geometry",
        )


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def read_code_map(path: Path) -> dict[str, str]:
    """Source code → our code, from JSON ({"a": "b"}) or CSV (two columns, no heading). Raises ImportRefused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if text.lstrip().startswith("{"):
            pairs = list(json.loads(text).items())
        else:
            pairs = [(row[0], row[1]) for row in csv.reader(text.splitlines()) if row]
    except (OSError, ValueError, IndexError) as error:
        raise ImportRefused(f"--code-map {path}: {error}; write source,ours per line or a JSON object") from error
    return {str(theirs).strip(): str(ours).strip() for theirs, ours in pairs}
