"""The reporter's own page behind the secret link. Never cached, never told to other sites."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.models import City
from mangel import noticing, reporters, tracking
from mangel.catalogue import Catalogue
from mangel.forms import TrackingForm
from mangel.models import Report
from mangel.targets import is_open_now
from mangel.views import showing
from mangel.views.qr import qr_code
from mangel.views.reports import common
from threads.numbers import is_number, parse


def own_report(number: str, code: str) -> Report | None:
    """The report whose code this is, also a private, hidden or merged one."""
    number = parse(number)[:9]
    found = Report.objects.with_names().filter(public_id=number).first() if is_number(number) else None
    if found is None or not tracking.is_code_of(
        code, found.public_id, kid=found.tracking_kid, version=found.tracking_version
    ):
        return None
    return found


def secret(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def report_tracking(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """`/verfolgen/417203858/<code>/`: own text, photos, answers, state."""
    found = own_report(number, code)
    if found is None:
        return not_found(request)
    plain = tracking.normalised(code)
    if plain != code or number != found.public_id:
        return secret(redirect("tracking", found.public_id, plain))
    return tracking_page(request, found, plain)


def not_found(request: HttpRequest) -> HttpResponse:
    return secret(render(request, "mangel/missing.html", {"number": "", "mistyped": False}, status=404))


def tracking_page(
    request: HttpRequest,
    found: Report,
    plain: str,
    *,
    problems: Sequence[tuple[str, str]] = (),
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The own page. `typed`: the form that was refused: {"slug", "errors" by field, "values"}."""
    address = request.build_absolute_uri(reverse("tracking", args=[found.public_id, plain]))
    arrived = "angekommen" in request.GET
    context = {
        **common(found, own=True),
        "arrived": arrived,
        "code": plain,
        "tracking_url": address,
        "qr": qr_code(address, title=_("QR-Code Ihres geheimen Links")),
        "public_url": found.get_absolute_url() if found.is_published else "",
        "place_words": place_words(found),
        "text_waiting": showing.text_waiting(found),
        "closed_words": Catalogue.current().text("outside_hours")
        if arrived and not is_open_now(City.current())
        else "",
        "contact": found.contact,
        "problems": problems,
        "typed": typed,
        "possible": reporters.possible(found),
        "question": reporters.question_of(found),
        "withheld": noticing.told_to_author(found),
        "category_groups": category_groups(),
    }
    return secret(render(request, "mangel/tracking.html", context, status=status))


def category_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """What else it may be: (group, [(code, name)])."""
    catalogue = Catalogue.current()
    return [(group.name, [(c.code, c.name) for c in catalogue.children(group)]) for group in catalogue.groups()]


def place_words(found: Report) -> str:
    """The place as its reporter knows it."""
    if found.address:
        return found.address
    if found.near_address:
        return _("nahe %(address)s") % {"address": found.near_address}
    if found.point:
        return found.place or _("Stelle auf der Karte")
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def tracking_form(request: HttpRequest) -> HttpResponse:
    """`/verfolgen/`: number and code, typed from paper."""
    form = TrackingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = own_report(form.cleaned_data["number"], form.cleaned_data["code"])
        if found:
            return secret(redirect("tracking", found.public_id, tracking.normalised(form.cleaned_data["code"])))
        form.add_error("code", _("Nummer und Code passen nicht zusammen. Bitte vergleichen Sie beides noch einmal."))
    status = 422 if form.is_bound and form.errors else 200
    return secret(render(request, "mangel/tracking_form.html", {"form": form}, status=status))
