"""How the OpenAPI document speaks of problems, keys and codes, so that it tells the truth about every endpoint."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from mangel.api.serializers import ProblemSerializer

PROBLEM = "application/problem+json"
MEANINGS = {
    400: "A parameter cannot be read; `errors` names it",
    401: "The code of the report is missing",
    404: "Never existed, or is not public",
    409: "The first request with this key is still running; ask again after Retry-After seconds",
    410: "Was public and is hidden",
    413: "Too large",
    415: "Another media type than those listed",
    422: "A field has to be mended; `errors` names each, in the reader's language",
    429: "Too much at once; ask again after Retry-After seconds. With `work`: or at once, with the number found",
    507: "No room for photos at the moment",
}
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Random, made by the client; the same key is the same report, for at least 30 days",
    examples=[OpenApiExample("UUID", "3f0c9c0e-6d64-4f0e-9d4f-0c7c7f9a2f11")],
)
WORK = OpenApiParameter(
    "Proof-Of-Work",
    str,
    OpenApiParameter.HEADER,
    description="Only after 429 with `work` = EXPIRES.NONCE.TARGET.MOST.SIGNATURE: the same text, a dot, and the number"
    " below MOST for which SHA-256 of EXPIRES.NONCE.NUMBER (hexadecimal) is TARGET. Same Idempotency-Key",
)
SUPPORTER_KEY = OpenApiParameter(
    "Supporter-Key",
    {"type": "string", "minLength": 16, "maxLength": 128},
    OpenApiParameter.HEADER,
    description="Instead of `supporter_key` in the body",
)
NUMBER = OpenApiParameter(
    "number",
    {"type": "string", "pattern": "^[1-9][0-9]{8}$"},
    OpenApiParameter.PATH,
    description="Public number of a report, 9 digits",
)
TRACKING: list[Any] = [{"tracking": []}]


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Responses of `extend_schema` for refusals."""
    return {(status, PROBLEM): OpenApiResponse(ProblemSerializer, MEANINGS[status]) for status in statuses}


def public_only(endpoints: list[Any]) -> list[Any]:
    """drf-spectacular hook: the API and the tiles, whatever else may use REST framework one day."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(("/api/v1/", "/tiles/"))]


def tell_of_map_tiles(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular hook: tiles of zones and of our own basemap are no REST views, but part of the contract."""
    reports = result["paths"]["/tiles/reports/{z}/{x}/{y}.mvt"]["get"]
    axes = [told for told in reports["parameters"] if told["in"] == "path"]
    layer = {
        "in": "path",
        "name": "layer",
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z_-]{1,40}$"},
    }
    answers = {status: told for status, told in reports["responses"].items() if status in ("200", "304", "404")}
    for path, name, parameters, summary in (
        (
            "/tiles/zones/{layer}/{z}/{x}/{y}.mvt",
            "tile_zones",
            [layer, *axes],
            "Layer `zones` (code, name), as valid today",
        ),
        ("/tiles/base/{z}/{x}/{y}.mvt", "tile_base", axes, "Our own basemap: streets, water, green, house numbers"),
    ):
        operation = {"operationId": name, "summary": summary, "parameters": parameters, "responses": {**answers}}
        result["paths"][path] = {"get": operation}
    return result


def tell_of_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular hook: every operation may refuse with a problem, and the reporter's code is a credential."""
    components = result.setdefault("components", {})
    components.setdefault("securitySchemes", {})["tracking"] = {
        "type": "http",
        "scheme": "Tracking",
        "description": "`Authorization: Tracking CODE`, the code from the answer to POST /api/v1/reports/",
    }
    any_problem = {
        "description": "Refused; the problem says why and what to do",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"].setdefault("4XX", any_problem)
            operation["responses"].setdefault("503", any_problem | {"description": "The database is away; Retry-After"})
            operation.setdefault("security", [])
    return result
