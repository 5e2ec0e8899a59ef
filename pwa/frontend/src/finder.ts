/** "Wer ist wofür zuständig?": a tap on the map asks who is responsible there. */
import { announce, find, findAll, getJson, HttpError, make, on, stopAll, withParams, words, type Stop } from "./dom";
import { readConfig } from "./map/config";
import type { Place } from "./place";
import { suggestAddresses } from "./form/suggest";

interface Zone {
  layer: string;
  code: string;
  name: string;
}
interface Responsibility {
  office: { name: string } | null;
  reason: string | null;
  zones?: Zone[];
  inside_city?: boolean;
}

export async function startFinder(root: HTMLElement): Promise<Stop> {
  const say = words("finder");
  const container = find("[data-map]", root)!;
  const answer = find("[data-finder-answer]", root)!;
  const category = find<HTMLSelectElement>("[data-finder-category]", root);
  const address = find<HTMLInputElement>("[data-finder-address]", root);
  const { drawMap, Marker, pinElement } = await import("./map/draw");
  const drawn = drawMap(container, readConfig(container.dataset), words("map"), { locate: true });
  const pin = new Marker({ element: pinElement(container.dataset.label ?? ""), anchor: "bottom" });
  let place: Place | null = null;
  let running = new AbortController();

  function show(...parts: (string | Node)[]): void {
    answer.replaceChildren(...parts);
  }

  async function ask(): Promise<void> {
    if (!place) return;
    running.abort();
    const { signal } = (running = new AbortController());
    show(make("p", { class: "muted" }, say("asking")));
    try {
      const found = await getJson<Responsibility>(withParams(root.dataset.responsibility!, { lon: place.lon, lat: place.lat, category: category?.value }), signal);
      const zones = (found.zones ?? []).map(({ name }) => name).join(", ");
      const lines: Node[] = [];
      if (found.office) lines.push(make("strong", {}, say("responsible", { office: found.office.name })));
      if (found.reason) lines.push(make("p", {}, found.reason));
      if (found.inside_city === false) lines.push(make("p", {}, say("outside")));
      else if (zones) lines.push(make("p", { class: "muted" }, say("zones", { zones })));
      if (!found.office) lines.push(make("p", { class: "muted" }, say("choose")));
      show(make("div", { class: "reason stack-s" }, ...lines));
    } catch (error) {
      if (!signal.aborted) show(make("p", { class: "error" }, error instanceof HttpError && error.status < 500 ? error.message : say("failed")));
    }
  }

  function pick(next: Place): void {
    place = next;
    pin.setLngLat([next.lon, next.lat]).addTo(drawn.map);
    void ask();
  }
  drawn.map.on("click", ({ lngLat }) => pick({ lon: lngLat.lng, lat: lngLat.lat }));

  return stopAll(
    category && on(category, "change", () => void ask()),
    address && root.dataset.addresses ? suggestAddresses(address, root.dataset.addresses, words("place"), (found) => {
      drawn.map.jumpTo({ center: [found.lon, found.lat], zoom: 16 });
      pick(found);
      announce(found.label);
    }) : null,
    () => running.abort(),
    drawn.stop,
  );
}

findAll("[data-finder]").filter((root) => find("[data-map]", root)).forEach((root) => {
  startFinder(root).catch((error: unknown) => {
    console.warn("map:", error);
    find("[data-map]", root)?.after(make("p", { class: "map-failed" }, words("map")("failed")));
  });
});
