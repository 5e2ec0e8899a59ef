"""The outside geocoder: off unless a city wants it, and never in the way."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache

from geo.addresses import search

pytestmark = pytest.mark.django_db
PHOTON = {"street": "Herderplatz", "housenumber": "8", "postcode": "99423", "city": "Weimar"}
NOMINATIM = {"address": {"road": "Herderplatz", "house_number": "8", "postcode": "99423", "city": "Weimar"}}


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def outside():
    """A geocoder on this machine: `.answer` is what it says, `.asked` what it was asked."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(parse_qs(urlsplit(self.path).query))
            self.send_response(server.status)
            self.end_headers()
            self.wfile.write(server.answer)

        def log_message(self, *args) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.asked, server.status, server.answer = [], 200, b""
    server.url = f"http://127.0.0.1:{server.server_port}/api"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def features(properties: dict, lon: float = 11.3296, lat: float = 50.981) -> bytes:
    point = {"type": "Point", "coordinates": [lon, lat]}
    return json.dumps({"features": [{"geometry": point, "properties": properties}]}).encode()


@pytest.mark.parametrize(("kind", "properties"), [("photon", PHOTON), ("nominatim", NOMINATIM)])
def test_it_is_asked_where_ours_knows_nothing(city, outside, settings, kind, properties):
    settings.MANGEL_GEOCODER = f"{kind}:{outside.url}"
    outside.answer = features(properties)
    (found,) = search("Herderplatz 8")
    assert (found.label, found.lon, found.kind) == ("Herderplatz 8, 99423 Weimar", 11.3296, "address")
    assert outside.asked[0]["q"] == ["Herderplatz 8"]
    search("Herderplatz 8")
    assert len(outside.asked) == 1  # remembered


def test_it_is_off_by_default(city, outside, settings):
    assert settings.MANGEL_GEOCODER == ""
    assert search("Herderplatz 8") == []
    assert outside.asked == []


def test_what_lies_outside_the_city_is_left_out(city, outside, settings):
    settings.MANGEL_GEOCODER = f"photon:{outside.url}"
    outside.answer = features(PHOTON, lon=13.4, lat=52.5)
    assert search("Herderplatz 8") == []


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, b""),
        (200, b"<html>"),
        (200, b"{}"),
        (200, b'{"features": [{}]}'),
        (200, b'{"features": [null]}'),
        (200, b"[]"),
    ],
)
def test_a_broken_one_is_as_if_it_were_off(city, outside, settings, status, answer):
    settings.MANGEL_GEOCODER = f"photon:{outside.url}"
    outside.status, outside.answer = status, answer
    assert search("Herderplatz 8") == []


@pytest.mark.parametrize(
    "setting",
    ["photon:file:///etc/passwd", "google:https://x", "photon:", "http://127.0.0.1:1", "photon:http://127.0.0.1:1"],
)
def test_a_wrong_setting_or_a_dead_server_hurts_nobody(city, settings, setting):
    settings.MANGEL_GEOCODER = setting
    assert search("Herderplatz 8") == []
