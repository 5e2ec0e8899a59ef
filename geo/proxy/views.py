"""`/basiskarte/…`: style, tiles, letters and symbols of the service, under our own address."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from geo.proxy import held
from geo.proxy.fetch import BasemapAway, Fetched, NotOnTheMap, fetch
from geo.tiles import MEDIA_TYPE, NoSuchTile, Tile, tile_envelope
from geo.views import CACHED_S, CACHED_TO_ZOOM, refused

STYLE_MAX_AGE_S = 300
MAX_AGE_S = 24 * 3600
MOST_BYTES = 4 * 1024 * 1024
MOST_BYTES_CACHED = 512 * 1024
PROTOBUF = "application/x-protobuf"
BINARY = ("application/octet-stream", "binary/octet-stream")  # what file servers call a protobuf
VECTOR = dict.fromkeys((MEDIA_TYPE, PROTOBUF, "application/protobuf", *BINARY), MEDIA_TYPE)
GLYPHS = dict.fromkeys((PROTOBUF, "application/protobuf", *BINARY), PROTOBUF)
PICTURES = {"image/png": "image/png", "image/webp": "image/webp", "image/jpeg": "image/jpeg", "image/jpg": "image/jpeg"}
PNG = {"image/png": "image/png"}
# Sprite indexes come as any of these; parsed and written anew they are JSON, whatever they were called.
JSON = dict.fromkeys(("application/json", "text/json", "text/plain", *BINARY), "application/json")

View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """GET and HEAD only; refusals become problem details."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        try:
            return view(request, *args, **parts)
        except (BasemapAway, NotOnTheMap, NoSuchTile) as error:
            return refused(error)

    return answer


@answering
def style(request: HttpRequest) -> HttpResponse:
    basemap = held.current()
    return kept(request, HttpResponse(basemap.document, content_type="application/json"), basemap.etag, STYLE_MAX_AGE_S)


@answering
def tile(request: HttpRequest, source: str, n: int, z: str, x: str, y: str) -> HttpResponse:
    where = tile_envelope(z, x, y)
    basemap = held.current()
    templates = basemap.tiles.get(source, ())
    if n >= len(templates):
        raise NotOnTheMap
    types = VECTOR if basemap.kinds[source] == "vector" else PICTURES
    return handed_on(request, filled(templates[n], where), types, remember=where.z <= CACHED_TO_ZOOM)


@answering
def glyphs(request: HttpRequest, fontstack: str, first: str, last: str) -> HttpResponse:
    basemap = held.current()
    start, end = int(first), int(last)
    # Our own layers ask for our own fonts; a 404 makes the browser draw those letters itself.
    known = all(font in basemap.fonts for font in fontstack.split(","))
    if not (basemap.glyphs and known and start % 256 == 0 and end == start + 255 and end < 0x10000):
        raise NotOnTheMap
    url = basemap.glyphs.replace("{fontstack}", quote(fontstack, safe=",")).replace("{range}", f"{start}-{end}")
    return handed_on(request, url, GLYPHS)


@answering
def sprite(request: HttpRequest, n: str, ratio: str, ending: str) -> HttpResponse:
    sprites = held.current().sprites
    if int(n) >= len(sprites):
        raise NotOnTheMap
    parts = urlsplit(sprites[int(n)])
    url = urlunsplit(parts._replace(path=f"{parts.path}{ratio}.{ending}"))
    return handed_on(request, url, PNG if ending == "png" else JSON)


def filled(template: str, where: Tile) -> str:
    """The places a template may have, as MapLibre fills them."""
    z, x, y = where.z, where.x, where.y
    quadkey = "".join(str((x >> bit & 1) + 2 * (y >> bit & 1)) for bit in reversed(range(z)))
    values = {"z": z, "x": x, "y": y, "ratio": "", "quadkey": quadkey, "prefix": f"{x % 16:x}{y % 16:x}"}
    values["bbox-epsg-3857"] = values["bbox"] = ",".join(map(repr, where.bounds_3857))
    return re.sub(r"\{([\w-]+)\}", lambda found: str(values.get(found[1], found[0])), template)


def handed_on(request: HttpRequest, url: str, types: dict[str, str], *, remember: bool = True) -> HttpResponse:
    """What the service has there, if it is of a kind we hand on; called what `types` calls it."""
    key = "basemap:1:" + hashlib.blake2b(url.encode(), digest_size=16).hexdigest()
    fetched: Fetched | None = cache.get(key)
    if fetched is None:
        fetched = checked(fetch(url, most_bytes=MOST_BYTES), types)
        if remember and len(fetched.body) <= MOST_BYTES_CACHED:
            cache.set(key, fetched, CACHED_S)
    if not fetched.body:
        return HttpResponse(status=204)
    packed = fetched.gzipped and "gzip" in request.headers.get("Accept-Encoding", "")
    body = fetched.body if packed else fetched.plain(MOST_BYTES)
    response = HttpResponse(body, content_type=types[fetched.kind])
    if packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return kept(request, response, hashlib.blake2b(body, digest_size=12).hexdigest(), MAX_AGE_S)


def checked(fetched: Fetched, types: dict[str, str]) -> Fetched:
    """Raises BasemapAway for a kind that is not in `types`: an error page is not a tile."""
    if not fetched.body:
        return fetched
    if fetched.kind not in types:
        raise BasemapAway
    if types is JSON:
        try:
            body = json.dumps(json.loads(fetched.plain(MOST_BYTES))).encode()
        except (ValueError, RecursionError) as error:
            raise BasemapAway from error
        return Fetched(body, "application/json", fetched.url)
    return fetched


def kept(request: HttpRequest, response: HttpResponse, etag: str, max_age_s: int) -> HttpResponse:
    """With ETag and max-age; 304 without body where the browser has it."""
    response["ETag"] = quote_etag(etag)
    response["Cache-Control"] = f"public, max-age={max_age_s}"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response  # type: ignore[return-value]
