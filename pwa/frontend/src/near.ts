/** "In Ihrer Nähe" on the start page: the list around the device, once it was asked for. Without JavaScript an address does it. */
import { announce, find, on, stopAll, withParams, words, type Stop } from "./dom";

// A hundred metres: enough for a list, and no address tells where exactly somebody stands.
const DECIMALS = 3;
const PATIENCE_MS = 10_000;
export const SHORTCUT = "in-meiner-naehe";

/** The page's own address, around a place. */
export function nearUrl(here: string, lon: number, lat: number): URL {
  const url = withParams(here, { lon: lon.toFixed(DECIMALS), lat: lat.toFixed(DECIMALS) });
  url.searchParams.delete("ort");
  url.searchParams.delete(SHORTCUT);
  return url;
}

function locate(): Promise<GeolocationPosition> {
  return new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject, { timeout: PATIENCE_MS, maximumAge: 60_000 }));
}

/** Starts the button in `root`. Returns a function that stops it. */
export function nearby(root: HTMLElement): Stop {
  const say = words("near");
  const button = find<HTMLButtonElement>("[data-near-locate]", root);
  const status = find("[data-near-status]", root);
  const tell = (key: string): void => {
    if (status) status.textContent = key ? say(key) : "";
  };

  async function show(): Promise<void> {
    if (!button || button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    tell("locating");
    try {
      const { coords } = await locate();
      await swap(nearUrl(location.href, coords.longitude, coords.latitude));
      tell("");
      announce(say("shown"));
    } catch (error) {
      tell(typeof (error as GeolocationPositionError).code === "number" ? "unknown" : "failed");
    }
    button.ariaDisabled = "false";
  }

  async function swap(url: URL): Promise<void> {
    const response = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const pairs = ["[data-near-heading]", "[data-live-list]"].map((part) => [find(part), find(part, page)] as const);
    if (!response.ok || pairs.some(([old, fresh]) => !old || !fresh)) throw new Error(`HTTP ${response.status}`);
    for (const [old, fresh] of pairs) old!.replaceChildren(...fresh!.childNodes);
    history.replaceState(history.state, "", url.pathname + url.search + location.hash); // "3 Neuigkeiten" renews the same list
  }

  if (new URLSearchParams(location.search).has(SHORTCUT)) void show();
  return stopAll(button && on(button, "click", () => void show()));
}
