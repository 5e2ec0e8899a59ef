/** The desk: a small map whose pin can be moved, rows that open on a click, shortcuts for those who want them. */
import "./styles/desk.css";
import { find, findAll, on, stopAll, words, type Stop } from "./dom";
import { keyStep } from "./map/keys";
import { readConfig } from "./map/config";
import { startMap } from "./map/start";
import { moved, rounded, type Place } from "./place";
import { shortcuts } from "./shortcuts";

/** A map whose pin writes into two inputs when a clerk moves it. */
export async function movablePin(root: HTMLElement): Promise<Stop> {
  const container = find("[data-map]", root)!;
  const config = readConfig(container.dataset);
  const [lon, lat] = [find<HTMLInputElement>(root.dataset.lonInput!), find<HTMLInputElement>(root.dataset.latInput!)];
  const { drawMap, Marker, pinElement } = await import("./map/draw");
  const drawn = drawMap(container, config, words("map"));
  const element = pinElement(root.dataset.pinLabel ?? config.label);
  const pin = new Marker({ element, anchor: "bottom", draggable: true });
  if (config.pin) pin.setLngLat([config.pin.lon, config.pin.lat]).addTo(drawn.map);
  const place = (): Place => ({ lon: pin.getLngLat().lng, lat: pin.getLngLat().lat });

  function write(next: Place): void {
    pin.setLngLat([next.lon, next.lat]).addTo(drawn.map);
    if (lon) lon.value = rounded(next.lon);
    if (lat) lat.value = rounded(next.lat);
    const fold = root.dataset.opens ? find<HTMLDetailsElement>(root.dataset.opens) : null;
    if (fold) fold.open = true; // where the new place is saved
    lon?.dispatchEvent(new Event("change", { bubbles: true }));
  }
  pin.on("dragend", () => write(place()));
  drawn.map.on("click", ({ lngLat }) => write({ lon: lngLat.lng, lat: lngLat.lat }));
  const stopKeys = on<KeyboardEvent>(element, "keydown", (event) => {
    const step = keyStep(event.key, event.shiftKey);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    write(moved(place(), ...step));
  });
  return stopAll(stopKeys, drawn.stop);
}

/** A click anywhere in a row opens its first link; links, buttons and selected text keep their own meaning. */
export function openRows(table: HTMLElement): Stop {
  return on<MouseEvent>(table, "click", (event) => {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>("[data-row]");
    if (!row || target.closest("a, button, input, label, select") || getSelection()?.toString()) return;
    // A row holds two links, one for wide and one for narrow screens; only one of them is drawn.
    findAll<HTMLAnchorElement>("a", row).find((link) => link.getClientRects().length)?.click();
  });
}

/** The second click of a double click stays away: the server would refuse it, but nobody should wait for that. */
export function sendOnce(form: HTMLFormElement): Stop {
  return on<SubmitEvent>(form, "submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 10_000);
  });
}

// Back from the cache: the page may be sent again.
on(window, "pageshow", () => findAll("form[data-once]").forEach((form) => delete form.dataset.sent));
findAll<HTMLFormElement>("form[data-once]").forEach(sendOnce);
findAll("[data-desk-map]").filter((root) => find("[data-map]", root)).forEach((root) => void (root.hasAttribute("data-movable") ? movablePin(root) : startMap(find("[data-map]", root)!)));
findAll("table.queue").forEach(openRows);
if (document.body.dataset.shortcuts === "on") shortcuts();
