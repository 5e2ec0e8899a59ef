"""A map service behind our own address, in a real browser (whose visitor fails on any third-party host)."""

import io
import re

import pytest
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import Page, expect

from geo.proxy import fetch, held
from tests.browser.conftest import DESKTOP
from tests.geo import map_service

PINK = (255, 0, 200)


@pytest.fixture
def service(settings):
    """A service whose land is pink, with letters of its own; the city uses it."""
    cache.clear()
    held._held.clear()
    fetch._resting.clear()
    service = map_service.furnished()
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), PINK).save(picture, "PNG")
    anywhere = map_service.Page(picture.getvalue(), "image/png")
    service.pages = map_service.Everywhere(service.pages, {"/land/": anywhere})
    centre = {"type": "Point", "coordinates": [11.3235, 50.9795]}
    service.put(
        "/styles/grey.json?key=secret",
        {
            "version": 8,
            "glyphs": "/font/{fontstack}/{range}.pbf",
            "sources": {
                "labels": {"type": "raster", "tileSize": 256, "tiles": ["/land/{z}/{x}/{y}"], "attribution": "© Amt"},
                "names": {"type": "geojson", "data": {"type": "Feature", "properties": {}, "geometry": centre}},
            },
            "layers": [
                {"id": "land", "type": "raster", "source": "labels", "paint": {"raster-fade-duration": 0}},
                {
                    "id": "reports",
                    "type": "symbol",
                    "source": "names",
                    "layout": {"text-field": "Mitte", "text-font": ["Noto Sans Bold"]},
                },
            ],
        },
    )
    settings.MANGEL_BASEMAP = f"{service.url}/styles/grey.json?key=secret"
    yield service
    service.shutdown()
    service.server_close()


def pink_share(page: Page) -> float:
    """How much of the map is the service's land."""
    picture = Image.open(io.BytesIO(page.locator("[data-map]").screenshot())).convert("RGB")
    pixels = list(picture.getdata())
    return sum(all(abs(a - b) < 12 for a, b in zip(pixel, PINK, strict=True)) for pixel in pixels) / len(pixels)


def test_the_map_lies_on_the_services_land_and_names_its_source(visitor, service):
    page = visitor.page(DESKTOP)
    with page.expect_response(re.compile("/tiles/zones/")) as zones:
        page.goto("/")
    assert zones.value.ok  # our own layers are over it
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("© Amt")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    assert pink_share(page) > 0.2
    assert "/font/Noto%20Sans%20Bold/0-255.pbf" in service.paths()
    assert not any("Fira" in path for path in service.paths())


def test_without_the_service_the_map_draws_our_own_layers(visitor, service):
    service.put("/styles/grey.json?key=secret", b"", "text/html", status=500)
    page = visitor.page(DESKTOP)
    with page.expect_response(re.compile("/tiles/zones/")) as zones:
        page.goto("/")
    assert zones.value.ok
    expect(page.locator(".map-failed")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.locator("[data-map]").screenshot()))
    assert len(picture.convert("RGB").getcolors(maxcolors=100_000) or range(99)) > 50  # not an empty sheet
