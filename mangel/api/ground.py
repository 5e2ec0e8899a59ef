"""What all endpoints of reports share: one reading of the revisions, who may act for a report, addresses."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo import revisions
from mangel import tracking
from mangel.models import Report
from mangel.states import Visibility
from pwa.errors import DomainError
from threads.numbers import is_number

AUTHORIZATION = re.compile(r"Tracking +([0-9A-Za-z -]{8,64})", re.ASCII | re.IGNORECASE)


class ApiView(APIView):
    """An endpoint. The revisions of city, zones and catalogue are read once a request."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with revisions.held():
            return super().dispatch(request, *args, **kwargs)


class Gone(DomainError):
    """It was public once."""

    status = 410
    code = "gone"


class NoCode(DomainError):
    """The call belongs to the reporter, and nobody said who is calling."""

    status = 401
    code = "code_missing"
    headers = {"WWW-Authenticate": "Tracking"}


class UnknownParameter(DomainError):
    status = 400
    code = "unknown_parameter"


class MergedInto(Exception):
    """The report lives on under another number."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.public_id)
        self.report = report


def public_report(number: str) -> Report:
    """The report a stranger may see. Raises Http404 (never existed, private), Gone (hidden), MergedInto."""
    found = Report.objects.select_related("asset", "merged_into__asset").filter(public_id=number).first()
    if found is None or not is_number(number):
        raise Http404
    check_shown(found)
    if found.merged_into:
        check_shown(found.merged_into)
        raise MergedInto(found.merged_into)
    return found


def check_shown(report: Report) -> None:
    """Raises Http404 for a private report, Gone for a hidden one."""
    if report.visibility == Visibility.PRIVATE:
        raise Http404
    if report.visibility == Visibility.HIDDEN:
        raise Gone(_("Diese Meldung wird nicht mehr gezeigt."))


def own_report(request: Request, number: str) -> Report:
    """The report whose code the caller holds, whatever its visibility.

    Raises NoCode (401), Http404: no such number or another code. Which of both, nobody learns.
    """
    given = AUTHORIZATION.fullmatch(request.headers.get("Authorization", "").strip())
    if not given:
        raise NoCode(_("Bitte den Code der Meldung mitsenden: „Authorization: Tracking CODE“."), field="Authorization")
    report = Report.objects.select_related("asset").filter(public_id=number).first()
    kid, version = (report.tracking_kid, report.tracking_version) if report else (tracking.newest_kid(), 1)
    if not tracking.is_code_of(given[1], number, kid=kid, version=version) or report is None:
        raise Http404
    return report


def tracking_code(report: Report) -> str:
    return tracking.code_for(report.public_id, kid=report.tracking_kid, version=report.tracking_version)


def base_url(request: Request) -> str:
    """ "https://example.org" of this request."""
    return request.build_absolute_uri("/").rstrip("/")


def api_url(request: Request, report: Report) -> str:
    return request.build_absolute_uri(reverse("api-report", args=[report.public_id]))


def refuse_parameters(query: QueryDict) -> None:
    """For endpoints without parameters. Raises UnknownParameter."""
    for name in query:
        shown = "".join(c if c.isprintable() else "?" for c in name[:60])
        raise UnknownParameter(_("Diesen Parameter gibt es nicht. Bitte weglassen."), field=shown)


def private_answer(body: Any, *, status: int = 200) -> Response:
    """An answer for the reporter alone: kept nowhere, told to nobody."""
    response = Response(body, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
