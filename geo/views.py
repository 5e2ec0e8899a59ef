"""Tiles of zones and basemap."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from geo import revisions, tile_queries
from geo.models import ZoneLayer
from geo.querysets import city_day
from geo.tiles import NoSuchTile, mvt_response, tile_envelope
from pwa.errors import DomainError

# Zones and streets change rarely; a changed one is on every map within this time.
MAX_AGE_S = 300
CACHED_S = 24 * 3600
CACHED_TO_ZOOM = 15


def refused(error: DomainError) -> JsonResponse:
    """Problem details (RFC 9457) for a tile that is none."""
    body = {"type": "about:blank", "status": error.status, "title": str(error), "code": error.code}
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def remember(key: str, body: bytes, z: int) -> None:
    """Keep a tile that cost something. Deep ones are quick to make, and there are billions to fill a memory with."""
    if body and z <= CACHED_TO_ZOOM:
        cache.set(key, body, CACHED_S)


@csrf_exempt  # it changes nothing: another method is a 405, not a question of trust
@require_safe
def zones_tile(request: HttpRequest, layer: str, z: str, x: str, y: str) -> HttpResponse:
    """One tile of a zone layer, as it is valid today."""
    try:
        tile = tile_envelope(z, x, y)
        known = revisions.current()
        day = city_day()
        etag = f"zones-{known.get('geo', 0)}-{day:%Y%m%d}-{layer}-{tile.z}-{tile.x}-{tile.y}"
        body = cache.get(etag)
        if body is None:
            if not ZoneLayer.objects.filter(key=layer).exists():
                raise NoSuchTile(_("Diese Gebietsebene gibt es nicht."))
            body = tile_queries.zones_tile(tile, layer, day)
            remember(etag, body, tile.z)
    except DomainError as error:
        return refused(error)
    return mvt_response(request, body, max_age_s=MAX_AGE_S, etag=etag)


@csrf_exempt
@require_safe
def base_tile(request: HttpRequest, z: str, x: str, y: str) -> HttpResponse:
    """One tile of our own basemap."""
    try:
        tile = tile_envelope(z, x, y)
    except DomainError as error:
        return refused(error)
    etag = f"base-{revisions.current().get('base', 0)}-{tile.z}-{tile.x}-{tile.y}"
    body = cache.get(etag)
    if body is None:
        body = tile_queries.base_tile(tile)
        remember(etag, body, tile.z)
    return mvt_response(request, body, max_age_s=MAX_AGE_S, etag=etag)
