"""The live map: what changed, and the tiles."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from geo.parameters import Query
from geo.tiles import MAX_ZOOM, MEDIA_TYPE, mvt_response, tile_envelope
from mangel import feed
from mangel.api.schema import problems
from mangel.api.serializers import ChangesSerializer
from mangel.api.views.reports import FILTERS
from mangel.filters import ReportFilter
from mangel.tiles import report_tile

CURSOR_MAX = 4_000
# The map puts the cursor of the last change into a tile's address, so that no cache gives an old one.
VERSION = "v"


class ChangesView(APIView):
    """What changed for the public."""

    @extend_schema(
        operation_id="changes",
        summary="What changed since a cursor",
        description="Ask without `since` first, then every few seconds with the cursor; `ETag` makes it a 304.",
        parameters=[OpenApiParameter("since", str, description="A cursor of this endpoint")],
        responses={200: ChangesSerializer, 304: None, **problems(400)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        since = Query(request.query_params, known={"since"}).text("since", most=CURSOR_MAX)
        news = feed.news_since(since) if since else feed.News(feed.current_cursor(), more=False, changes=[])
        changes = [{"public_id": c.public_id, "state": c.state, "gone": c.state is None} for c in news.changes]
        return json_with_etag(request, {"cursor": news.cursor, "more": news.more, "changes": changes})


def json_with_etag(request: Request, body: dict[str, Any]) -> HttpResponseBase:
    written = JSONRenderer().render(body)
    etag = quote_etag(hashlib.blake2b(written, digest_size=12).hexdigest())
    response = HttpResponse(written, content_type="application/json")
    response["ETag"], response["Cache-Control"] = etag, "no-cache"
    return get_conditional_response(request._request, etag=etag, response=response) or response


class TileView(APIView):
    """A vector tile of public reports."""

    @extend_schema(
        operation_id="tile_reports",
        summary="A vector tile of reports",
        description=(
            "From zoom 14 on layer `reports` (public_id, category, state), below it layer `clusters` (count, and a "
            "count per state); also on tiles of zoom 14 and 15 that hold very many reports of all time. Filters as in "
            "the list, times by month."
        ),
        parameters=[
            OpenApiParameter("z", {"type": "integer", "minimum": 0, "maximum": MAX_ZOOM}, OpenApiParameter.PATH),
            OpenApiParameter("x", {"type": "integer", "minimum": 0}, OpenApiParameter.PATH),
            OpenApiParameter("y", {"type": "integer", "minimum": 0}, OpenApiParameter.PATH),
            *(parameter for parameter in FILTERS if parameter.name != "bbox"),
            OpenApiParameter(VERSION, str, description="Anything; for caches"),
        ],
        responses={(200, MEDIA_TYPE): OpenApiResponse(OpenApiTypes.BINARY), 304: None, **problems(400, 404)},
    )
    def get(self, request: Request, z: str, x: str, y: str) -> HttpResponseBase:
        tile = tile_envelope(z, x, y)
        wanted = ReportFilter.parse(request.query_params, beside=(VERSION,), without=("bbox",)).by_month()
        http: HttpRequest = request._request
        answer = mvt_response(http, report_tile(tile, wanted), max_age_s=settings.MANGEL_TILE_MAX_AGE_S)
        return GZipMiddleware(lambda _request: answer).process_response(http, answer)
