"""The finder: the same `decide` without a report. Who is responsible for what, where, and why."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import parameters
from geo.lookup import ZoneIndex
from geo.models import ZoneLayer
from mangel import ownership, places, reasons, routing
from mangel.answers import read_answers
from mangel.catalogue import Catalogue
from mangel.models import Category
from mangel.questions import Asked, asked, place_asked, read_form
from mangel.views import maps
from mangel.views.reporting.place import candidates, is_sure
from pwa.errors import DomainError, DomainErrors
from pwa.translated import Text, pick

ACCURACY_MAX_M = 100_000.0


@dataclass
class Asking:
    """What somebody wants to know, as far as it could be read."""

    category: Category | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    address: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    matches: list[Any] = field(default_factory=list)
    errors: list[DomainError] = field(default_factory=list)


def read(request: HttpRequest) -> Asking:
    """Read the URL; what cannot be read is told, never a dead end."""
    catalogue, asking = Catalogue.current(), Asking()
    code = request.GET.get("category", "")
    asking.category = next((leaf for leaf in catalogue.leaves() if leaf.code == code), None)
    if code and asking.category is None:
        asking.errors.append(
            DomainError(_("Diese Kategorie gibt es nicht. Bitte wählen Sie eine aus der Liste."), field="category")
        )
    asking.address = request.GET.get("address", "").replace("\x00", "").strip()[:200]
    read_point(request, asking)
    if asking.category:
        questions = catalogue.asked(asking.category)
        asking.answers, _wrong = read_answers(questions, read_form(questions, request.GET))
    return asking


def read_point(request: HttpRequest, asking: Asking) -> None:
    """lon/lat from the URL, else the address looked up."""
    lon, lat = request.GET.get("lon", ""), request.GET.get("lat", "")
    if asking.address != request.GET.get("point_of", asking.address):
        lon = lat = ""  # another address was typed: the hidden point is that of the old one
    try:
        if lon or lat:
            asking.lon, asking.lat = parameters.position(lon, lat)
        if request.GET.get("accuracy_m"):
            asking.accuracy_m = parameters.metres(request.GET["accuracy_m"], "accuracy_m", ACCURACY_MAX_M)
    except DomainErrors as refused:
        asking.errors += refused.errors
    except DomainError as refused:
        asking.errors.append(refused)
    if asking.lon is not None and asking.lat is not None:
        if not ZoneIndex.current().at(asking.lon, asking.lat).in_service_area:
            asking.errors.append(
                DomainError(
                    _("Dieser Ort liegt weit außerhalb des Stadtgebiets. Sind Länge und Breite vertauscht?"),
                    field="lon",
                )
            )
    elif asking.address and not asking.errors:
        asking.matches = candidates(asking.address)
        sure = [one for one in asking.matches if is_sure(one, asking.address)]
        if len(sure) == 1:
            asking.lon, asking.lat, asking.matches = sure[0].lon, sure[0].lat, []


@require_safe
def responsibility(request: HttpRequest) -> HttpResponse:
    """`/zustaendig/`: place and matter in, office and reason out."""
    asking = read(request)
    by_field = {error.field: str(error) for error in asking.errors}
    context: dict[str, Any] = {
        "asking": asking,
        "groups": grouped(asking.category),
        "errors": by_field,
        "problems": [(f"id_{'address' if e.field in ('lon', 'lat') else e.field}", str(e)) for e in asking.errors],
        "map": finder_map(asking),
        "match_links": [(one.label, link(asking, one)) for one in asking.matches],
        "place_words": place_words(asking),
    }
    if asking.category and not asking.errors:
        context |= answer(asking, asking.category)
    return render(request, "mangel/responsibility.html", context, status=422 if asking.errors else 200)


def finder_map(asking: Asking) -> dict[str, Any]:
    """The ground, looked at where it was asked about."""
    shown = maps.ground() | {"label": _("Karte der Zuständigkeiten: tippen fragt, wer dort zuständig ist")}
    if asking.lon is None or asking.lat is None or asking.errors:
        return shown
    return shown | {"centre": [asking.lon, asking.lat], "zoom": 15}


def place_words(asking: Asking) -> str:
    """What is known about the place."""
    if asking.lon is None or asking.lat is None or asking.errors:
        return asking.address
    zones = ZoneIndex.current().at(asking.lon, asking.lat)
    if not zones.inside_city:
        return asking.address or _("Außerhalb des Stadtgebiets")
    near = places.near_words(asking.lon, asking.lat)
    names = [hit.name for hit in zones if hit.layer not in ("city", "district")]
    names += [zones.district.name] if zones.district else []
    return ", ".join(([asking.address] if asking.address else [near] if near else []) + names)


def grouped(chosen: Category | None) -> list[dict[str, Any]]:
    catalogue = Catalogue.current()
    return [
        {
            "name": group.name,
            "leaves": [{"code": c.code, "name": c.name, "chosen": c == chosen} for c in catalogue.children(group)],
        }
        for group in catalogue.groups()
    ]


def link(asking: Asking, one: Any) -> str:
    """The same question for one of several addresses."""
    given = {"address": one.label, "lon": f"{one.lon:.6f}", "lat": f"{one.lat:.6f}"}
    if asking.category:
        given["category"] = asking.category.code
    return f"{reverse('responsibility')}?{urlencode(given)}"


def answer(asking: Asking, category: Category) -> dict[str, Any]:
    """Office, sentence, alternatives, and what is still to be asked."""
    catalogue = Catalogue.current()
    decided = routing.decide(
        category=category, lon=asking.lon, lat=asking.lat, accuracy_m=asking.accuracy_m, answers=asking.answers
    )
    where = question_of(decided, asking)
    given = {"category": category.code} | {
        name: str(value) for name in ("lon", "lat", "address") if (value := getattr(asking, name))
    }
    if asking.address and asking.lon is not None:
        given["place_source"] = "address"  # the form must not keep this point for another address
    return {
        "decided": decided,
        "office": decided.office,
        "minder": catalogue.in_charge(decided.office) if decided.office.is_outside else None,
        "reason": sentence_of(decided, category),
        "alternatives": alternatives(decided, category),
        "questions": ([where] if where else [])
        + asked([q for q in catalogue.asked(category) if q.routes], asking.answers, {}),
        "report_url": f"{reverse('report-new')}?{urlencode(given)}",
        "has_place": asking.lon is not None,
    }


def sentence_of(decided: routing.Outcome, category: Category) -> Text:
    return reasons.sentence(
        reason_code=decided.reason_code, params=decided.reason_params, office=decided.office, category=category
    )


def question_of(decided: routing.Outcome, asking: Asking) -> Asked | None:
    if decided.question is None:
        return None
    layer = ZoneLayer.objects.filter(key=decided.question.layer).first()
    text = pick(layer.question if layer else None)
    return place_asked(decided.question, text, pick(layer.none_label if layer else None), asking.answers.get("place"))


def alternatives(decided: routing.Outcome, category: Category) -> list[dict[str, str]]:
    """Other offices, and what would make them responsible: another spot, another answer."""
    if decided.question:
        return [
            {"office": office.name, "because": pick(hit.answer_label) or hit.name if hit else _("sonst")}
            for _code, hit, office in decided.question.options
        ]
    table, catalogue = routing.RoutingTable.current(), Catalogue.current()
    found = {}
    for question in catalogue.asked(category):
        for rule in table.of(category).anywhere if question.routes else ():
            words = next((pick(o["text"]) for o in question.options if o["code"] == rule.option), "")
            if rule.question == question.code and rule.office_id != decided.office.pk and words:
                found[rule.pk] = {"office": catalogue.office_by_id[rule.office_id].name, "because": words}
    return list(found.values())


def alike(grounds: list[ownership.Ground]) -> list[dict[str, Any]]:
    """Grounds with the same offices for the same matters in one row."""
    found: dict[Any, dict[str, Any]] = {}
    for ground in grounds:
        same = tuple((share.office.pk, tuple(c.pk for c in share.categories)) for share in ground.shares)
        row = found.setdefault((ground.zone is None, same), {"names": [], "shares": ground.shares})
        row["names"].append(Text(ground.zone.name, "de") if ground.zone else _("Außerhalb der Stadt"))
    return list(found.values())


@require_safe
def owners(request: HttpRequest) -> HttpResponse:
    """`/zustaendig/karte/`: who owns what, as a map and as equal tables."""
    layers = {layer.key: layer for layer in ZoneLayer.objects.all()}
    context = {
        "map": maps.ground()
        | {"note": _("Schematische Grenzen"), "label": _("Karte der Flächen; dieselben Flächen stehen in der Tabelle")},
        "grounds": alike(ownership.special_grounds()),
        "leaves": len(Catalogue.current().leaves()),
        "everywhere": ownership.everywhere(),
        "legend": [layers[key] for key in maps.GROUND_LAYERS if key in layers],
        "schematic": any(layer.schematic for layer in layers.values()),
        "groups": grouped(None),
    }
    return render(request, "mangel/owners.html", context)
