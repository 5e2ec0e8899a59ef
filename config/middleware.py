"""What every answer carries, and what happens when the database is away."""

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from geo import revisions

GetResponse = Callable[[HttpRequest], HttpResponse]
RETRY_AFTER_S = "5"
STAFF_PATHS = ("/dienst/", "/pruefung/", "/verwaltung/")


def headers(get_response: GetResponse) -> GetResponse:
    """Add the security headers Django has no setting for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class CompressText(GZipMiddleware):
    """Compress pages and JSON: the form is 150 kB as it is and a sixth of that on the way. Tiles and photos are small
    already; style sheets and scripts lie compressed on the disk. Django adds random bytes, so that the length of an
    answer tells nobody what is in it (BREACH)."""

    TYPES = ("text/html", "application/json", "application/geo+json", "application/problem+json")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").partition(";")[0] not in self.TYPES:
            return response
        return super().process_response(request, response)


def one_state_of_the_city(get_response: GetResponse) -> GetResponse:
    """While a page is read, city, zones, catalogue and rules stay as they were at its beginning: one look, not ten."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        with revisions.held():
            return get_response(request)

    return middleware


def staff_language(get_response: GetResponse) -> GetResponse:
    """Desk and administration speak German or English: half a page in each would help nobody, and what residents
    answered is read in the language of the office."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(STAFF_PATHS) and translation.get_language() not in settings.STAFF_LANGUAGES:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        return get_response(request)

    return middleware


def database_trouble(get_response: GetResponse) -> GetResponse:
    """Answer 503 with Retry-After and a German page (problem+json for the API) when PostgreSQL is away."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError | PoolTimeout):
            return unavailable(request)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 answer, made without touching the database."""
    response: HttpResponse
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "status": 503, "title": _("Gerade nicht erreichbar. Bitte gleich noch einmal.")}
        response = JsonResponse(body, status=503, content_type="application/problem+json")
    else:
        response = render(request, "503.html", status=503)
    response["Retry-After"] = RETRY_AFTER_S
    return response
