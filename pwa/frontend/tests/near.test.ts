import { afterEach, expect, it, vi } from "vitest";
import { nearby, nearUrl } from "../src/near";

const WORDS = { locating: "Moment", shown: "Sortiert", unknown: "Kein Standort", failed: "Nicht geladen" };
const LIST = '<h2 data-near-heading>In Ihrer Nähe</h2><div data-live-list><p>nah</p></div>';

function page(): HTMLElement {
  document.body.innerHTML = `<script type="application/json" id="words-near">${JSON.stringify(WORDS)}</script><div id="ansage"></div>
    <div data-near><button data-near-locate></button><p data-near-status></p></div><h2 data-near-heading>Zuletzt gemeldet</h2><div data-live-list><p>neu</p></div>`;
  return document.querySelector("[data-near]")!;
}

const stands = (position: object | null) =>
  vi.stubGlobal("navigator", { geolocation: { getCurrentPosition: (yes: (p: object) => void, no: (e: object) => void) => (position ? yes({ coords: position }) : no({ code: 1 })) } });

afterEach(() => vi.unstubAllGlobals());

it("tells no house number, and forgets the address typed before", () => {
  expect(nearUrl("http://a.example/?category=STR1&ort=Markt+1", 11.329512, 50.979487).search).toBe("?category=STR1&lon=11.330&lat=50.979");
});

it("shows the list around the device once the button is pressed", async () => {
  const root = page();
  stands({ longitude: 11.33, latitude: 50.98 });
  const asked = vi.fn(async (_url: URL) => new Response(LIST));
  vi.stubGlobal("fetch", asked);
  nearby(root);
  expect(asked).not.toHaveBeenCalled();
  document.querySelector("button")!.click();
  await vi.waitFor(() => expect(document.querySelector("[data-live-list]")!.textContent).toBe("nah"));
  expect(String(asked.mock.calls[0]![0])).toContain("lon=11.330&lat=50.980");
  expect(document.querySelector("[data-near-heading]")!.textContent).toBe("In Ihrer Nähe");
});

it("keeps the list where the device gives no place, and says so", async () => {
  const root = page();
  stands(null);
  nearby(root);
  document.querySelector("button")!.click();
  await vi.waitFor(() => expect(document.querySelector("[data-near-status]")!.textContent).toBe("Kein Standort"));
  expect(document.querySelector("[data-live-list]")!.textContent).toBe("neu");
});
