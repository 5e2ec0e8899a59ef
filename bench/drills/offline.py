"""U10, R3: a report with photo composed offline in a real browser arrives exactly once, whatever dies on the way."""

import hashlib
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's sync API runs a loop in this thread

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from bench._device import FOOTWAY, compose, install, kept, send
from bench._pictures import photo_of
from bench._proxy import Proxy
from bench._server import Server
from bench.drills._record import is_full, record
from mangel.events import SUBMITTED
from mangel.models import Entry, Report, Submission
from notifications.models import Event
from photos.models import Photo

CHROMIUM = os.environ.get("MANGEL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
WORKER = Path(__file__).resolve().parents[2] / "pwa" / "static" / "pwa" / "build" / "serviceworker.js"
RUN_S = 90  # no run waits longer for its report
FULL, SMALL = 100, 5
dice = random.Random(11)


@dataclass
class Run:
    """One phone: its profile on disk, its browser, the line to the server."""

    playwright: Playwright
    server: Server
    proxy: Proxy
    number: int
    profile: Path
    photo: Path
    reports_before: int = field(default_factory=Report.objects.count)
    context: BrowserContext | None = None
    seen: set[str] = field(default_factory=set)

    def open(self) -> Page:
        """Start the browser with this phone's profile."""
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport={"width": 360, "height": 740},
            locale="de-DE",
            base_url=f"http://localhost:{self.proxy.port}",
            geolocation={"longitude": FOOTWAY[0] + self.number / 500, "latitude": FOOTWAY[1], "accuracy": 8},
            permissions=["geolocation"],
        )
        self.context.set_default_timeout(30_000)
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill_browser(self) -> None:
        """kill -9: only the processes of this phone's own profile."""
        mark = f"--user-data-dir={self.profile}".encode()
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if mark in entry.read_bytes():
                    os.kill(int(entry.parent.name), signal.SIGKILL)
            except (OSError, ValueError):
                continue
        self.shut()

    def shut(self) -> None:
        if self.context:
            with suppress(Error):  # its browser may be dead already
                self.context.close()
            self.context = None

    def disconnect(self) -> None:
        assert self.context
        self.context.set_offline(True)
        self.proxy.go_away()

    def connect(self) -> None:
        if not self.proxy.listener:
            self.proxy.come_back()
        if self.context:
            self.context.set_offline(False)

    def composed(self, page: Page) -> str:
        """A report with photo in the outbox, made without network; its key."""
        self.disconnect()
        compose(page, self.photo)
        send(page)
        page.wait_for_function("() => document.querySelector('[data-step=queued]:not([hidden])')")
        (item,) = kept(page, "outbox")
        assert item["state"] == "waiting"
        self.seen.add("wartet")
        return str(item["key"])


# --- what goes wrong --------------------------------------------------------------------------------------------------


def tab_and_browser_killed(run: Run, page: Page) -> str:
    """The tab crashes offline, and another in the moment of sending; then kill -9 of the whole browser, twice."""
    key = run.composed(page)
    crash(page)
    run.kill_browser()
    page = run.open()
    run.connect()
    page.goto("/melden/ausgang/", wait_until="commit")
    page.wait_for_timeout(dice.uniform(0, 400))
    crash(page)
    assert run.context
    run.context.new_page().goto("/", wait_until="commit")
    time.sleep(dice.uniform(0, 0.5))
    run.kill_browser()
    run.open().goto("/meine/")
    return key


def two_tabs(run: Run, page: Page) -> str:
    """Three tabs see the network come back at the same moment; session and CSRF token have expired meanwhile."""
    key = run.composed(page)
    assert run.context
    for path in ("/melden/ausgang/", "/"):
        run.context.new_page().goto(path)
    run.context.clear_cookies()
    run.connect()
    return key


def answer_lost(run: Run, page: Page) -> str:
    """The line is cut after the commit, for the text and for the photo."""
    key = run.composed(page)
    before = run.proxy.swallowed
    run.proxy.cuts = {"POST": 1, "PUT": 1}
    run.connect()
    page.goto("/")
    until(page, lambda: run.proxy.swallowed == before + 2)
    return key


def server_killed(run: Run, page: Page) -> str:
    """kill -9 of the web server while the report comes in; it is back a moment later."""
    key = run.composed(page)
    run.connect()
    page.goto("/meine/", wait_until="commit")
    time.sleep(dice.uniform(0, 0.3))
    run.server.stop(signal.SIGKILL)
    time.sleep(0.5)
    run.server.start()
    page.goto("/")
    return key


