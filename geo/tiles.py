"""Vector tiles: zones and our own basemap, made by PostGIS. `Tile` and `mvt_response` serve other rooms' tiles too."""

import hashlib
import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from pwa.errors import DomainError

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MAX_ZOOM = 22
WORLD_M = 40_075_016.685_578_488  # the side of the Web Mercator square (SRID 3857)


class NoSuchTile(DomainError):
    """z, x or y lies outside the pyramid."""

    status = 404
    code = "no_such_tile"


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the Web Mercator pyramid."""

    z: int
    x: int
    y: int

    @property
    def bounds_3857(self) -> tuple[float, float, float, float]:
        """west, south, east, north in SRID 3857 metres."""
        side = WORLD_M / 2**self.z
        west, north = -WORLD_M / 2 + self.x * side, WORLD_M / 2 - self.y * side
        return west, north - side, west + side, north

    @property
    def pixel_m(self) -> float:
        """Mercator metres of one of 512 pixels, as MapLibre draws a tile."""
        return WORLD_M / 2**self.z / 512


def tile_envelope(z: int | str, x: int | str, y: int | str) -> Tile:
    """The tile of an address. Raises NoSuchTile (404) for anything outside z 0 to 22 and its square."""
    if all(re.fullmatch(r"[0-9]{1,8}", str(part), re.ASCII) for part in (z, x, y)):
        tile = Tile(int(z), int(x), int(y))
        if tile.z <= MAX_ZOOM and tile.x < 2**tile.z and tile.y < 2**tile.z:
            return tile
    raise NoSuchTile(_("Diese Kachel gibt es nicht: z von 0 bis 22, x und y kleiner als 2 hoch z."))


def mvt_response(request: HttpRequest, body: bytes, *, max_age_s: int, etag: str = "") -> HttpResponse:
    """A tile with ETag and max-age; 304 without body where the browser has it. `etag`: a value that changes with the
    content, default: a digest of it."""
    quoted = quote_etag(etag or hashlib.blake2b(body, digest_size=12).hexdigest())
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    response["ETag"] = quoted
    response["Cache-Control"] = f"public, max-age={max_age_s}"
    return get_conditional_response(request, etag=quoted, response=response) or response  # type: ignore[return-value]
