"""Who is responsible? The same `decide` without a report; and the catalogue to ask about."""

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from geo.lookup import ZoneIndex, ZonesAt
from geo.models import ZoneLayer
from geo.parameters import Query, wrong_query
from mangel import reasons, routing
from mangel.answers import read_answers
from mangel.api import ground
from mangel.api.catalogue import tree
from mangel.api.features import told_office, zone_names
from mangel.api.ground import ApiView
from mangel.api.schema import problems
from mangel.api.serializers import CatalogueSerializer, ResponsibilitySerializer
from mangel.catalogue import Catalogue
from mangel.drafts import ACCURACY_MAX_M, as_json_object
from mangel.models import Category
from mangel.questions import place_asked
from pwa.errors import DomainError, DomainErrors
from pwa.translated import pick


class OutsideServiceArea(DomainError):
    code = "outside_service_area"


class ResponsibilityView(ApiView):
    """Who is responsible for a matter at a place."""

    @extend_schema(
        operation_id="responsibility",
        summary="Which office, and why",
        description="Without category: the zones of the place; the office only where all categories lead to one.",
        parameters=[
            OpenApiParameter("lon", OpenApiTypes.DOUBLE, description="Degrees east, WGS 84"),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, description="Degrees north, WGS 84"),
            OpenApiParameter("accuracy", OpenApiTypes.DOUBLE, description="Radius of the position's error in metres"),
            OpenApiParameter("category", str, description="Code of a leaf", examples=[OpenApiExample("Bench", "GRU4")]),
            OpenApiParameter("answers", str, description='JSON object, e.g. {"place": "none"}'),
        ],
        responses={200: ResponsibilitySerializer, **problems(400, 422)},
    )
    def get(self, request: Request) -> Response:
        query = Query(request.query_params, known=("lon", "lat", "accuracy", "category", "answers"))
        category = read_category(query)
        place = query.place(required=category is None)
        accuracy_m = query.metres("accuracy", most=ACCURACY_MAX_M)
        answers = read_given(query, category)
        zones = ZoneIndex.current().at(*place) if place else None
        if zones is not None and not zones.in_service_area:
            raise OutsideServiceArea(
                _("Dieser Ort liegt weit außerhalb des Stadtgebiets. Sind Länge (lon) und Breite (lat) vertauscht?"),
                field="lon",
            )
        lon, lat = place or (None, None)
        if category is None:
            return Response(of_place(zones, lon, lat))
        decided = routing.decide(category=category, lon=lon, lat=lat, accuracy_m=accuracy_m, answers=answers)
        return Response(of_matter(category, decided))


def read_category(query: Query) -> Category | None:
    """An active leaf. Raises DomainError (400)."""
    code = query.text("category", most=600)
    category = Catalogue.current().categories.get(code)
    if code and (category is None or not category.active or category.parent_id is None):
        raise query.refusal("category", _("Diese Kategorie gibt es nicht. Die Liste steht unter /api/v1/categories/."))
    return category


def read_given(query: Query, category: Category | None) -> dict[str, Any]:
    """Answers given so far; none is required here. Raises DomainErrors (400)."""
    text = query.text("answers", most=4000)
    raw = as_json_object(text) if text else {}
    if raw is None:
        raise query.refusal("answers", _('Bitte als JSON-Objekt angeben, zum Beispiel {"tiefe": "flach"}.'))
    if category is None:
        return {}
    answers, errors = read_answers(Catalogue.current().asked(category), raw)
    if wrong := [error for error in errors if error.code != "required"]:
        raise wrong_query(DomainErrors(wrong))
    return answers


def of_matter(category: Category, decided: routing.Outcome) -> dict[str, Any]:
    """The decision about one category, in the reader's language."""
    zones, question = decided.zones, decided.question
    district = zones.district if zones else None
    return {
        "office": told_office(decided.office),
        "reason": reasons.sentence(
            reason_code=decided.reason_code,
            params=decided.reason_params,
            office=decided.office,
            category=category,
            district=district,  # type: ignore[arg-type]  # it has a name, which is all that is asked of it
        ),
        "zones": told_zones(zones),
        "ambiguous": decided.ambiguous,
        "question": told_question(question) if question else None,
        "alternatives": told_alternatives(question) if question else [],
        "inside_city": zones is None or zones.inside_city,  # no zones is falsy, and not the same as no place
    }


def of_place(zones: ZonesAt | None, lon: float | None, lat: float | None) -> dict[str, Any]:
    """What can be said of a place without a matter: outside the city usually everything."""
    office = reason = None
    if zones is not None and not zones.inside_city:
        told = [(c, routing.decide(category=c, lon=lon, lat=lat)) for c in Catalogue.current().leaves()]
        if len({decided.office.pk for _category, decided in told}) == 1:
            whole = of_matter(*told[0])
            office, reason = whole["office"], whole["reason"]
    return {
        "office": office,
        "reason": reason,
        "zones": told_zones(zones),
        "ambiguous": False,
        "question": None,
        "alternatives": [],
        "inside_city": zones is None or zones.inside_city,  # no zones is falsy, and not the same as no place
    }


def told_zones(zones: ZonesAt | None) -> list[dict[str, str]]:
    names = zone_names(hit.id for hit in zones or ())
    return [{"layer": hit.layer, "code": hit.code, "name": names[hit.id].shown} for hit in zones or ()]


def told_question(question: routing.PlaceQuestion) -> dict[str, Any]:
    """The question as a form asks it."""
    layer = ZoneLayer.objects.filter(key=question.layer).first()
    asked = place_asked(
        question, pick(layer.question if layer else None), pick(layer.none_label if layer else None), None
    )
    options = [{"code": option.code, "text": option.text} for option in asked.options]
    return {"code": asked.code, "text": asked.text, "options": options}


def told_alternatives(question: routing.PlaceQuestion) -> list[dict[str, Any]]:
    """Each office that is possible, and where it would be the one."""
    words = {option["code"]: option["text"] for option in told_question(question)["options"]}
    return [{"office": told_office(office), "because": words[code]} for code, _hit, office in question.options]


class CategoriesView(ApiView):
    """What can be reported."""

    @extend_schema(
        operation_id="categories",
        summary="Groups, categories and their questions",
        responses={200: CatalogueSerializer, 304: None, **problems(400)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        ground.refuse_parameters(request.query_params)
        catalogue, language = Catalogue.current(), get_language() or "de"
        month = timezone.localdate().month
        etag = quote_etag(f"{catalogue.revision}-{language}-{month}")
        if not_modified := get_conditional_response(request._request, etag=etag):
            return not_modified
        response = HttpResponse(written(catalogue, language, month), content_type="application/json")
        response["ETag"], response["Cache-Control"] = etag, "no-cache"
        return response


def written(catalogue: Catalogue, language: str, month: int) -> bytes:
    """The tree as JSON, kept for each language while the catalogue stays as it is."""
    key = (catalogue.revision, month)
    if _written.get("key") != key:
        _written.clear()
        _written["key"] = key
    if language not in _written:
        _written[language] = json.dumps(tree(catalogue), ensure_ascii=False, separators=(",", ":")).encode()
    return _written[language]


_written: dict[str, Any] = {}
