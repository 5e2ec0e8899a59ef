"""Reports for everybody: sending one, the list, one of them, "Betrifft mich auch"."""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.http import HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from geo.parameters import Query
from mangel import intake, merging, work
from mangel.api import ground, parsers
from mangel.api.features import Beside, Row, feature, features
from mangel.api.ground import ApiView, MergedInto, private_answer, public_report
from mangel.api.schema import KEY, NUMBER, SUPPORTER_KEY, WORK, problems
from mangel.api.serializers import (
    NewReportFormSerializer,
    NewReportSerializer,
    PublicReportSerializer,
    ReportCollectionSerializer,
    SubmittedReportSerializer,
    SupportedSerializer,
    SupportSerializer,
)
from mangel.drafts import read_draft
from mangel.filters import PARAMETERS, BadFilter, ReportFilter
from mangel.models import Report
from mangel.querysets import ReportQuerySet
from mangel.states import State
from mangel.views.supporting import hash_of
from pwa.errors import DomainError

LIMIT, LIMIT_MAX = 50, 100
SUPPORTER_KEY_LENGTH = range(16, 129)
EXAMPLE = {
    "category": "STR1",
    "lon": 11.3295,
    "lat": 50.9795,
    "accuracy_m": 8,
    "place_source": "gps",
    "description": "Tiefes Loch vor dem Zebrastreifen",
    "answers": {"tiefe": "tief"},
}
FILTERS = [
    OpenApiParameter(
        "bbox",
        str,
        description="west,south,east,north in degrees",
        examples=[OpenApiExample("Weimar", "11.2,50.9,11.5,51.1")],
    ),
    OpenApiParameter("category", str, many=True, description="Code of a category or a group; repeatable"),
    OpenApiParameter("state", str, many=True, enum=State.values, description="Repeatable; of all time"),
    OpenApiParameter("district", str, many=True, description="Code of a district; repeatable"),
    OpenApiParameter("since", str, description="Month, day or time (RFC 3339): 2026-03, 2026-03-14, 2026-03-14T08:00Z"),
    OpenApiParameter("until", str, description="Likewise, including it"),
    OpenApiParameter("q", str, description="At least three letters of released text, address or category; or a number"),
]


class ReportsView(ApiView):
    """All public reports."""

    @extend_schema(
        operation_id="reports_list",
        summary="Public reports, newest first",
        description="Without state, time and words: open ones, and those finished in the last 30 days.",
        parameters=[
            *FILTERS,
            OpenApiParameter("cursor", str, description="From `next`"),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT}),
        ],
        responses={200: ReportCollectionSerializer, **problems(400)},
    )
    def get(self, request: Request) -> Response:
        wanted = ReportFilter.parse(request.query_params, beside=("cursor", "limit"))
        query = Query(request.query_params, known=(*PARAMETERS, "cursor", "limit"))
        limit = query.integer("limit", default=LIMIT, low=1, high=LIMIT_MAX)
        reports = wanted.apply(Report.objects.published()).newest_first()
        if cursor := query.text("cursor"):
            reports = after(reports, cursor)
        found = features(reports[: limit + 1], base_url=ground.base_url(request))
        following = next_page(request, wanted, limit, found[limit - 1]) if len(found) > limit else None
        return Response({"type": "FeatureCollection", "features": found[:limit], "next": following})

    @extend_schema(
        operation_id="report_submit",
        summary="Report a defect",
        description="Exactly once per key. The answer names the responsible office and why.",
        parameters=[KEY, WORK],
        request={
            "application/json": NewReportSerializer,
            "multipart/form-data": NewReportFormSerializer,
            "application/x-www-form-urlencoded": NewReportSerializer,
        },
        responses={
            201: OpenApiResponse(SubmittedReportSerializer, "Taken"),
            200: OpenApiResponse(SubmittedReportSerializer, "The same again: it was taken before"),
            **problems(400, 409, 413, 415, 422, 429, 507),
        },
        examples=[OpenApiExample("Pothole", EXAMPLE, request_only=True, media_type="application/json")],
    )
    def post(self, request: Request) -> Response:
        ground.refuse_parameters(request.query_params)
        key = request.headers.get("Idempotency-Key", "")
        intake.check_key(key)
        work.demand(key=key, solution=request.headers.get("Proof-Of-Work", ""))
        data, photos, alts = parsers.read_body(request)
        data.setdefault("language", get_language() or "de")
        draft = read_draft(data, photos, alts)
        submitted = intake.submit(draft, key=key)
        beside = None
        if submitted.decision:
            coming = len(draft.photos) + len(set(draft.photos_expected))
            beside = Beside.of_new(
                Row.of(submitted.report), submitted.decision, photos=coming, base_url=ground.base_url(request)
            )
        response = submission_answer(request, submitted, beside=beside)
        response["Location"] = ground.api_url(request, submitted.report)
        return response


