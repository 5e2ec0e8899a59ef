""" "Inhalt melden": somebody says that a public text or photo should not be public."""

from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mangel import noticing
from mangel.api import ground
from mangel.api.ground import ApiView, MergedInto, private_answer, public_report
from mangel.api.parsers import as_fields
from mangel.api.schema import NUMBER, problems
from mangel.api.serializers import NewNoticeSerializer, NoticeGivenSerializer
from mangel.notice_input import read_notice
from threads.senders import sender_hash


class NoticeView(ApiView):
    """Give notice."""

    @extend_schema(
        operation_id="report_notice",
        summary="Object to a public text or photo",
        description="Two independent notices withhold it until a person has decided.",
        parameters=[NUMBER],
        request=NewNoticeSerializer,
        responses={
            201: OpenApiResponse(NoticeGivenSerializer, "Kept"),
            **problems(400, 404, 410, 415, 422),
        },
    )
    def post(self, request: Request, number: str) -> Response:
        ground.refuse_parameters(request.query_params)
        try:
            report = public_report(number)
        except MergedInto as merged:
            report = merged.report
        values = read_notice(as_fields(request.data))
        notice = noticing.give_notice(report=report, **values, sender_hash=sender_hash(request._request))
        url = request.build_absolute_uri(reverse("notice", args=[notice.key]))
        return private_answer({"url": url, "outcome": notice.outcome}, status=201)
