"""Where everything is found: pages in German, the API in English."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from accounts.views import sign_out
from config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("anmelden/", include("accounts.urls")),
    path("abmelden/", sign_out, name="sign-out"),
    path("dienst/", include("mangel.desk.urls")),
    path("verwaltung/", admin.site.urls),
    path("sprache/", include("django.conf.urls.i18n")),
    path("", include("geo.urls")),
    path("", include("photos.urls")),
    path("", include("mangel.urls")),
]
