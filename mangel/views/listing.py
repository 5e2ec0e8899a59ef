"""Start page and list: the same reports, the same filter in the URL."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.lookup import ZoneIndex
from mangel.catalogue import Catalogue
from mangel.feed import current_cursor
from mangel.filters import ReportFilter
from mangel.models import Report
from mangel.querysets import ReportQuerySet
from mangel.states import State
from mangel.views import maps
from mangel.views.nearby import RADIUS_M, Nearby
from mangel.views.showing import cards
from threads.numbers import is_number

ON_START, ON_A_PAGE = 8, 30
MONTHS_OFFERED = 12
AFTER = "nach"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`: map, one big button, the newest reports, or the nearest."""
    cursor = current_cursor()  # before reading: better told twice than never
    wanted = ReportFilter.parse(request.GET, strict=False, beside=[])
    near = Nearby.parse(request.GET)
    rows = wanted.apply(Report.objects.published()).with_names()
    rows = rows.near(near.point, radius_m=RADIUS_M) if near.point else rows.newest_first()
    found = list(rows[: ON_START + 1])
    context = {
        "filter": wanted,
        "near": near,
        "filter_fields": parse_qsl(wanted.query()),
        "live_cursor": cursor,
        "map": maps.reports_map(wanted.tile_query()),
        "cards": cards(found[:ON_START]),
        "more": len(found) > 0,
        **(nothing_near() if near.point else nothing_found(wanted)),
    }
    return fresh(render(request, "mangel/home.html", context))


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """`/meldungen/`: all of them, newest first. A page ends at a report's number, so that new ones shift nothing."""
    cursor = current_cursor()
    wanted = ReportFilter.parse(request.GET, strict=False, beside=[AFTER])
    after = request.GET.get(AFTER, "")
    rows = older_than(newest(wanted), after)
    found = list(rows[: ON_A_PAGE + 1])
    here = reverse("reports")
    query = wanted.query()
    older = (
        f"{here}?{query}{'&' if query else ''}{AFTER}={found[ON_A_PAGE - 1].public_id}"
        if len(found) > ON_A_PAGE
        else ""
    )
    context = {
        "filter": wanted,
        "live_cursor": cursor,
        "cards": cards(found[:ON_A_PAGE]),
        "older": older,
        "first_page": f"{here}?{query}" if is_number(after) else "",
        "active": active(wanted),
        "empty_url": here if not wanted.is_empty else reverse("report-new"),
        "empty_action": _("Filter löschen") if not wanted.is_empty else _("Mangel melden"),
        **nothing_found(wanted),
        **choices(wanted),
    }
    return fresh(render(request, "mangel/reports.html", context))


def fresh(response: HttpResponse) -> HttpResponse:
    """Public, but asked for again each time: a state may have changed."""
    response["Cache-Control"] = "private, no-cache"
    return response


def newest(wanted: ReportFilter) -> ReportQuerySet:
    """What cards are made of, newest first. A card shows no point, and making points takes longer than reading them."""
    return wanted.apply(Report.objects.published()).with_names().newest_first().defer("point", "point_3857")


def older_than(found: ReportQuerySet, number: str) -> ReportQuerySet:
    """What comes after the report of that number; everything where there is no such report any more."""
    last = Report.objects.published().filter(public_id=number).first() if is_number(number) else None
    if last is None:
        return found
    return found.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, public_id__gt=last.public_id))


def nothing_near() -> dict[str, str]:
    text = _("Im Umkreis von zwei Kilometern ist nichts gemeldet.")
    return {"empty_title": _("Hier ist alles in Ordnung"), "empty_text": text}


def nothing_found(wanted: ReportFilter) -> dict[str, str]:
    """Words for an empty list, with the next step."""
    if wanted.is_empty:
        text = _("Ist Ihnen etwas aufgefallen? Dann sind Sie die erste Person, die es meldet.")
        return {"empty_title": _("Noch keine Meldungen"), "empty_text": text}
    text = _("Versuchen Sie es mit weniger Filtern oder einem anderen Wort.")
    return {"empty_title": _("Dazu gibt es keine Meldung"), "empty_text": text}


def active(wanted: ReportFilter) -> list[dict[str, str]]:
    """What is set, in words, each with the way to take it away."""
    catalogue, here = Catalogue.current(), reverse("reports")
    names = {zone.code: zone.name for zone in ZoneIndex.current().zones if zone.layer == "district"}
    found: list[tuple[str, dict[str, Any]]] = []
    for code in wanted.categories:
        found.append((catalogue.categories[code].name, {"categories": without(wanted.categories, code)}))
    for state in wanted.states:
        found.append((str(State(state).label), {"states": without(wanted.states, state)}))
    for code in wanted.districts:
        found.append((names.get(code, code), {"districts": without(wanted.districts, code)}))
    if wanted.since:
        day = formats.date_format(timezone.localtime(wanted.since.start), _("j. F Y"))
        found.append((_("seit %(day)s") % {"day": day}, {"since": None}))
    if wanted.until:
        found.append((_("bis %(day)s") % {"day": wanted.until.text}, {"until": None}))
    if wanted.bbox:
        found.append((_("Kartenausschnitt"), {"bbox": None}))
    if wanted.q:
        found.append((f"„{wanted.q}“", {"q": ""}))
    return [{"text": text, "url": f"{here}?{wanted.query(**change)}"} for text, change in found]


def without(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(other for other in codes if other != code)


def choices(wanted: ReportFilter) -> dict[str, Any]:
    """What the filter form offers."""
    catalogue = Catalogue.current()
    districts = sorted({(z.name, z.code) for z in ZoneIndex.current().zones if z.layer == "district"})
    chosen = next(iter(wanted.categories), "")
    return {
        "state_choices": [{"code": state.value, "chosen": state.value in wanted.states} for state in State],
        "groups": [
            {
                "code": group.code,
                "name": group.name,
                "chosen": group.code == chosen,
                "leaves": [
                    {"code": leaf.code, "name": leaf.name, "chosen": leaf.code == chosen}
                    for leaf in catalogue.children(group)
                ],
            }
            for group in catalogue.groups()
        ],
        "districts": [{"code": code, "name": name, "chosen": code in wanted.districts} for name, code in districts],
        "months": months(wanted.since.text if wanted.since else ""),
    }


def months(chosen: str) -> list[dict[str, Any]]:
    """This month and those before, and what the URL says if it is something else."""
    first = timezone.localdate().replace(day=1)
    offered = []
    for _month in range(MONTHS_OFFERED):
        offered.append(
            {"code": f"{first:%Y-%m}", "name": formats.date_format(first, "F Y"), "chosen": chosen == f"{first:%Y-%m}"}
        )
        first = (first - dt.timedelta(days=1)).replace(day=1)
    if chosen and not any(month["chosen"] for month in offered):
        offered.append({"code": chosen, "name": chosen, "chosen": True})
    return offered
