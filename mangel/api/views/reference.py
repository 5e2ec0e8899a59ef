"""/api/: the endpoints as a page, made from the same OpenAPI document that programs read."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from pwa.errors import DomainError


@require_safe
def endpoints(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, bodies and answers. No third party, no script."""
    return render(request, "mangel/api.html", {"info": document()["info"], "operations": operations()})


class NoSlash(DomainError):
    """An address of ours but for its end."""

    status = 404
    code = "slash_missing"


class NoSlashView(APIView):
    """An address without its last "/". Reading is led on; a report is not, for following turns a POST into a GET, and
    the list's 200 would look like an answer."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{request.path}/?{query}" if query else f"{request.path}/")

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponseBase:
        raise NoSlash(_("Diese Adresse endet mit einem Schrägstrich. Bitte „/“ anfügen."))

    put = patch = delete = post


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI document; it changes with the code only."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


@lru_cache(maxsize=1)
def operations() -> list[dict[str, Any]]:
    """One row an operation, in the order of their addresses."""
    return [
        {
            "id": told["operationId"],
            "method": method.upper(),
            "path": path,
            "summary": told.get("summary") or told.get("description", ""),
            "description": told.get("description", "") if told.get("summary") else "",
            "parameters": [as_parameter(parameter) for parameter in told.get("parameters", [])],
            "bodies": [
                {"media_type": media_type, "fields": fields_of(content["schema"])}
                for media_type, content in told.get("requestBody", {}).get("content", {}).items()
            ],
            "answers": [
                {"status": status, "description": answer.get("description", "")}
                for status, answer in sorted(told["responses"].items())
            ],
            "needs_code": {"tracking": []} in told.get("security", []),
        }
        for path, methods in document()["paths"].items()
        for method, told in methods.items()
    ]


def as_parameter(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": told["name"],
        "where": told["in"],
        "required": told.get("required", False),
        "description": told.get("description", ""),
    }


def fields_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a body, one level deep."""
    name = schema.get("$ref", "").rpartition("/")[2]
    whole = document()["components"]["schemas"].get(name, schema)
    required = whole.get("required", [])
    return [
        {"name": field, "required": field in required, "description": told.get("description", "")}
        for field, told in whole.get("properties", {}).items()
    ]
