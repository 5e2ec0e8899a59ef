"""Talking to the API as its clients do."""

import base64
import hashlib
import io
import uuid

import pytest
from django.test import Client
from PIL import Image

from mangel.models import Report
from tests.factories import FOOTWAY

REPORTS = "/api/v1/reports/"


def body(category="STR2", at=FOOTWAY, **fields):
    """What a phone sends."""
    return {"category": category, "lon": at[0], "lat": at[1], **fields}


def post(client, key=None, lang="de", **fields):
    """POST a report as JSON."""
    return client.post(
        REPORTS,
        fields or body(),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid.uuid4()), "Accept-Language": lang},
    )


def sent(client, **fields):
    """A report that was taken; its GeoJSON properties."""
    response = post(client, **body(**fields))
    assert response.status_code == 201, response.content
    return response.json()["properties"]


def jpeg(colour="red", size=(64, 48)):
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def content_digest(data):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def with_code(properties):
    """The header of the reporter."""
    return {"Authorization": f"Tracking {properties['tracking_code']}"}


def problem_fields(response):
    """The fields a problem names."""
    assert response["Content-Type"] == "application/problem+json", response.content
    return {error["field"] for error in response.json().get("errors", [])}


def report_of(properties):
    return Report.objects.get(public_id=properties["public_id"])


@pytest.fixture
def client(city):
    """A stranger. Errors of ours are raised, never shown as a page."""
    return Client()
