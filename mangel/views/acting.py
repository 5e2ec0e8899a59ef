"""What the reporter does on their own page: one form each, without JavaScript. GET shows, POST acts."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mangel import contacting, correcting, erasing, photo_intake, reporters
from mangel.models import Report
from mangel.states import OPEN
from mangel.views.following import not_found, own_report, secret, tracking_page
from mangel.views.reporting.place import candidates, is_sure
from photos.errors import PhotoRefused
from pwa.errors import DomainError, DomainErrors


@dataclass(frozen=True)
class Deed:
    """One form of the page: what it does, and what is said afterwards."""

    run: Callable[[HttpRequest, Report], Any]
    said: Any


def answer(request: HttpRequest, report: Report) -> None:
    reporters.answer(report=report, text=request.POST.get("text", ""))


def add(request: HttpRequest, report: Report) -> None:
    reporters.add_sentence(report=report, text=request.POST.get("text", ""))


def add_photos(request: HttpRequest, report: Report) -> None:
    """Photos one after the other; what was good stays, also if a later one is refused."""
    files = request.FILES.getlist("photos")
    if not files:
        raise PhotoRefused(_("Bitte wählen Sie ein Foto aus."), code="required")
    for file in files:
        photo_intake.add_photo(report=report, key=uuid.uuid4(), file=cast(BinaryIO, file), content_digest="")


def correct(request: HttpRequest, report: Report) -> None:
    posted = request.POST
    data: dict[str, Any] = {"description": posted.get("description", ""), "place_hint": posted.get("place_hint", "")}
    data["category"] = posted.get("category", "") or report.category.code
    address = posted.get("address", "").strip()
    if address and address != report.address:
        data |= place_of(address, report)
    correcting.correct(report=report, draft=correcting.read_correction(report, data))


def place_of(address: str, report: Report) -> dict[str, Any]:
    """An address we are sure of has its point; anything else stays the reporter's words, at the point we know."""
    sure = [found for found in candidates(address[:300]) if is_sure(found, address)]
    if len(sure) == 1:
        return {"address": sure[0].label, "place_source": "address", "lon": sure[0].lon, "lat": sure[0].lat}
    if report.point is None:
        return {"address": address, "place_source": "address"}
    told = correcting.as_told(report)
    return {name: told[name] for name in correcting.PLACE if name in told} | {"address": address}


def reopen(request: HttpRequest, report: Report) -> None:
    reporters.reopen(report=report, note=request.POST.get("note", ""))


def withdraw(request: HttpRequest, report: Report) -> None:
    reporters.withdraw(report=report, note=request.POST.get("note", ""))


def keep_contact(request: HttpRequest, report: Report) -> None:
    given = {
        name: request.POST[name] for name in ("channel", "mail", "phone", "postal_address") if name in request.POST
    }
    contacting.keep_contact(report=report, values=contacting.read_contact(given))


def erase(request: HttpRequest, report: Report) -> None:
    if not request.POST.get("confirm"):
        message = _("Bitte setzen Sie das Häkchen. Was gelöscht ist, kommt nicht wieder.")
        raise DomainError(message, field="confirm")
    erasing.erase_own(report=report)


DEEDS = {
    "antworten": Deed(answer, gettext_lazy("Danke, Ihre Antwort ist angekommen.")),
    "ergaenzen": Deed(add, gettext_lazy("Danke, Ihre Ergänzung ist angekommen.")),
    "foto": Deed(add_photos, gettext_lazy("Danke, das Foto ist angekommen.")),
    "berichtigen": Deed(correct, gettext_lazy("Danke, wir haben es berichtigt.")),
    "wieder-oeffnen": Deed(reopen, ""),
    "zurueckziehen": Deed(withdraw, ""),
    "kontakt": Deed(keep_contact, gettext_lazy("Gut, wir geben Ihnen Bescheid.")),
    "loeschen": Deed(erase, gettext_lazy("Ihre Angaben sind gelöscht.")),
}


# The secret in the address is what entitles, no cookie: another site cannot know it, so there is nothing to forge,
# and a token that expired while the page was open would cost a resident what they typed.
@csrf_exempt
@require_POST
def act(request: HttpRequest, number: str, code: str, slug: str) -> HttpResponse:
    """`/verfolgen/<number>/<code>/<slug>/`: do it and show the page again, or say why not with all that was typed."""
    found, deed = own_report(number, code), DEEDS.get(slug)
    if found is None:
        return not_found(request)
    if deed is None:
        raise Http404
    try:
        deed.run(request, found)
    except DomainErrors as refused:
        return refuse(request, found, code, slug, refused.errors, refused.status)
    except DomainError as refused:
        return refuse(request, found, code, slug, [refused], refused.status)
    messages.success(request, str(deed.said) or outcome(found))
    return secret(redirect("tracking", number, code))


def refuse(
    request: HttpRequest, found: Report, code: str, slug: str, errors: list[DomainError], status: int
) -> HttpResponse:
    """The page with what is wrong on top and beside its field."""
    names = {error.field: str(error) for error in reversed(errors) if error.field}
    problems = [(f"id_{slug}_{error.field}" if error.field else "", str(error)) for error in errors]
    typed = {"slug": slug, "errors": names, "values": request.POST}
    return tracking_page(request, found, code, problems=problems, typed=typed, status=status)


def outcome(before: Report) -> str:
    """What came of it, where that depends: withdrawn or only told, opened again or before the lead."""
    now = Report.objects.select_related("declined_reason").get(pk=before.pk)
    if reporters.is_withdrawn(now):
        return _("Ihre Meldung ist zurückgezogen und nicht mehr öffentlich.")
    if before.state in OPEN:
        return _("Wir haben der zuständigen Stelle gesagt, dass Sie die Meldung zurückziehen.")
    if now.state in OPEN:
        return _("Danke. Ihre Meldung ist wieder offen.")
    return _("Danke. Jetzt sieht es sich die Leitung an.")


@require_safe
def own_data(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """`/verfolgen/<number>/<code>/daten/`: everything we hold, as a file."""
    found = own_report(number, code)
    if found is None:
        return not_found(request)
    response = JsonResponse(erasing.held_about(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="meldung-{found.public_id}.json"'
    return secret(response)