def submission_answer(request: Request, submitted: intake.Submitted, *, beside: Beside | None = None) -> Response:
    """What the sender is told, at first and at every replay."""
    report, code = submitted.report, submitted.tracking_code
    row, base_url = Row.of(report), ground.base_url(request)
    # As SubmittedReportSerializer says it; making its thirty fields anew would cost more than all else here.
    told = feature(row, beside or Beside.read([row], base_url))
    told["properties"] |= {
        "tracking_code": code,
        "tracking_url": request.build_absolute_uri(reverse("tracking", args=[report.public_id, code])),
    }
    return private_answer(told, status=201 if submitted.created else 200)


class ReportView(ApiView):
    """One public report."""

    @extend_schema(
        operation_id="report_retrieve",
        summary="One report",
        parameters=[NUMBER],
        responses={
            200: PublicReportSerializer,
            301: OpenApiResponse(description="It became part of another report; see Location"),
            **problems(404, 410),
        },
    )
    def get(self, request: Request, number: str) -> HttpResponseBase:
        ground.refuse_parameters(request.query_params)
        try:
            report = public_report(number)
        except MergedInto as merged:
            response = HttpResponsePermanentRedirect(ground.api_url(request, merged.report))
            response["Cache-Control"] = "no-cache"  # a merge can be undone
            return response
        row = Row.of(report)
        return Response(feature(row, Beside.read([row], ground.base_url(request))))


class SupportView(ApiView):
    """ "Betrifft mich auch"."""

    @extend_schema(
        operation_id="report_support",
        summary="Say that it affects you, too",
        parameters=[NUMBER, SUPPORTER_KEY],
        request=SupportSerializer,
        responses={200: SupportedSerializer, **problems(400, 404, 410, 415, 422)},
    )
    def post(self, request: Request, number: str) -> Response:
        ground.refuse_parameters(request.query_params)
        try:
            report = public_report(number)
        except MergedInto as merged:
            report = merged.report
        counted = merging.support(report=report, key_hash=hash_of(supporter_key(request)))
        report.refresh_from_db(fields=["support_count"])
        return private_answer({"support_count": report.support_count, "counted": counted})


def supporter_key(request: Request) -> str:
    """From body or header. Raises DomainError."""
    data: Any = request.data
    for name in data:
        if name != "supporter_key":
            raise DomainError(_("Dieses Feld gibt es nicht. Bitte weglassen."), field=str(name)[:60])
    given = [key for key in (data.get("supporter_key"), request.headers.get("Supporter-Key")) if key is not None]
    for key in given or [""]:
        if not isinstance(key, str) or len(key) not in SUPPORTER_KEY_LENGTH or not key.isprintable():
            message = _("Bitte einen zufälligen Schlüssel von 16 bis 128 Zeichen senden.")
            raise DomainError(message, field="supporter_key")
    return given[0]


# --- pages of the list: a cursor is the number of the last report, signed; its exact time stays inside ---------------


def after(reports: ReportQuerySet, cursor: str) -> ReportQuerySet:
    """The reports behind the cursor's. One SQL. Raises BadFilter."""
    try:
        last = Report.objects.only("created_at", "public_id").get(public_id=signer().unsign(cursor))
    except (BadSignature, Report.DoesNotExist) as error:
        raise BadFilter(_("Diese Seite ist unbekannt. Bitte ohne „cursor“ neu beginnen."), field="cursor") from error
    same_time = Q(created_at=last.created_at, public_id__lte=last.public_id)
    return reports.filter(~same_time, created_at__lte=last.created_at)


def next_page(request: Request, wanted: ReportFilter, limit: int, last: dict[str, Any]) -> str:
    cursor = signer().sign(last["properties"]["public_id"])
    parts = [wanted.query(), f"limit={limit}" if limit != LIMIT else "", f"cursor={cursor}"]
    return request.build_absolute_uri(f"{reverse('api-reports')}?{'&'.join(part for part in parts if part)}")


def signer() -> Signer:
    return Signer(sep=".", salt="mangel.api.reports")
