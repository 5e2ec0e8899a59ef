"""Streets, water, green, rails and house numbers from an OpenStreetMap extract, read by GDAL's OSM driver."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.sources import files, vector
from geo.zones import shapes
from geo.zones.refusals import ImportRefused

# highway value → how important; 1 is seen from far away.
STREET_RANKS = {
    "motorway": 1,
    "trunk": 1,
    "primary": 1,
    "secondary": 2,
    "tertiary": 3,
    "unclassified": 4,
    "residential": 4,
    "living_street": 4,
    "pedestrian": 4,
    "road": 4,
    "service": 5,
    "track": 6,
    "cycleway": 6,
    "footway": 6,
    "bridleway": 6,
    "path": 6,
    "steps": 6,
}
GREEN_LANDUSE = {"grass", "meadow", "allotments", "cemetery", "recreation_ground", "village_green", "orchard"}
GREEN_LEISURE = {"park", "garden", "pitch", "playground", "golf_course", "nature_reserve", "common", "dog_park"}
GREEN_NATURAL = {"grassland", "heath", "scrub"}
WATER_LINES = {"river", "stream", "canal"}
RAIL_LINES = {"rail", "light_rail", "tram", "narrow_gauge"}
HSTORE_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


@dataclass
class Extract:
    """What an extract holds for us, in 4326."""

    streets: list[tuple[str, str, int, MultiLineString]] = field(default_factory=list)  # name, kind, rank, line
    covers: list[tuple[str, str, BaseGeometry]] = field(default_factory=list)  # name, kind, area or line
    addresses: list[tuple[str, str, str, str, shapely.Point]] = field(default_factory=list)  # street … place, point


Tags = Mapping[str, str]


def read(path: Path, *, buildings: bool = False, bounds: tuple[float, float, float, float] | None = None) -> Extract:
    """Everything we draw or search in a .osm.pbf, .osm(.gz) or a GeoPackage with GDAL's OSM layers (points, lines,
    multipolygons). `bounds` (west, south, east, north in degrees): only what touches them, so that the extract of a
    whole Land does not fill the memory. Raises ImportRefused."""
    extract = Extract()
    with files.opened(path, drivers=files.OSM_DRIVERS) as (plain, driver):
        options: dict[str, Any] = {"bbox": bounds} | ({"TAGS_FORMAT": "JSON"} if driver == "OSM" else {})
        for layer in ("points", "lines", "multilinestrings", "multipolygons"):
            if driver == "GPKG" and layer not in vector.layer_names(plain):
                continue
            for row in vector.rows(plain, driver=driver, srid=None, layer=layer, **options):
                if row.geometry is not None and not row.geometry.is_empty:
                    _sort_in(extract, layer, tags_of(row.attributes), row.geometry, buildings)
    if not extract.streets and not extract.addresses and not extract.covers:
        raise ImportRefused(f"{path.name} holds no street, no address, no water and no green")
    extract.addresses = list({(s, n, p, t): (s, n, p, t, at) for s, n, p, t, at in extract.addresses}.values())
    return extract


def tags_of(attributes: Mapping[str, object]) -> dict[str, str]:
    """All tags of an object, those with a column of their own and the rest."""
    tags = {key: str(value) for key, value in attributes.items() if value is not None and key != "other_tags"}
    rest = attributes.get("other_tags")
    if isinstance(rest, dict):
        return tags | {key: str(value) for key, value in rest.items()}
    if not isinstance(rest, str):
        return tags
    if rest.startswith("{"):
        return tags | json.loads(rest)
    return tags | {key: value.replace('\\"', '"') for key, value in HSTORE_PAIR.findall(rest)}


def _sort_in(extract: Extract, layer: str, tags: Tags, geometry: BaseGeometry, buildings: bool) -> None:
    extract.addresses += _addresses(tags, geometry)
    if layer in ("lines", "multilinestrings"):
        extract.streets += _streets(tags, geometry)
        extract.covers += _line_covers(tags, geometry)
    elif layer == "multipolygons" and (kind := cover_kind(tags, buildings=buildings)):
        try:
            extract.covers.append((tags.get("name", "")[:200], kind, shapes.as_area(geometry)[0]))
        except shapes.Unusable:
            return  # a broken pond in somebody's extract is not worth stopping for


def _streets(tags: Tags, geometry: BaseGeometry) -> Iterator[tuple[str, str, int, MultiLineString]]:
    kind = tags.get("highway", "").removesuffix("_link")
    if kind in STREET_RANKS:
        yield (
            tags.get("name", "")[:200],
            kind,
            STREET_RANKS[kind],
            MultiLineString([line.coords for line in shapes.flat_parts(geometry)]),
        )


def _line_covers(tags: Tags, geometry: BaseGeometry) -> Iterator[tuple[str, str, BaseGeometry]]:
    underground = tags.get("tunnel", "no") not in ("no", "")
    if tags.get("waterway") in WATER_LINES and not underground:
        yield tags.get("name", "")[:200], "water", geometry
    elif tags.get("railway") in RAIL_LINES and not underground:
        yield "", "rail", geometry


def cover_kind(tags: Tags, *, buildings: bool) -> str | None:
    """How we draw an area, None if not at all."""
    if (
        tags.get("natural") == "water"
        or tags.get("waterway") == "riverbank"
        or tags.get("landuse") in ("basin", "reservoir")
    ):
        return "water"
    if tags.get("natural") == "wood" or tags.get("landuse") == "forest":
        return "wood"
    if (
        tags.get("landuse") in GREEN_LANDUSE
        or tags.get("leisure") in GREEN_LEISURE
        or tags.get("natural") in GREEN_NATURAL
    ):
        return "green"
    return "building" if buildings and tags.get("building", "no") != "no" else None


def _addresses(tags: Tags, geometry: BaseGeometry) -> Iterator[tuple[str, str, str, str, shapely.Point]]:
    number = tags.get("addr:housenumber") or tags.get("addr_housenumber")
    street = tags.get("addr:street") or tags.get("addr_street") or tags.get("addr:place") or tags.get("addr_place")
    if not number or not street:
        return
    postcode = tags.get("addr:postcode") or tags.get("addr_postcode") or ""
    place = tags.get("addr:city") or tags.get("addr_city") or tags.get("addr:suburb") or ""
    spot = geometry if isinstance(geometry, shapely.Point) else geometry.representative_point()
    # "12;14" and "12-16" are one door with several numbers: each is looked for.
    for door in re.split(r"\s*[;,]\s*", number):
        if door:
            yield street[:200], door[:20], postcode[:10], place[:120], spot
