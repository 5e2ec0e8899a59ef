"""Under /basiskarte/. The paths are those `geo.proxy.style` writes into the style."""

from django.urls import path, re_path

from geo.proxy import views

urlpatterns = [
    path("style.json", views.style, name="basemap-style"),
    path("tiles/<slug:source>/<int:n>/<str:z>/<str:x>/<str:y>", views.tile, name="basemap-tile"),
    re_path(r"^glyphs/(?P<fontstack>[^/]{1,200})/(?P<first>[0-9]{1,5})-(?P<last>[0-9]{1,5})$", views.glyphs),
    re_path(r"^sprite/(?P<n>[0-9]{1,2})(?P<ratio>(?:@2x)?)\.(?P<ending>json|png)$", views.sprite),
]
