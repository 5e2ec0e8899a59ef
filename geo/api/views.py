"""What the API says about places: zones, addresses, assets."""

import hashlib
from typing import Any

from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo import addresses, revisions
from geo.api.serializers import (
    AddressCollectionSerializer,
    AssetSerializer,
    ZonesAtSerializer,
    ZoneSerializer,
)
from geo.lookup import ZoneIndex
from geo.models import Asset
from geo.parameters import Query
from geo.querysets import city_day

NEAREST_ASSETS = 8
ASSETS_WITHIN_M = 250
MOST_ADDRESSES = 20
REVERSE_WITHIN_M = 150


def number(name: str, *, required: bool = False, text: str = "") -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.DOUBLE, required=required, description=text)


LON = number("lon", text="Degrees east, WGS 84")
LAT = number("lat", text="Degrees north, WGS 84")
LON_REQUIRED = number("lon", required=True, text="Degrees east, WGS 84")
LAT_REQUIRED = number("lat", required=True, text="Degrees north, WGS 84")


class ZonesView(APIView):
    """The zones that count today."""

    @extend_schema(
        operation_id="zones",
        parameters=[OpenApiParameter("layer", str, many=True, description="Key of a layer; repeatable, default: all")],
        responses=ZoneSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponseBase:
        layers = Query(request.query_params, known={"layer"}).texts("layer", most=40)
        day = city_day()
        asked = hashlib.blake2b("\n".join(layers).encode(), digest_size=8).hexdigest()
        etag = quote_etag(f"{revisions.current().get('geo', 0)}-{day:%Y%m%d}-{asked}")
        if not_modified := get_conditional_response(request._request, etag=etag):
            return not_modified
        with connection.cursor() as cursor:
            cursor.execute(ZONES, {"layers": layers, "all": not layers, "day": day})
            (body,) = cursor.fetchone()
        response = HttpResponse(body, content_type="application/json")
        response["ETag"], response["Cache-Control"] = etag, "public, max-age=60"
        return response


class ZonesAtView(APIView):
    """Which zones hold a point."""

    @extend_schema(operation_id="zones_at", parameters=[LON_REQUIRED, LAT_REQUIRED], responses=ZonesAtSerializer)
    def get(self, request: Request) -> Response:
        place = Query(request.query_params, known={"lon", "lat"}).place(required=True)
        assert place is not None  # noqa: S101  required
        zones = ZoneIndex.current().at(*place)
        district = zones.district
        body: dict[str, Any] = {
            "lon": zones.lon,
            "lat": zones.lat,
            "inside_city": zones.inside_city,
            "in_service_area": zones.in_service_area,
            "district": district and {"code": district.code, "name": district.name, "nearest": zones.district_flagged},
            "zones": zones,
        }
        return Response(ZonesAtSerializer(body).data)


class AddressesView(APIView):
    """Addresses by what somebody typed (`q`), or the one near a point (`lon`, `lat`, within 150 m)."""

    @extend_schema(
        operation_id="addresses",
        parameters=[
            OpenApiParameter("q", str, description="Street, number, place; typing mistakes do not matter"),
            LON,
            LAT,
            OpenApiParameter("limit", int, description=f"1 to {MOST_ADDRESSES}, default 8"),
        ],
        responses=AddressCollectionSerializer,
    )
    def get(self, request: Request) -> Response:
        query = Query(request.query_params, known={"q", "lon", "lat", "limit"})
        q, place = query.text("q"), query.place()
        limit = query.integer("limit", default=8, low=1, high=MOST_ADDRESSES)
        if q:
            found = addresses.search(q, limit, near=place)
        else:
            if place is None:
                raise query.refusal("q", _("Bitte eine Adresse (q) oder einen Ort (lon und lat) angeben."))
            nearest = addresses.nearest(*place, max_m=REVERSE_WITHIN_M)
            found = [nearest] if nearest else []
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [address.lon, address.lat]},
                "properties": address,
            }
            for address in found
        ]
        return Response(AddressCollectionSerializer({"type": "FeatureCollection", "features": features}).data)


class AssetsView(APIView):
    """The eight nearest numbered things (lamps, trees, benches) within 250 m of a point."""

    @extend_schema(
        operation_id="assets",
        parameters=[LON_REQUIRED, LAT_REQUIRED, OpenApiParameter("layer", str, description="Kind of thing, e.g. lamp")],
        responses=AssetSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        query = Query(request.query_params, known={"lon", "lat", "layer"})
        lon, lat = query.place(required=True) or (0.0, 0.0)
        assets = Asset.objects.present().near(lon, lat, radius_m=ASSETS_WITHIN_M)
        if layer := query.text("layer", most=40):
            assets = assets.filter(layer=layer)
        return Response(AssetSerializer(assets[:NEAREST_ASSETS], many=True).data)


# One query for all zones; a test holds it against ZoneSerializer, the contract.
ZONES = """
SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(json_build_object(
           'type', 'Feature',
           'geometry', ST_AsGeoJSON(zone.geometry, 7)::json,
           'properties', json_build_object('layer', layer.key, 'code', zone.code, 'name', zone.name,
                                           'attribution', layer.attribution)
       ) ORDER BY layer.rank, layer.key, zone.code), '[]'::json))::text
  FROM geo_zone zone JOIN geo_zonelayer layer ON layer.id = zone.layer_id
 WHERE zone.valid @> %(day)s::date AND (%(all)s OR layer.key = ANY(%(layers)s))
"""
