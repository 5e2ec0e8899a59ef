"""The page of one report, and "Betrifft mich auch"."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mangel.catalogue import Catalogue
from mangel.expected import expected
from mangel.feed import current_cursor
from mangel.merging import support
from mangel.models import Report
from mangel.states import OPEN, Visibility
from mangel.views import maps, showing
from mangel.views.listing import fresh
from mangel.views.qr import public_qr
from mangel.views.supporting import count_once, supporter_hash
from pwa.translated import foreign
from threads.numbers import is_number, parse


class Gone(Exception):
    """Was public, is not any more."""


@require_safe
def report(request: HttpRequest, number: str) -> HttpResponse:
    """`/meldungen/417203858/`. Typed numbers lead to it; private ones do not exist; hidden ones are gone."""
    plain = parse(number)
    if not is_number(plain):
        return missing(request, number, mistyped=True)
    if plain != number:
        return redirect("report", plain)
    cursor = current_cursor()
    found = Report.objects.with_names().filter(public_id=plain).first()
    if found is None or found.visibility == Visibility.PRIVATE:
        return missing(request, plain)
    if found.visibility == Visibility.HIDDEN:
        return render(request, "410.html", status=410)
    if found.merged_into_id:
        return merged(request, found)
    return fresh(render(request, "mangel/report.html", context_of(request, found) | {"live_cursor": cursor}))


def missing(request: HttpRequest, number: str, *, mistyped: bool = False) -> HttpResponse:
    return render(request, "mangel/missing.html", {"number": number[:40], "mistyped": mistyped}, status=404)


def merged(request: HttpRequest, found: Report) -> HttpResponse:
    """The old number leads to the one it went into, if that may be seen."""
    into = found.merged_into
    if into is None or into.visibility == Visibility.PRIVATE:
        return missing(request, found.public_id)
    if into.visibility == Visibility.HIDDEN:
        return render(request, "410.html", status=410)
    messages.info(request, _("Die Meldung %(number)s wurde mit dieser zusammengelegt.") % {"number": found.spoken_id})
    return redirect(into)


def context_of(request: HttpRequest, found: Report) -> dict[str, Any]:
    """Everything a stranger may read of a public report."""
    address = request.build_absolute_uri(found.get_absolute_url())
    return {
        **common(found, own=False),
        "address": address,
        "qr": public_qr(address, _("QR-Code dieser Seite")),
        "text_waiting": showing.text_waiting(found),
        "photos_waiting": showing.photos_waiting(found),
        "can_support": found.state in OPEN,
        "is_supported": is_supported(request, found),
        "map": maps.pin_map(found),
        "notice_url": reverse("notice-new", args=[found.public_id]),
    }


def common(found: Report, *, own: bool) -> dict[str, Any]:
    """What report page and tracking page share."""
    reason = showing.reason_of(found)
    place = found.place
    return {
        "report": found,
        "declined": showing.next_step_of(found),
        "pictures": showing.pictures(found, own=own),
        "photo_alt": f"{found.category.name}, {place}" if place else found.category.name,
        "reason": reason,
        "reason_lang": foreign(reason),
        "what_next": showing.what_next(found),
        "expected": expected(
            category=found.category, state=found.state, waiting=found.waiting, waiting_until=found.waiting_until
        ),
        "answers": showing.answers_of(found, own=own),
        "events": showing.own_timeline_of(found) if own else showing.timeline_of(found),
        "waiting_words": Catalogue.current().text("text_waiting") or _("wird angesehen"),
    }


def is_supported(request: HttpRequest, found: Report) -> bool:
    key = supporter_hash(request)
    return bool(key) and found.supports.filter(supporter_key_hash=key).exists()


@require_POST
def report_support(request: HttpRequest, number: str) -> HttpResponse:
    """Counts a supporter once and shows the page again."""
    found = Report.objects.published().filter(public_id=number).first() if is_number(number) else None
    if found is None:
        raise Http404
    if found.state not in OPEN:
        messages.info(
            request, _("Diese Meldung ist abgeschlossen. Ist es wieder kaputt? Dann melden Sie es bitte neu.")
        )
        return redirect(found)
    response = redirect(found)
    support(report=found, key_hash=count_once(request, response))
    return response
