""" "Inhalt melden": about which text or photo, why; and the page where one sees what came of it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from mangel import noticing
from mangel.models import Report
from mangel.notice_input import read_notice
from mangel.noticing import NoSuchPiece, Piece
from mangel.states import Visibility
from mangel.views.following import secret
from mangel.views.reports import missing
from photos.querysets import as_public
from pwa.errors import DomainError, DomainErrors
from threads.models import Notice
from threads.numbers import is_number
from threads.senders import sender_hash

FIELDS = ("reason", "words", "mail")


# Nobody is signed in here and no cookie has any say, so there is nothing that another site could misuse.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, number: str) -> HttpResponse:
    """`/meldungen/<number>/inhalt-melden/?stueck=photo&was=<address>`"""
    report = Report.objects.published().with_names().filter(public_id=number).first() if is_number(number) else None
    if report is None:
        return missing(request, number)
    asked = request.POST if request.method == "POST" else request.GET
    kind, which = asked.get("stueck", ""), asked.get("was", "")
    try:
        piece = noticing.find_public(report, kind if kind in noticing.LABELS else "", which)
    except NoSuchPiece as gone:
        return form(request, report, problems=[("", str(gone))], status=404)
    about: dict[str, Any] = {"piece": piece, "kind": kind, "which": which}
    if request.method != "POST":
        return form(request, report, **about)
    try:
        values = read_notice({"piece": kind, "which": which} | {name: request.POST.get(name, "") for name in FIELDS})
        notice = noticing.give_notice(report=report, **values, sender_hash=sender_hash(request))
    except DomainErrors as refused:
        return form(request, report, **about, errors=refused.errors, status=422)
    except DomainError as refused:
        return form(request, report, **about, errors=[refused], status=refused.status)
    return secret(redirect("notice", notice.key))


def form(
    request: HttpRequest,
    report: Report,
    *,
    piece: Piece | None = None,
    kind: str = "",
    which: str = "",
    errors: list[DomainError] | None = None,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = errors or []
    context: dict[str, Any] = {
        "report": report,
        "piece": piece,
        "photo": as_public(piece.photo) if piece and piece.photo else None,
        "kind": kind,
        "which": which,
        "reasons": Notice.Reason.choices,
        "values": request.POST,
        "errors": {error.field: str(error) for error in errors},
        "problems": problems
        or [(f"id_{error.field}" if error.field in FIELDS else "", str(error)) for error in errors],
    }
    response = render(request, "mangel/notice_form.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def given(request: HttpRequest, key: UUID) -> HttpResponse:
    """`/hinweis/<key>/`: for who gave notice. Nothing of the report that is not public is told here."""
    notice = get_object_or_404(Notice.objects.select_related("thing"), key=key)
    report = Report.objects.with_names().filter(thing=notice.thing_id).first()
    shown = report is not None and report.visibility == Visibility.PUBLIC and report.merged_into_id is None
    context = {
        "notice": notice,
        "label": noticing.LABELS[notice.piece.partition(":")[0]],
        "report": report if shown else None,
    }
    return secret(render(request, "mangel/notice.html", context))
