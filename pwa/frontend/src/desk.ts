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

let stopPanelMap: Stop | null = null;

/** The map of a panel or page, with a pin to move where the page says so. */
async function deskMap(root: HTMLElement): Promise<Stop | null> {
  const map = find("[data-map]", root);
  if (!map) return null;
  return root.hasAttribute("data-movable") ? movablePin(root) : startMap(map);
}

/** The chosen report beside the list, without loading the list again: nothing jumps. */
export async function showBeside(link: HTMLAnchorElement): Promise<void> {
  const response = await fetch(link.href, { credentials: "same-origin" }).catch(() => null);
  const page = response?.ok && !response.redirected ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  const [panel, fresh] = [find("[data-panel]"), page && find("[data-panel]", page)];
  if (!panel || !fresh) return location.assign(link.href);
  stopPanelMap?.();
  panel.replaceWith(fresh);
  findAll("[data-row][data-current]").forEach((row) => row.removeAttribute("data-current"));
  findAll("[data-panel-link][aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  link.closest("[data-row]")?.setAttribute("data-current", "");
  link.setAttribute("aria-current", "true");
  history.replaceState(null, "", link.href);
  const map = find("[data-desk-map]", fresh);
  stopPanelMap = map ? await deskMap(map) : null;
}

/** A plain click swaps the panel; a click for a new tab keeps its meaning. */
export function panelLinks(table: HTMLElement): Stop {
  return on<MouseEvent>(table, "click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("[data-panel-link]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void showBeside(link);
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
findAll("[data-desk-map]").forEach((root) => void deskMap(root).then((stop) => root.closest("[data-panel]") && (stopPanelMap = stop)));
findAll("table.queue").forEach((table) => [openRows, panelLinks].forEach((start) => start(table)));
if (document.body.dataset.shortcuts === "on") shortcuts();
