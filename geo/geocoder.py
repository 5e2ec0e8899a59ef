"""Another town's or company's address search behind ours, where a city switches it on. Off by default.

`MANGEL_GEOCODER="photon:https://…/api"` or `"nominatim:https://…/search"`. It is asked by the server, never by the
browser, only when our own addresses know nothing, and gets the typed words and the city's extent, nothing else. The
city names it in its privacy text.
"""

import json
import logging
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache

from geo.folding import fold
from geo.found import Found
from geo.models import City

log = logging.getLogger(__name__)

TIMEOUT_S = 2
MOST_BYTES = 512 * 1024
REMEMBERED_S = 3600
# A dead server, half an answer, or an answer of another shape.
BROKEN = (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
AGENT = "Mangel (defect reporter of a municipality)"


def search(q: str, limit: int) -> list[Found]:
    """What the outside geocoder finds in the city's extent; nothing where it is off, slow or wrong."""
    kind, _, url = str(getattr(settings, "MANGEL_GEOCODER", "") or "").partition(":")
    if kind not in READERS or urlsplit(url).scheme not in ("http", "https"):
        return []
    key = f"geocoder:{kind}:{fold(q)[:120].replace(' ', '_')}:{limit}"
    found = cache.get(key)
    if found is None:
        found = _ask(kind, url, q, limit)
        cache.set(key, found, REMEMBERED_S if found else 60)
    return found


def _ask(kind: str, url: str, q: str, limit: int) -> list[Found]:
    west, south, east, north = City.current().bounds
    box = f"{west},{south},{east},{north}"
    wanted = {"q": q, "limit": limit}
    wanted |= (
        {"bbox": box} if kind == "photon" else {"format": "geojson", "addressdetails": 1, "viewbox": box, "bounded": 1}
    )
    request = urllib.request.Request(f"{url}?{urlencode(wanted)}", headers={"User-Agent": AGENT})  # noqa: S310  checked
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            features = json.loads(answer.read(MOST_BYTES))["features"]
        found = [READERS[kind](feature) for feature in features]
    except BROKEN as error:
        log.warning("geocoder failed: %s", type(error).__name__)  # never the words: they may be somebody's address
        return []
    return [one for one in found if west <= one.lon <= east and south <= one.lat <= north][:limit]


def _photon(feature: dict[str, Any]) -> Found:
    said = feature["properties"]
    street = said.get("street") or said.get("name") or ""
    return _found(feature, street, said.get("housenumber"), said.get("postcode"), said.get("city"))


def _nominatim(feature: dict[str, Any]) -> Found:
    said = feature["properties"].get("address", {})
    street = said.get("road") or feature["properties"].get("name") or ""
    place = said.get("city") or said.get("town") or said.get("village")
    return _found(feature, street, said.get("house_number"), said.get("postcode"), place)


def _found(feature: dict[str, Any], street: Any, number: Any, postcode: Any, place: Any) -> Found:
    lon, lat = feature["geometry"]["coordinates"][:2]
    street, number, postcode, place = (str(word or "")[:200] for word in (street, number, postcode, place))
    return Found("address" if number else "street", street, number, postcode, place, float(lon), float(lat))


READERS = {"photon": _photon, "nominatim": _nominatim}
