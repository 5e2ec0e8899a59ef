"""Asks the map service, with a time limit and a size limit, and without cookies, referrer or anything of a visitor.

The addresses are the operator's setting and those its style names; a visitor never supplies one.
"""

import json
import logging
import threading
import time
import urllib.request
import zlib
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, InvalidURL
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from pwa.errors import DomainError

log = logging.getLogger(__name__)

TIMEOUT_S = 5
# After a silence the service is left alone for so long: a dead one must cost one request five seconds, not all of them.
REST_S = 15
# Of the four threads of a web process one is always left for reports, however slow the service is.
AT_ONCE = 3
WAIT_FOR_TURN_S = 0.5
CHUNK = 64 * 1024
AGENT = "Mangel (defect reporter of a municipality)"
OVERLOADED = (429, 503)
MISSING = (404, 410)

_turns = threading.BoundedSemaphore(AT_ONCE)
_resting: dict[str, float] = {}


class BasemapAway(DomainError):
    """The service is down, slow or answers something else."""

    status = 502
    code = "basemap_away"

    def __init__(self) -> None:
        super().__init__(_("Die Hintergrundkarte ist gerade nicht erreichbar. Meldungen und Gebiete sind es."))


class NotOnTheMap(DomainError):
    """There is no such piece of a map."""

    status = 404
    code = "not_on_the_map"

    def __init__(self) -> None:
        super().__init__(_("Dieses Stück der Hintergrundkarte gibt es nicht."))


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `kind` is its media type in small letters; `gzipped` says how `body` is packed."""

    body: bytes
    kind: str
    url: str
    gzipped: bool = False

    def plain(self, most_bytes: int) -> bytes:
        """The body unpacked. Raises ValueError where that is broken or more than `most_bytes`."""
        return unpacked(self.body, most_bytes) if self.gzipped else self.body


def opener() -> urllib.request.OpenerDirector:
    """HTTP and HTTPS and nothing else: a redirect cannot lead to a file."""
    director = urllib.request.OpenerDirector()
    director.addheaders = [("User-Agent", AGENT), ("Accept-Encoding", "gzip")]
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        director.add_handler(handler)
    return director


def fetch(url: str, *, most_bytes: int) -> Fetched:
    """What the service has at `url`. Raises NotOnTheMap, or BasemapAway for every other trouble."""
    host = urlsplit(url).netloc
    if _resting.get(host, 0) > time.monotonic() or not _turns.acquire(timeout=WAIT_FOR_TURN_S):
        raise BasemapAway
    try:
        return _ask(url, most_bytes)
    except HTTPError as error:
        error.close()
        if error.code in MISSING:
            raise NotOnTheMap from error
        _give_up(host, f"status {error.code}", error, rest=error.code in OVERLOADED)
    except (ValueError, InvalidURL) as error:
        _give_up(host, str(error) if type(error) is ValueError else type(error).__name__, error)
    except (OSError, HTTPException) as error:
        _give_up(host, type(error).__name__, error, rest=True)
    finally:
        _turns.release()


def fetch_json(url: str, *, most_bytes: int) -> tuple[Any, str]:
    """(parsed, address it came from after redirects)."""
    answer = fetch(url, most_bytes=most_bytes)
    try:
        return json.loads(answer.plain(most_bytes), parse_constant=_no_number), answer.url
    except (ValueError, RecursionError) as error:
        _give_up(urlsplit(url).netloc, "not JSON", error)


def _ask(url: str, most_bytes: int) -> Fetched:
    until = time.monotonic() + TIMEOUT_S
    with opener().open(url, timeout=TIMEOUT_S) as answer:
        body = _read(answer, most_bytes, until)
        packing = answer.headers.get("Content-Encoding", "").strip().lower()
        if packing not in ("", "identity", "gzip", "x-gzip"):
            raise ValueError(f"unknown packing {packing[:20]!r}")
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        fetched = Fetched(body, kind, answer.url, gzipped=packing.endswith("gzip"))
    fetched.plain(most_bytes)  # a small packet may unpack to gigabytes: not in here, not in a browser
    return fetched


def _read(answer: HTTPResponse, most_bytes: int, until: float) -> bytes:
    """The body in pieces: the socket's own limit begins anew with every byte that trickles in."""
    body = bytearray()
    while piece := answer.read1(CHUNK):
        body += piece
        if len(body) > most_bytes:
            raise ValueError(f"more than {most_bytes} bytes")
        if time.monotonic() > until:
            raise TimeoutError
    if answer.length:
        raise ConnectionError  # cut off
    return bytes(body)


def unpacked(body: bytes, most_bytes: int) -> bytes:
    """gunzip with a limit. Raises ValueError."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise ValueError("broken gzip") from error
    if len(plain) > most_bytes:
        raise ValueError(f"unpacks to more than {most_bytes} bytes")
    if not unpacking.eof:
        raise ValueError("half a gzip")
    return plain


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _give_up(host: str, why: str, error: Exception, *, rest: bool = False) -> NoReturn:
    """Never the address: it may carry the city's key for the service."""
    log.warning("map service %s: %s", host, why)
    if rest:
        _resting[host] = time.monotonic() + REST_S
    raise BasemapAway from error
