"""Every refusal of the API as problem details (RFC 9457), naming each field in the reader's language."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response

from pwa.errors import DomainError, DomainErrors

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    title: str,
    *,
    errors: list[dict[str, str]] | None = None,
    code: str = "",
    headers: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> JsonResponse:
    """One problem document. `errors`: [{"field", "message"}]; `more`: members of this kind of problem."""
    body: dict[str, Any] = {"type": "about:blank", "status": status, "title": title}
    if code:
        body["code"] = code
    if errors:
        body["errors"] = errors
    body |= more or {}
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    response["Content-Language"] = get_language() or "de"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def from_domain(error: DomainError) -> JsonResponse:
    """A rule's refusal. Several at once list every field."""
    headers = dict(getattr(error, "headers", {}))
    if retry := getattr(error, "retry_after_s", None):
        headers["Retry-After"] = str(retry)
    several = error.errors if isinstance(error, DomainErrors) else [error]
    fields = [{"field": one.field, "message": str(one), "code": one.code} for one in several if one.field]
    title = str(several[0]) if len(several) == 1 else _("Bitte prüfen Sie die markierten Angaben.")
    return problem(
        error.status, title, errors=fields, code=error.code, headers=headers, more=getattr(error, "more", None)
    )


def problem_response(error: Exception, context: dict[str, Any]) -> Response | JsonResponse | None:
    """DRF's exception handler. None (an unknown error) becomes Django's 500 page, and a bug report for us."""
    if isinstance(error, DomainError):
        return from_domain(error)
    if isinstance(error, Http404 | NotFound):
        return problem(404, _("Das gibt es hier nicht. Bitte die Adresse prüfen."))
    if isinstance(error, PermissionDenied):
        return problem(403, _("Das dürfen Sie hier nicht."))
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("Das ist zu viel auf einmal. Bitte kürzen; Fotos als Datei senden."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, _("Diese Anfrage können wir nicht lesen."))
    if isinstance(error, ValidationError):
        return problem(error.status_code, _("Bitte prüfen Sie die markierten Angaben."), errors=flatten(error.detail))
    if isinstance(error, APIException):
        response = problem(error.status_code, str(error.detail))
        if wait := getattr(error, "wait", None):
            response["Retry-After"] = str(int(wait) + 1)
        return response
    return None


def flatten(detail: Any, prefix: str = "") -> list[dict[str, str]]:
    """DRF's nested errors as a flat list of field and message."""
    if isinstance(detail, dict):
        return [row for key, value in detail.items() for row in flatten(value, f"{prefix}.{key}".strip("."))]
    if isinstance(detail, list):
        return [row for value in detail for row in flatten(value, prefix)]
    return [{"field": prefix, "message": str(detail)}]


# --- what no view answers: an unknown address, a broken request, a bug. Programs get a problem, people a page. -------


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/tiles/"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return problem(404, _("Das gibt es hier nicht. Bitte die Adresse prüfen."))
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if is_for_programs(request):
        return problem(400, _("Diese Anfrage können wir nicht lesen."))
    return defaults.bad_request(request, exception)


def too_large(request: HttpRequest) -> HttpResponse:
    """More text than is read at all; what was typed is still on the page before."""
    if is_for_programs(request):
        return problem(413, _("Das ist zu viel auf einmal. Bitte kürzen; Fotos als Datei senden."))
    return render(request, "413.html", status=413)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return problem(403, _("Das dürfen Sie hier nicht."))
    return defaults.permission_denied(request, exception)


def wrong_method(get_response: GetResponse) -> GetResponse:
    """Middleware: who opens the address of a form is told so by a page, with the way to the page it stands on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        refused = get_response(request)
        asked_by_a_person = request.method in ("GET", "POST") and not is_for_programs(request)
        if not isinstance(refused, HttpResponseNotAllowed) or refused.content or not asked_by_a_person:
            return refused
        page = render(request, "405.html", {"parent": parent_of(request.path)}, status=405)
        page["Allow"] = refused["Allow"]
        # The address may hold the code of a report.
        page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"] = "no-store", "no-referrer", "noindex"
        return page

    return middleware


def parent_of(path: str) -> str:
    """The nearest page above: "/meldungen/417203858/" of "/meldungen/417203858/unterstuetzen/". Empty: the map."""
    while (path := path.rstrip("/").rpartition("/")[0] + "/") != "/":
        if is_valid_path(path):
            return path
    return ""


def server_error(request: HttpRequest) -> HttpResponse:
    if is_for_programs(request):
        return problem(500, _("Da ist uns ein Fehler passiert. Bitte versuchen Sie es später noch einmal."))
    return defaults.server_error(request)
