"""What belongs to the reporter: the answer that got lost, the whole own report, photos that follow, contact."""

from io import BytesIO
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mangel import contacting, intake, noticing, photo_intake, reporters
from mangel.api import ground
from mangel.api.features import day, minute
from mangel.api.ground import ApiView, own_report, private_answer
from mangel.api.parsers import BytesParser, ImageParser, as_fields
from mangel.api.schema import KEY, NUMBER, TRACKING, problems
from mangel.api.serializers import (
    ContactKeptSerializer,
    ContactSerializer,
    OwnReportSerializer,
    PhotoReceivedSerializer,
    SubmittedReportSerializer,
)
from mangel.api.views.reports import submission_answer
from mangel.models import Report, Submission
from mangel.states import Visibility
from mangel.views.showing import own_timeline_of
from photos.models import Photo
from photos.querysets import as_public
from photos.states import Role, Source, Status
from threads.states import Check


class SubmissionsView(ApiView):
    """What became of a submission whose answer never arrived."""

    @extend_schema(
        operation_id="submission_retrieve",
        summary="Find a submission by its key",
        parameters=[KEY],
        responses={200: SubmittedReportSerializer, **problems(400, 404, 422)},
    )
    def get(self, request: Request) -> Response:
        ground.refuse_parameters(request.query_params)
        key = request.headers.get("Idempotency-Key", "")
        intake.check_key(key)
        known = Submission.objects.select_related("report__asset").filter(key=key).first()
        if known is None:
            raise Http404
        return submission_answer(request, intake.Submitted(report=known.report, created=False))


class TrackingView(ApiView):
    """The own report."""

    @extend_schema(
        operation_id="tracking_retrieve",
        summary="The whole own report",
        parameters=[NUMBER],
        auth=TRACKING,
        responses={200: OwnReportSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        ground.refuse_parameters(request.query_params)
        return own_answer(request, own_report(request, number))


def own_answer(request: Request, report: Report) -> Response:
    """The own report as it is now; also the answer to everything its reporter does with it."""
    base_url = ground.base_url(request)
    context = {"base_url": base_url, "own": own_properties(report, base_url)}
    return private_answer(OwnReportSerializer(report, context=context).data)


def own_properties(report: Report, base_url: str) -> dict[str, Any]:
    """What only the holder of the code is told, and what they are told otherwise than the public."""
    into = report.merged_into
    return {
        "visibility": report.visibility,
        "description": report.description,
        "place_hint": report.place_hint,
        "answers": report.answers,
        "photos": own_photos(report, base_url),
        "timeline": [
            {
                "kind": event.kind,
                "title": event.title,
                "state": event.state or None,
                "text": event.text or None,
                "by": event.by or None,
                "at": minute(event.at),
            }
            for event in own_timeline_of(report)
        ],
        "question": question_of(report),
        "possible": reporters.possible(report),
        "withheld": [
            {"piece": told["piece"], "outcome": told["notice"].outcome, "statement": told["notice"].statement or None}
            for told in noticing.told_to_author(report)
        ],
        "merged_into": into.public_id if into and into.visibility == Visibility.PUBLIC else None,
    }


def question_of(report: Report) -> dict[str, Any] | None:
    """What the office wants to know."""
    text = reporters.question_of(report)
    return {"text": text, "until": day(report.waiting_until)} if text else None


def own_photos(report: Report, base_url: str) -> list[dict[str, Any]]:
    """One's own photos, released or not, and everything the public sees."""
    told = []
    for photo in Photo.objects.present().filter(thing=report.thing_id).exclude(role=Role.DOCUMENT):
        shown = photo.check_state == Check.SHOWN
        if not shown and photo.source != Source.REPORTER:
            continue
        ready = as_public(photo, base_url) if photo.status == Status.READY else None
        told.append(
            {
                "key": str(photo.key),
                "small": ready and ready["small"],
                "large": ready and ready["large"],
                "role": photo.role,
                "alt": photo.alt_text if photo.source == Source.REPORTER else (ready or {"alt": ""})["alt"],
                "shown": shown,
            }
        )
    return told


class PhotoView(ApiView):
    """A photo that follows its report."""

    parser_classes = [ImageParser, BytesParser]

    @extend_schema(
        operation_id="report_photo_put",
        summary="Send a photo of the own report",
        description="The key is the SHA-256 that was announced in `photos_expected`, or a new UUID. Repeatable.",
        parameters=[
            NUMBER,
            OpenApiParameter("key", {"type": "string", "pattern": "^[0-9a-f-]{36,64}$"}, OpenApiParameter.PATH),
            OpenApiParameter("Content-Digest", str, OpenApiParameter.HEADER, description="RFC 9530: sha-256=:BASE64:"),
        ],
        request={"image/*": OpenApiTypes.BINARY, "application/octet-stream": OpenApiTypes.BINARY},
        auth=TRACKING,
        responses={
            201: OpenApiResponse(PhotoReceivedSerializer, "Taken"),
            200: OpenApiResponse(PhotoReceivedSerializer, "It was there already"),
            **problems(400, 401, 404, 409, 413, 415, 422, 507),
        },
    )
    def put(self, request: Request, number: str, key: str) -> Response:
        ground.refuse_parameters(request.query_params)
        report = own_report(request, number)
        with body_of(request) as file:
            photo, new = photo_intake.receive_photo(
                report=report, address=key, file=file, content_digest=request.headers.get("Content-Digest", "")
            )
        return private_answer({"key": str(photo.key), "status": photo.status}, status=201 if new else 200)


def body_of(request: Request) -> Any:
    """The file ImageParser read."""
    return as_fields(request.data).get("file") or BytesIO()  # an empty body is not parsed at all


class ContactView(ApiView):
    """ "Sollen wir Ihnen Bescheid geben?" """

    @extend_schema(
        operation_id="report_contact",
        summary="Say how you may be reached",
        parameters=[NUMBER],
        request=ContactSerializer,
        auth=TRACKING,
        responses={
            201: OpenApiResponse(ContactKeptSerializer, "Kept, not confirmed yet"),
            200: OpenApiResponse(ContactKeptSerializer, "Replaced what was kept"),
            **problems(400, 401, 404, 415, 422),
        },
    )
    def post(self, request: Request, number: str) -> Response:
        ground.refuse_parameters(request.query_params)
        report = own_report(request, number)
        values = contacting.read_contact(as_fields(request.data))
        contact, new = contacting.keep_contact(report=report, values=values)
        body = {"channel": contact.channel, "verified": contact.verified_at is not None}
        return private_answer(body, status=201 if new else 200)