def app_updated(run: Run, page: Page) -> str:
    """Between composing and sending there is a new version of the app, and its worker takes over."""
    key = run.composed(page)
    newer = run.profile.parent / f"worker-{run.number}.js"
    newer.write_text(f"{WORKER.read_text()}\n// version {run.number}\n")
    run.proxy.files["/serviceworker.js"] = newer
    run.connect()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then((it) => it.update())")
    page.locator("[data-update] button").click()
    page.wait_for_function("async () => !(await navigator.serviceWorker.ready).waiting")
    return key


# Each with its name in the record.
WRONGS: list[tuple[str, Callable[[Run, Page], str]]] = [
    ("answer lost after the commit", answer_lost),
    ("tab crashed and browser killed", tab_and_browser_killed),
    ("app updated", app_updated),
    ("server killed", server_killed),
    ("three tabs, session expired", two_tabs),
]


def until(page: Page, happened: Callable[[], bool]) -> None:
    end = time.monotonic() + RUN_S
    while not happened():
        assert time.monotonic() < end, f"not within {RUN_S} s"
        page.wait_for_timeout(100)


def crash(page: Page) -> None:
    """The tab dies as if the phone took its memory."""
    with suppress(Error):  # the dead do not answer
        page.goto("chrome://crash", timeout=10_000)


# --- exactly once -----------------------------------------------------------------------------------------------------


def check_arrived(run: Run, key: str) -> None:
    """One report of this key, with the very photo, and the phone knows it."""
    end = time.monotonic() + RUN_S
    sha256 = hashlib.sha256(run.photo.read_bytes()).hexdigest()
    assert run.context
    page = run.context.pages[-1]
    while time.monotonic() < end:
        known = Submission.objects.filter(key=key).first()
        if known and has_photo(known.report, sha256) and not kept(page, "outbox"):
            break
        page.wait_for_timeout(200)
    else:
        raise AssertionError(f"run {run.number}: not arrived within {RUN_S} s: {kept(page, 'outbox')}")
    report = Submission.objects.get(key=key).report
    assert Report.objects.count() == run.reports_before + 1, "one report a run, not more"
    assert Event.objects.filter(thing_id=report.thing_id, kind=SUBMITTED).count() == 1, "one event: one mail"
    assert Entry.objects.filter(report=report, kind=Entry.Kind.RECEIVED).count() == 1
    assert Photo.objects.filter(thing_id=report.thing_id).count() == 1
    (mine,) = [one for one in kept(page, "mine") if one["key"] == key]
    assert mine["public_id"] == report.public_id
    assert [kept(page, name) for name in ("drafts", "photos")] == [[], []]
    page.goto("/meine/")
    page.locator(f"[data-mine='{report.public_id}']").wait_for()
    run.seen.add("gesendet")


def has_photo(report: Report, sha256: str) -> bool:
    """The photo is there, byte for byte: its checksum was computed by the server over what came in."""
    return Photo.objects.present().filter(thing_id=report.thing_id, sha256=sha256).exclude(status="expected").exists()


def main() -> None:
    runs = FULL if is_full() else SMALL
    tally: Counter[str] = Counter()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="mangel-offline-"))
    try:
        with Server() as server, sync_playwright() as playwright, Proxy(server.port) as proxy:
            for number in range(runs):
                name, wrong = WRONGS[number % len(WRONGS)]
                one_run(
                    Run(playwright, server, proxy, number, folder / f"phone-{number}", photo_in(folder, number)), wrong
                )
                tally[name] += 1
                print(f"{number + 1} of {runs}: {name}, {time.monotonic() - began:.0f} s", flush=True)
            lost = proxy.swallowed
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    record(
        "U10",
        f"{runs} of {runs} arrived exactly once, photos equal by SHA-256",
        ", ".join(f"{n} × {w}" for w, n in tally.items()),
    )
    record(
        "R3",
        f"{lost} answers lost after the commit: the phone asked again, 1 row each",
        "text and photo, cut by a proxy",
    )


def photo_in(folder: Path, number: int) -> Path:
    path = folder / f"photo-{number}.jpg"
    path.write_bytes(photo_of(120_000, seed=number % 8, side=(1200, 900)))
    return path


def one_run(run: Run, wrong: Callable[[Run, Page], str]) -> None:
    run.proxy.cuts, run.proxy.files = {}, {}
    try:
        page = run.open()
        install(page)
        key = wrong(run, page)
        check_arrived(run, key)
        assert run.seen == {"wartet", "gesendet"}
    finally:
        run.connect()
        run.shut()
        shutil.rmtree(run.profile, ignore_errors=True)


if __name__ == "__main__":
    main()
