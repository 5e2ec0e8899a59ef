"""Tiles, and the part of the API that answers about places."""

from django.urls import URLPattern, URLResolver, include, path

from geo import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("tiles/zones/<slug:layer>/<str:z>/<str:x>/<str:y>.mvt", views.zones_tile, name="tile-zones"),
    path("tiles/base/<str:z>/<str:x>/<str:y>.mvt", views.base_tile, name="tile-base"),
    path("basiskarte/", include("geo.proxy.urls")),
    path("api/v1/", include("geo.api.urls")),
]
