"""A real Chromium at the real pages. Whatever a test does: no third-party host, no CSP violation, no script error."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from mangel.views.reporting import sending

# Playwright's sync API runs an event loop in this thread; our ORM calls between its steps are none of its business.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("MANGEL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 860}
AXE = Path(settings.BASE_DIR) / "pwa" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def quick_fingers(monkeypatch):
    """Playwright is faster than people."""
    monkeypatch.setattr(sending, "FASTEST_S", 0.0)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """Opens pages and remembers what went wrong on them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[BrowserContext] = []
        self.hosts: set[str] = set()
        self.trouble: list[str] = []

    def page(self, size: dict[str, int] = PHONE, *, at: tuple[float, float] | None = None, **options) -> Page:
        """A fresh browser window. `at`: where the device says it is (lon, lat).

        Without service worker, unless asked for (`service_workers="allow"`): it asks for pages by itself, and
        tests of single requests would stumble over that."""
        options = {"locale": "de-DE", "base_url": self.address, "service_workers": "block"} | options
        if at:
            options |= {
                "geolocation": {"longitude": at[0], "latitude": at[1], "accuracy": 8},
                "permissions": ["geolocation"],
            }
        context = self.browser.new_context(viewport=size, **options)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: self.trouble.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self.listen(page, said.type, said.text))
        return page

    def listen(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.trouble.append(f"{page.url}: {text}")

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        assert self.hosts - {"", urlsplit(self.address).netloc} == set(), "third-party hosts"
        assert self.trouble == []


@pytest.fixture
def visitor(chromium, live_server, city) -> Iterator[Visitor]:
    someone = Visitor(chromium, live_server.url)
    yield someone
    someone.leave()


# A map in view draws itself a moment later, and MapLibre names its position button only after it has asked the browser
# for the permission's state.
MAP_IS_SET_UP = """
() => [...document.querySelectorAll('[data-map]')]
        .filter((map) => map.checkVisibility() && map.getBoundingClientRect().top < innerHeight)
        .every((map) => map.querySelector('.maplibregl-ctrl button') || map.parentElement.querySelector('.map-failed'))
   && [...document.querySelectorAll('.maplibregl-ctrl button')].every((it) => it.ariaLabel || it.title)
"""


def violations(page: Page, part: str = "html") -> list[str]:
    """What axe finds, WCAG 2.2 AA and best practice, of any impact, on the page or within `part` of it."""
    page.wait_for_function(MAP_IS_SET_UP)
    # Through the test protocol, which our CSP does not hold back.
    page.evaluate(AXE.read_text())
    # To read style sheets that import others, as the administration's do, axe writes a style of its own into the page,
    # which our CSP refuses and we would take for the page's.
    preload = "/verwaltung/" not in page.url
    run = "([part, preload]) => axe.run(part, {resultTypes: ['violations'], preload})"
    found = page.evaluate(run, [part, preload])["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


TOO_SMALL = """
() => [...document.querySelectorAll('button, .button, .chip, select, summary, .choice, .tile, textarea,'
       + 'input:not([type=hidden]):not([type=radio]):not([type=checkbox])')]
  .filter((part) => part.checkVisibility({visibilityProperty: true}) && !part.closest('.visually-hidden'))
  .map((part) => [part, part.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 47.5 || box.width < 47.5))
  .map(([part, box]) => `${part.outerHTML.slice(0, 120)} ${Math.round(box.width)}x${Math.round(box.height)}`)
"""


def too_small(page: Page) -> list[str]:
    """Things to press that a thumb would miss: smaller than 48 px."""
    return page.evaluate(TOO_SMALL)
