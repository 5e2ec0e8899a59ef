"""A resident with the code of their report: by the API as the app does, by the page as without JavaScript."""

import re

import pytest
from django.test import Client

from mangel import workflow
from mangel.models import DeclinedReason, Report
from mangel.states import State
from tests.api.conftest import REPORTS, report_of, sent, with_code
from tests.factories import make_clerk


@pytest.fixture
def client(city):
    return Client()


class Reporter:
    """Somebody who sent a report and kept the code."""

    def __init__(self, client: Client, **fields) -> None:
        self.client, self.told = client, sent(client, **fields)
        self.number = self.told["public_id"]
        self.page_url = re.sub(r"^https?://[^/]+", "", self.told["tracking_url"])

    @property
    def report(self) -> Report:
        return report_of(self.told)

    @property
    def clerk(self):
        return make_clerk(self.report.office_in_charge.code)

    def call(self, verb: str, **body):
        """POST /api/v1/reports/<number>/<verb>/"""
        url = f"{REPORTS}{self.number}/{verb}/"
        return self.client.post(url, body, content_type="application/json", headers=with_code(self.told))

    def own(self) -> dict:
        return self.client.get(f"/api/v1/tracking/{self.number}/", headers=with_code(self.told)).json()["properties"]

    def public(self) -> dict:
        return self.client.get(f"{REPORTS}{self.number}/").json()["properties"]

    def page(self) -> str:
        return self.client.get(self.page_url).content.decode()

    def press(self, deed: str, **fields):
        """Send a form of the own page and follow."""
        return self.client.post(f"{self.page_url}{deed}/", fields, follow=True)

    def public_page(self) -> str:
        return self.client.get(f"/meldungen/{self.number}/").content.decode()

    def moved(self, to: State, by=None, **values) -> None:
        """The office moves it."""
        by = by or self.clerk
        if to == State.DECLINED:
            values.setdefault("declined_reason", DeclinedReason.objects.get(code="nothing_found"))
        workflow.move_report(report=self.report, to=to, user=by, note="Wie besprochen.", **values)


@pytest.fixture
def reporter(client):
    return Reporter(client, description="Platte steht hoch.")
