"""The style of the moment: read once an hour, and kept for as long as the service does not answer."""

import hashlib
import logging
import threading
import time
from typing import Any

from django.core.cache import cache

from geo import ground
from geo.proxy.fetch import BasemapAway, NotOnTheMap, fetch_json
from geo.proxy.style import Basemap, read_style

log = logging.getLogger(__name__)

FRESH_S = 3600
KEPT_S = 30 * 24 * 3600
# After a failed attempt the old copy does for so long.
PATIENCE_S = 60
WAIT_S = 3
MOST_BYTES_OF_STYLE = 4 * 1024 * 1024
NO_STYLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)

# url → (until when nobody asks again, on the wall clock; what it said)
_held: dict[str, tuple[float, Basemap]] = {}
_reading = threading.Lock()


def current() -> Basemap:
    """The rewritten style. Raises NotOnTheMap where none is set, BasemapAway where it was never reached."""
    if not (url := ground.service()):
        raise NotOnTheMap
    held = look(url)
    if held and held[0] > time.time():
        return held[1]
    # One asks; the others go on with the old copy, or wait where there is none.
    if not _reading.acquire(timeout=0 if held else WAIT_S):
        if held:
            return held[1]
        raise BasemapAway
    try:
        if (again := look(url)) and again[0] > time.time():
            return again[1]
        return read(url, held)
    finally:
        _reading.release()


def look(url: str) -> tuple[float, Basemap] | None:
    """What this process, or else another one, knows."""
    if (held := _held.get(url)) and held[0] > time.time():
        return held
    shared = cache.get(key(url))
    if shared and (held is None or shared[0] > held[0]):
        held = _held[url] = shared
    return held


def read(url: str, held: tuple[float, Basemap] | None) -> Basemap:
    try:
        raw, base = fetch_json(url, most_bytes=MOST_BYTES_OF_STYLE)
        basemap = read_style(raw, base, tile_json)
    except (BasemapAway, NotOnTheMap, *NO_STYLE) as error:
        if not isinstance(error, BasemapAway):
            log.warning("map style: %s", error if type(error) is ValueError else type(error).__name__)
        if held is None:
            raise BasemapAway from error
        _held[url] = (time.time() + PATIENCE_S, held[1])
        return held[1]
    _held.clear()  # of a setting that was another one before
    _held[url] = (time.time() + FRESH_S, basemap)
    cache.set(key(url), _held[url], KEPT_S)
    return basemap


def tile_json(url: str) -> tuple[Any, str]:
    return fetch_json(url, most_bytes=MOST_BYTES_OF_STYLE)


def hosts() -> tuple[str, ...]:
    """Who is asked, as far as it is known without asking anybody: for the privacy page."""
    url = ground.service()
    held = look(url) if url else None
    return held[1].hosts if held else (ground.service_host(),) if url else ()


def key(url: str) -> str:
    return "basemap:style:1:" + hashlib.blake2b(url.encode(), digest_size=12).hexdigest()
