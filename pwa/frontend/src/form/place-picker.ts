/** "Wo ist es?": device, map or address. The map library is fetched only when somebody asks for the map. */
import { announce, debounce, find, getJson, HttpError, on, stopAll, withParams, words, type Stop, type Words } from "../dom";
import { isPlace, rounded, type Place } from "../place";
import type { PlaceMap } from "./place-map";
import { readAddresses, suggestAddresses, type Address, type AddressCollection } from "./suggest";

export type Source = "gps" | "map" | "address";
/** Coarser than this, the device's guess is asked about instead of taken. */
export const COARSE_M = 50;
const GPS_TIMEOUT_MS = 15_000;

interface Responsibility {
  inside_city: boolean;
  reason: string | null;
  zones?: { layer: string; name: string }[];
}

/** Which words a failed search for the position deserves. */
export function positionProblem(code: number): "denied" | "unavailable" | "timeout" {
  return code === 1 ? "denied" : code === 3 ? "timeout" : "unavailable";
}

export function needsAsking(accuracyM: number): boolean {
  return !Number.isFinite(accuracyM) || accuracyM > COARSE_M;
}

export function placePicker(root: HTMLElement): Stop {
  const say: Words = words("place");
  const input = (name: string) => find<HTMLInputElement>(`input[name="${name}"]`, root)!;
  const part = (name: string) => find(`[data-place-${name}]`, root)!;
  const inputs = { lon: input("lon"), lat: input("lat"), accuracy: input("accuracy_m"), source: input("place_source"), address: input("address") };
  const [answer, name, detail, ask, outside, mapBox, showMap] = [part("answer"), part("name"), part("detail"), part("ask"), part("outside"), part("map"), part("show-map")];
  let placeMap: Promise<PlaceMap> | null = null;
  let asking = new AbortController();
  let unconfirmed: { place: Place; accuracyM: number } | null = null;

  const current = (): Place | null => {
    const [lon, lat] = [Number.parseFloat(inputs.lon.value), Number.parseFloat(inputs.lat.value)];
    return isPlace(lon, lat) ? { lon, lat } : null;
  };

  function tell(title: string, text: string, question = false): void {
    answer.hidden = false;
    name.textContent = title;
    detail.textContent = text;
    ask.hidden = !question;
    announce([title, text].filter(Boolean).join(". "));
  }

  /** The only place that writes the inputs. */
  function take(place: Place, source: Source, accuracyM: number | null): void {
    unconfirmed = null;
    inputs.lon.value = rounded(place.lon);
    inputs.lat.value = rounded(place.lat);
    inputs.accuracy.value = accuracyM === null ? "" : String(Math.round(accuracyM));
    inputs.source.value = source;
    void placeMap?.then((map) => map.show(place, accuracyM ?? 0));
    void checkInside(place);
    root.dispatchEvent(new CustomEvent("mangel:place", { bubbles: true, detail: place }));
  }

  /** Outside the city is said before anything is typed, with who is responsible there. */
  async function checkInside(place: Place): Promise<void> {
    asking.abort();
    const { signal } = (asking = new AbortController());
    outside.hidden = true;
    try {
      const found = await getJson<Responsibility>(withParams(root.dataset.responsibility!, { lon: place.lon, lat: place.lat }), signal);
      if (!found.inside_city) warn(found.reason ?? say("outside", { city: root.dataset.city ?? "" }));
    } catch (error) {
      if (error instanceof HttpError && error.status < 500) warn(say("far_outside", { city: root.dataset.city ?? "" }));
    }
  }

  function warn(sentence: string): void {
    outside.hidden = false;
    outside.textContent = sentence;
    announce(sentence);
  }

  async function nameOf(place: Place): Promise<string> {
    try {
      const [nearest] = readAddresses(await getJson<AddressCollection>(withParams(root.dataset.addresses!, { lon: place.lon, lat: place.lat })));
      return nearest ? say("near", { address: nearest.label }) : await groundOf(place);
    } catch {
      return "";
    }
  }

  /** Where no address is near: whose ground it is, and the district. */
  async function groundOf(place: Place): Promise<string> {
    const { zones = [] } = await getJson<Responsibility>(withParams(root.dataset.responsibility!, { lon: place.lon, lat: place.lat }));
    return zones.filter(({ layer }) => layer !== "city").map(({ name }) => name).join(", ");
  }

  function locate(): void {
    tell(say("locating"), "");
    if (!navigator.geolocation) return tell(say("unavailable"), "");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => void located({ lon: coords.longitude, lat: coords.latitude }, coords.accuracy),
      ({ code }) => tell(say(positionProblem(code)), ""),
      { enableHighAccuracy: true, timeout: GPS_TIMEOUT_MS, maximumAge: 0 },
    );
  }

  async function located(place: Place, accuracyM: number): Promise<void> {
    if (!isPlace(place.lon, place.lat)) return tell(say("unavailable"), "");
    const metres = Math.max(1, Math.round(accuracyM));
    const coarse = needsAsking(accuracyM);
    if (coarse) unconfirmed = { place, accuracyM };
    else take(place, "gps", accuracyM);
    const near = await nameOf(place);
    tell(near || say(coarse ? "coarse" : "accuracy", { metres }), near ? say(coarse ? "coarse" : "accuracy", { metres }) : "", coarse);
  }

  async function openMap(centre: Place | null = null): Promise<PlaceMap> {
    mapBox.hidden = false;
    showMap.setAttribute("aria-expanded", "true");
    placeMap ??= import("./place-map").then(({ drawPlaceMap }) => drawPlaceMap(find("[data-map]", mapBox)!, say("pin"), picked));
    const map = await placeMap;
    const known = current();
    if (known) map.show(known, Number(inputs.accuracy.value) || 0);
    else if (centre) map.look(centre);
    return map;
  }

  const nameLater = debounce(async (place: Place) => tell((await nameOf(place)) || say("chosen"), say("moved")), 400);
  function picked(place: Place): void {
    take(place, "map", null);
    nameLater(place);
  }

  function chosen(address: Address): void {
    take({ lon: address.lon, lat: address.lat }, "address", null);
    tell(say("chosen_address", { address: address.label }), "");
  }

  /** Words typed after a place was chosen from the list no longer belong to its point. */
  function typed(): void {
    if (inputs.source.value !== "address") return;
    inputs.lon.value = inputs.lat.value = inputs.accuracy.value = inputs.source.value = "";
    answer.hidden = outside.hidden = true;
  }

  const known = current();
  if (known) void nameOf(known).then((near) => near && tell(near, ""));

  return stopAll(
    on(part("locate"), "click", locate),
    on(showMap, "click", () => void openMap(unconfirmed?.place ?? null)),
    on(part("yes"), "click", () => {
      if (!unconfirmed) return;
      const { place, accuracyM } = unconfirmed;
      ask.hidden = true;
      take(place, "gps", accuracyM);
    }),
    on(part("no"), "click", () => {
      ask.hidden = true;
      void openMap(unconfirmed?.place ?? null);
    }),
    on(part("centre"), "click", () => void openMap().then((map) => picked(map.centre()))),
    on(inputs.address, "input", typed),
    suggestAddresses(inputs.address, root.dataset.addresses!, say, chosen),
    nameLater.cancel,
    () => asking.abort(),
    () => void placeMap?.then((map) => map.stop()),
  );
}
