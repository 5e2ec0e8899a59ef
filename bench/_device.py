"""What tests of the app on a device share: a window with the service worker, a report composed on it, its database."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, expect

FOOTWAY = (11.3295, 50.9795)
KEPT = """async (name) => {
  const db = await new Promise((done, failed) => {
    const opening = indexedDB.open("mangel"); opening.onsuccess = () => done(opening.result);
    opening.onerror = failed;
  });
  const rows = await new Promise((done) => {
    const asked = db.transaction(name).objectStore(name).getAll(); asked.onsuccess = () => done(asked.result); });
  db.close();
  return JSON.parse(JSON.stringify(rows));
}"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    if (name.startsWith('workbox-precache') || name === 'mangel-assets') continue;
    for (const request of await (await caches.open(name)).keys())
      found.push(new URL(request.url).pathname);
  }
  return found;
}"""


def install(page: Page, path: str = "/") -> None:
    """Open the app once and wait until it is at home on the device."""
    page.goto(path)
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


def kept(page: Page, store: str) -> list[dict[str, Any]]:
    """The rows of one store of the device's database."""
    for _ in range(10):
        try:
            return page.evaluate(KEPT, store)
        except Error:  # the page was just being loaded anew
            page.wait_for_load_state()
    return page.evaluate(KEPT, store)


def cached(page: Page) -> list[str]:
    """Addresses of everything the worker keeps beside the app's own files."""
    return page.evaluate(CACHED)


def compose(page: Page, photo: Path | None = None, *, code: str = "STR2") -> None:
    """A report up to the last page, position from the device."""
    page.goto("/melden/")
    if photo:
        page.locator("input[data-photo-gallery]").set_input_files(photo)
    else:
        step(page, "photo").locator("[data-photo-without]").click()
    place = step(page, "place")
    sure = place.get_by_role("button", name="Ja, hier ist es")
    expect(sure.or_(page.locator("[data-step=category]:visible")).first).to_be_visible()
    if sure.is_visible():
        sure.click()
    step(page, "category").locator(f"input[value={code}]").first.check(force=True)
    other = step(page, "double").get_by_role("button", name="Nein, etwas anderes")
    expect(other.or_(step(page, "summary")).first).to_be_visible()
    if other.is_visible():
        other.click()
    expect(step(page, "summary")).to_be_visible()


def send(page: Page) -> None:
    step(page, "summary").locator("[data-send]").click()


def step(page: Page, name: str) -> Any:
    return page.locator(f"[data-step={name}]:visible")
