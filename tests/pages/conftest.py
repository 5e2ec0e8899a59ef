"""Somebody who walks through `/melden/` without JavaScript."""

import html
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from mangel.models import Report
from mangel.views.reporting import sending


def jpeg(name: str = "foto.jpg", shade: int = 120) -> SimpleUploadedFile:
    """A small real photo."""
    file = BytesIO()
    Image.new("RGB", (640, 480), (shade, 110, 100)).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def text_of(response) -> str:
    """What a page says, without tags and with single blanks."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


class Walker:
    """Fills in one page after the other and keeps what the page hides for the next one."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.begin()

    def begin(self, query: str = ""):
        return self._read(self.client.get(f"/melden/{query}"))

    def send(self, **fields: Any):
        """Press a button (`go`) of the page one is on."""
        return self._read(self.client.post("/melden/", {"begun": self.begun, "step": self.step, "go": "next"} | fields))

    def _read(self, response):
        self.response = response
        if found := re.search(r'name="begun" value="([^"]+)"', response.content.decode()):
            self.begun = found[1]
            self.step = re.search(r'name="step" value="([^"]+)"', response.content.decode())[1]
        return response

    @property
    def heading(self) -> str:
        return text_of_heading(self.response)

    def to_details(self, category: str, *, at: tuple[float, float] | None = None, address: str = "", **place: Any):
        """Without a photo to the last page (or what comes before it)."""
        self.send(go="without")
        if at:
            place |= {"lon": at[0], "lat": at[1], "place_source": "map"}
        self.send(address=address, **place)
        return self.send(category=category)

    @property
    def report(self) -> Report:
        """The report that the last answer leads to."""
        assert self.response.status_code == 302, text_of(self.response)
        return Report.objects.get(public_id=re.search(r"/verfolgen/(\d{9})/", self.response["Location"])[1])


def text_of_heading(response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


@pytest.fixture(autouse=True)
def quick_fingers(monkeypatch):
    """Tests are faster than people."""
    monkeypatch.setattr(sending, "FASTEST_S", 0.0)


@pytest.fixture(autouse=True)
def own_language():
    """The language of a visit ends with it; the next test reads German again."""
    yield
    translation.deactivate()


@pytest.fixture
def walker(client, city):
    return Walker(client)
