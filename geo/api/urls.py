"""Zones, addresses and assets, under /api/v1/."""

from django.urls import URLPattern, path

from geo.api import views

urlpatterns: list[URLPattern] = [
    path("zones/", views.ZonesView.as_view(), name="api-zones"),
    path("zones/at/", views.ZonesAtView.as_view(), name="api-zones-at"),
    path("addresses/", views.AddressesView.as_view(), name="api-addresses"),
    path("assets/", views.AssetsView.as_view(), name="api-assets"),
]
