"""What the holder of a code does with their report. Every answer is the whole own report as it is then."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from mangel import correcting, erasing, reporters
from mangel.api import ground
from mangel.api.ground import ApiView, own_report, private_answer
from mangel.api.parsers import as_fields
from mangel.api.schema import NUMBER, TRACKING, problems
from mangel.api.serializers import (
    CorrectionSerializer,
    EraseSerializer,
    OwnReportSerializer,
    ReopenSerializer,
    SentenceSerializer,
    WithdrawSerializer,
)
from mangel.api.views.own import own_answer
from mangel.drafts import Reader
from mangel.models import Report
from pwa.errors import DomainError, DomainErrors

TEXT_READ = 20_000  # longer than allowed: the service says by how much


def described(name: str, summary: str, body: Any, description: str = "") -> Any:
    """How the document speaks of a call of the reporter: a decorator for its class."""
    said = extend_schema(
        operation_id=name,
        summary=summary,
        description=description,
        parameters=[NUMBER],
        request=body,
        auth=TRACKING,
        responses={200: OwnReportSerializer, **problems(400, 401, 404, 409, 413, 415, 422)},
    )
    return extend_schema_view(post=said)


def read_texts(request: Request, *names: str) -> dict[str, str]:
    """The texts of a small body. Raises DomainErrors: an unknown field, no text."""
    data = as_fields(request.data)
    reader = Reader(data)
    for name in data:
        if name not in names:
            reader.refuse(str(name)[:60], _("Dieses Feld gibt es nicht. Bitte weglassen."), "unknown_field")
    texts = {name: reader.text(name, TEXT_READ) for name in names}
    if reader.errors:
        raise DomainErrors(reader.errors)
    return texts


class OwnView(ApiView):
    """A call of the reporter: who it is, which report, then `act`."""

    def post(self, request: Request, number: str) -> Response:
        ground.refuse_parameters(request.query_params)
        report = own_report(request, number)
        self.act(request, report)
        return own_answer(request, Report.objects.select_related("asset").get(pk=report.pk))

    def act(self, request: Request, report: Report) -> None:
        raise NotImplementedError


@described("report_answer", "Answer the office's question", SentenceSerializer)
class AnswersView(OwnView):
    """The answer to the office's question."""

    def act(self, request: Request, report: Report) -> None:
        reporters.answer(report=report, **read_texts(request, "text"))


@described("report_add", "Add a sentence", SentenceSerializer, "Public after a person has looked.")
class SentencesView(OwnView):
    """One more sentence."""

    def act(self, request: Request, report: Report) -> None:
        reporters.add_sentence(report=report, **read_texts(request, "text"))


@described(
    "report_reopen",
    "Dispute that it is done, or that nothing is done",
    ReopenSerializer,
    "Once within 28 days; then the lead of the office is asked. What was declined is looked at again once.",
)
class ReopenView(OwnView):
    """It is not done; or: please have another look."""

    def act(self, request: Request, report: Report) -> None:
        reporters.reopen(report=report, **read_texts(request, "note"))


@described(
    "report_withdraw",
    "Withdraw the report",
    WithdrawSerializer,
    "It leaves the public if nobody has begun with it and nobody else is affected; else the office is told.",
)
class WithdrawView(OwnView):
    """Withdraw."""

    def act(self, request: Request, report: Report) -> None:
        reporters.withdraw(report=report, **read_texts(request, "note"))


@described(
    "report_correct",
    "Correct the report",
    CorrectionSerializer,
    "While it is received. Another place or matter decides anew who is responsible.",
)
class CorrectView(OwnView):
    """Mend text, matter, place, answers."""

    def act(self, request: Request, report: Report) -> None:
        data = {name: value for name, value in as_fields(request.data).items() if value is not None}
        correcting.correct(report=report, draft=correcting.read_correction(report, data))


@described(
    "report_erase",
    "Erase what you told us",
    EraseSerializer,
    "Description, answers, texts, address, contact and photos go for good; matter, place, states and times stay.",
)
class EraseView(OwnView):
    """Erase."""

    def act(self, request: Request, report: Report) -> None:
        if as_fields(request.data).get("confirm") not in (True, "true"):
            message = _("Bitte mit „confirm“: true bestätigen. Was gelöscht ist, kommt nicht wieder.")
            raise DomainErrors([DomainError(message, field="confirm", code="required")])
        erasing.erase_own(report=report)


class DataView(ApiView):
    """What we hold."""

    @extend_schema(
        operation_id="tracking_data",
        summary="Everything we keep about who reported it",
        parameters=[NUMBER],
        auth=TRACKING,
        responses={200: OpenApiTypes.OBJECT, **problems(400, 401, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        ground.refuse_parameters(request.query_params)
        return private_answer(erasing.held_about(own_report(request, number)))
