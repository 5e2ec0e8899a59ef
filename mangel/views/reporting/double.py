"""Between the steps: "Ist es das hier?" One tap joins, another goes on."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from geo.parameters import Query
from mangel import doubles
from mangel.catalogue import Catalogue
from mangel.drafts import ACCURACY_MAX_M
from mangel.merging import support
from mangel.models import Report
from mangel.states import State
from mangel.views.reporting.state import Begun
from mangel.views.reporting.steps import category_of, likely_doubles
from mangel.views.showing import cards
from mangel.views.supporting import count_once
from pwa.errors import DomainError, DomainErrors

JOIN = "join-"


def read(request: HttpRequest, begun: Begun) -> list[DomainError]:
    """ "Nein, etwas anderes" (or "Wieder kaputt"): remember what it was not."""
    category = category_of(begun)
    if category:
        begun.not_it += [report.public_id for report in likely_doubles(begun, category)]
    return []


def join(request: HttpRequest, public_id: str) -> HttpResponse | None:
    """ "Ja, das ist es": counts as support and leads to that report. None if it is not public any more."""
    report = Report.objects.published().filter(public_id=public_id).first()
    if report is None:
        return None
    response = redirect(report)
    counted = support(report=report, key_hash=count_once(request, response))
    messages.success(request, thanks(counted))
    return response


def thanks(counted: bool) -> str:
    if counted:
        return _("Danke. Wir haben vermerkt, dass es Sie auch betrifft.")
    return _("Das hatten Sie uns schon gesagt. Danke.")


def context(begun: Begun, errors: dict[str, str]) -> dict[str, Any]:
    category = category_of(begun)
    return shown(likely_doubles(begun, category) if category else [])


def shown(found: list[Report]) -> dict[str, Any]:
    return {"doubles": cards(found), "all_resolved": bool(found) and all(r.state == State.RESOLVED for r in found)}


# --- for the page that does the steps by itself ---------------------------------------------------------------------


# Like the flow's own view: no cookie has any say in it, and the page it comes from may be weeks old.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report_doubles(request: HttpRequest) -> HttpResponse:
    """`/melden/doppelt/`: GET gives the cards (204: there are none), POST joins `report`."""
    try:
        response = joined(request) if request.method == "POST" else nearby(request)
    except DomainError as refused:
        first = refused.errors[0] if isinstance(refused, DomainErrors) else refused
        response = JsonResponse({"field": first.field, "message": str(first)}, status=refused.status)
    response["Cache-Control"] = "no-store"
    return response


def nearby(request: HttpRequest) -> HttpResponse:
    """Cards of published reports that may be the same. Raises DomainError."""
    query = Query(request.GET, known=("category", "lon", "lat", "accuracy_m", "not"))
    category = Catalogue.current().categories.get(query.text("category"))
    if category is None or category.parent_id is None:
        raise query.refusal("category", _("Diese Auswahl gibt es nicht mehr. Bitte wählen Sie noch einmal."))
    lon, lat = query.place(required=True) or (None, None)
    begun = Begun(category=category.code, not_it=query.texts("not")[: doubles.SHOWN_AT_MOST])
    begun.place = {"lon": str(lon), "lat": str(lat)}
    if accuracy_m := query.metres("accuracy_m", most=ACCURACY_MAX_M):
        begun.place["accuracy_m"] = str(accuracy_m)
    found = likely_doubles(begun, category)
    return render(request, "mangel/reporting/_doubles.html", shown(found)) if found else HttpResponse(status=204)


def joined(request: HttpRequest) -> HttpResponse:
    """Count this browser as affected by the report, once. Raises DomainError."""
    report = Report.objects.published().filter(public_id=request.POST.get("report", "")[:20]).first()
    if report is None:
        raise DomainError(_("Diese Meldung ist nicht mehr da. Bitte melden Sie es neu."), field="report")
    response = HttpResponse(content_type="application/json")  # filled below: counting sets a cookie on it
    counted = support(report=report, key_hash=count_once(request, response))
    told = {"number": report.public_id, "url": report.get_absolute_url(), "said": thanks(counted)}
    response.content = json.dumps(told)
    return response
