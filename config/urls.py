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
    path("", include("pwa.urls")),  # django-pwa's: /serviceworker.js, /manifest.json, /offline/
    path("", include("pwa.page_urls")),
    path("", include("geo.urls")),
    path("", include("photos.urls")),
    path("", include("mangel.api.urls")),
    path("", include("mangel.urls")),
]
handler400 = "config.problems.bad_request"
handler403 = "config.problems.permission_denied"
handler404 = "config.problems.page_not_found"
handler500 = "config.problems.server_error"
