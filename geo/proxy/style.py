"""A MapLibre style of others, rewritten so that a browser finds all of it with us.

Sources and layers get names of their own, so that none hides one of ours; whatever names an address that we do not
hand on (videos, GeoJSON files, font files) is left out together with its layers.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

log = logging.getLogger(__name__)

ROOT = "/basiskarte"
PREFIX = "basis"
KINDS = ("vector", "raster", "raster-dem")
KEPT = ("version", "name", "light", "sky", "projection", "transition", "state")
KEPT_OF_SOURCE = (
    *("attribution", "bounds", "minzoom", "maxzoom", "scheme", "tileSize", "encoding", "promoteId"),
    *("redFactor", "greenFactor", "blueFactor", "baseShift"),
)
# What a layer gets that names no font.
DEFAULT_FONTS = ("Open Sans Regular", "Arial Unicode MS Regular")

FetchJson = Callable[[str], tuple[Any, str]]


@dataclass(frozen=True)
class Basemap:
    """`document`: the style as our browsers get it. The rest: the addresses behind it, which they never see."""

    document: bytes
    etag: str
    kinds: dict[str, str]
    tiles: dict[str, tuple[str, ...]]
    glyphs: str
    sprites: tuple[str, ...]
    fonts: frozenset[str]
    hosts: tuple[str, ...]


def read_style(raw: Any, base: str, fetch_json: FetchJson) -> Basemap:
    """Rewrite the style `raw` that came from `base`. `fetch_json` reads the TileJSON its sources name.
    Raises ValueError, TypeError, KeyError or AttributeError where it is no style; what `fetch_json` raises, too."""
    if raw["version"] != 8 or not isinstance(raw["layers"], list):
        raise ValueError("not a style of version 8")
    names, sources, tiles = {}, {}, {}
    for number, (theirs, source) in enumerate(raw["sources"].items()):
        name = f"{PREFIX}-{number}"
        if source["type"] in KINDS:
            names[theirs] = name
            sources[name], tiles[name] = tiled(name, source, base, fetch_json)
        elif source["type"] == "geojson" and isinstance(source.get("data"), dict):
            names[theirs], sources[name] = name, source
        else:
            log.warning("map style: source %s (%s) is not handed on", str(theirs)[:60], str(source["type"])[:20])
    glyphs = absolute(base, raw["glyphs"]) if raw.get("glyphs") else ""
    ours, sprites = sprite(raw.get("sprite"), base)
    hosts = tuple(sorted({urlsplit(u).hostname or "" for u in (base, *(u for us in tiles.values() for u in us))}))
    credit(sources, tiles, hosts)
    document = {key: raw[key] for key in KEPT if key in raw} | {
        "sources": sources,
        "layers": list(layers(raw["layers"], names)),
        **({"glyphs": ROOT + "/glyphs/{fontstack}/{range}"} if glyphs else {}),
        **({"sprite": ours} if ours else {}),
    }
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Basemap(
        document=body,
        etag=hashlib.blake2b(body, digest_size=12).hexdigest(),
        kinds={name: sources[name]["type"] for name in tiles},
        tiles=tiles,
        glyphs=glyphs,
        sprites=sprites,
        fonts=frozenset({*DEFAULT_FONTS, *fonts(raw["layers"])}),
        hosts=hosts,
    )


def tiled(
    name: str, source: dict[str, Any], base: str, fetch_json: FetchJson
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """(the source as browsers get it, their tile templates). What the style says beats what its TileJSON says."""
    said = source
    if source.get("url"):
        described, base = fetch_json(absolute(base, source["url"]))
        said = {**described, **source}
    templates = tuple(absolute(base, template) for template in said["tiles"])
    if not templates:
        raise ValueError("a source without tiles")
    kept = {key: said[key] for key in KEPT_OF_SOURCE if said.get(key) is not None}
    paths = [f"{ROOT}/tiles/{name}/{number}/{{z}}/{{x}}/{{y}}" for number in range(len(templates))]
    return {"type": source["type"], **kept, "tiles": paths}, templates


def credit(sources: dict[str, Any], tiles: dict[str, tuple[str, ...]], hosts: tuple[str, ...]) -> None:
    """A map whose style names nobody at least says where it comes from."""
    if tiles and not any(sources[name].get("attribution") for name in tiles):
        sources[next(iter(tiles))]["attribution"] = "© " + ", ".join(hosts)


def layers(raw: list[dict[str, Any]], names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Those whose source we have, in their order."""
    for layer in raw:
        if "source" not in layer:
            yield {**layer, "id": f"{PREFIX}/{layer['id']}"}
        elif layer["source"] in names:
            yield {**layer, "id": f"{PREFIX}/{layer['id']}", "source": names[layer["source"]]}


def sprite(raw: Any, base: str) -> tuple[Any, tuple[str, ...]]:
    """(as browsers get it, their addresses). A style has one sprite, or several with ids."""
    if not raw:
        return None, ()
    if isinstance(raw, str):
        return f"{ROOT}/sprite/0", (absolute(base, raw),)
    ours = [{"id": one["id"], "url": f"{ROOT}/sprite/{number}"} for number, one in enumerate(raw)]
    return ours, tuple(absolute(base, one["url"]) for one in raw)


def fonts(part: Any, *, within: bool = False) -> Iterator[str]:
    """Every font a layer names, also in expressions (whose operators are harmless company)."""
    if isinstance(part, str) and within:
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from fonts(one, within=within)
    elif isinstance(part, dict):
        for key, one in part.items():
            yield from fonts(one, within=within or key == "text-font")


def absolute(base: str, address: str) -> str:
    """Raises ValueError for anything but http and https (mapbox:, pmtiles:, file: …)."""
    whole = urljoin(base, address)
    if urlsplit(whole).scheme not in ("http", "https") or not urlsplit(whole).hostname:
        raise ValueError("an address that is not http or https")
    return whole
