"""Between the steps: "Ist es das hier?" One tap joins, another goes on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from mangel.merging import support
from mangel.models import Report
from mangel.states import State
from mangel.views.reporting.state import Begun
from mangel.views.reporting.steps import category_of, likely_doubles
from mangel.views.showing import cards
from mangel.views.supporting import count_once
from pwa.errors import DomainError

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
    said = (
        _("Danke. Wir haben vermerkt, dass es Sie auch betrifft.")
        if counted
        else _("Das hatten Sie uns schon gesagt. Danke.")
    )
    messages.success(request, said)
    return response


def context(begun: Begun, errors: dict[str, str]) -> dict[str, Any]:
    category = category_of(begun)
    found = likely_doubles(begun, category) if category else []
    return {"doubles": cards(found), "all_resolved": bool(found) and all(r.state == State.RESOLVED for r in found)}
