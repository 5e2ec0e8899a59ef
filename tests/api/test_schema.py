"""The OpenAPI document tells the truth: schemathesis calls every operation with what it allows and what it does not."""

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.wsgi import application
from tests.api.conftest import post

EXAMPLES = 10
schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)


def test_the_document_is_valid_and_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.fixture
def told(client):
    """A report that is really there. Requests of a real server would end the test's transaction; these do not."""
    report = post(client).json()["properties"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield report
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@pytest.mark.django_db
def test_every_operation_keeps_its_word(told, case):
    if case.path_parameters and "number" in case.path_parameters and len(str(case.body)) % 2:
        case.path_parameters["number"] = told["public_id"]
    # Which categories, districts and cursors there are, only the database knows: a document cannot promise that
    # whatever looks like a code is taken.
    # Uncompressed: this caller speaks WSGI and, unlike a browser, does not unpack.
    case.call_and_validate(excluded_checks=[positive_data_acceptance], headers={"Accept-Encoding": "identity"})
