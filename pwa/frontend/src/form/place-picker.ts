/** "Wo ist es?": device, photo, map or address. The map library is fetched only when somebody asks for the map. */
import { announce, debounce, find, getJson, HttpError, on, stopAll, withParams, words, type Stop, type Words } from "../dom";
import { distanceM, isPlace, rounded, type Place } from "../place";
import { needsAsking, positionProblem, type Fix, type Problem } from "./fix";
import type { PlaceMap } from "./place-map";
import { readAddresses, suggestAddresses, type Address, type AddressCollection } from "./suggest";

export type Source = "gps" | "photo" | "map" | "address";
const GPS_TIMEOUT_MS = 15_000;

interface Responsibility {
  inside_city: boolean;
  reason: string | null;
  zones?: { layer: string; name: string }[];
}

/** What the step around it may ask of the picker. */
export interface PlacePicker {
  /** The device's best fix so far: taken, or asked about where it is coarse or `why` gives a reason. */
  offerDevice: (fix: Fix, why?: string) => void;
  offerPhoto: (place: Place) => void;
  /** They disagree: a tap on one of the two is the answer. */
  offerEither: (photo: Place, fix: Fix) => void;
  tellSearching: () => void;
  tellProblem: (problem: Problem) => void;
  /** Did a person choose or write a place? Then nothing is offered over it. */
  isTouched: () => boolean;
  /** Shows the place that the inputs hold. */
  reload: () => void;
  stop: Stop;
}
/** A person said where it is ("Ja, hier ist es"): the way goes on at once. */
export const SETTLED = "mangel:place-settled";
/** The place found its name; `detail` has it. */
export const NAMED = "mangel:place-named";

export function placePicker(root: HTMLElement, search?: () => void): PlacePicker {
  const say: Words = words("place");
  const input = (name: string) => find<HTMLInputElement>(`input[name="${name}"]`, root)!;
  const part = (name: string) => find(`[data-place-${name}]`, root)!;
  const inputs = { lon: input("lon"), lat: input("lat"), accuracy: input("accuracy_m"), source: input("place_source"), address: input("address") };
  const [answer, name, detail, ask, either, outside, mapBox, showMap] = [part("answer"), part("name"), part("detail"), part("ask"), part("either"), part("outside"), part("map"), part("show-map")];
  let placeMap: Promise<PlaceMap> | null = null;
  let asking = new AbortController();
  let unconfirmed: { place: Place; accuracyM: number } | null = null;
  let disagreeing: { photo: Place; fix: Fix } | null = null;
  let touched = false;

  const current = (): Place | null => {
    const [lon, lat] = [Number.parseFloat(inputs.lon.value), Number.parseFloat(inputs.lat.value)];
    return isPlace(lon, lat) ? { lon, lat } : null;
  };

  function tell(title: string, text: string, question = false): void {
    if (!answer.hidden && name.textContent === title && detail.textContent === text && ask.hidden === !question) return;
    answer.hidden = false;
    name.textContent = title;
    detail.textContent = text;
    ask.hidden = !question;
    either.hidden = true;
    announce([title, text].filter(Boolean).join(". "));
  }

  /** The only place that writes the inputs. */
  function take(place: Place, source: Source, accuracyM: number | null): void {
    unconfirmed = disagreeing = null;
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
      if (error instanceof HttpError && error.status === 422) refuse();
    }
  }

  /** Nobody takes it from there: it is no place to go on with, an address is. */
  function refuse(): void {
    forget();
    ask.hidden = true;
    warn(say("far_outside", { city: root.dataset.city ?? "" }));
  }

  function warn(sentence: string): void {
    outside.hidden = false;
    outside.textContent = sentence;
    announce(sentence);
  }

  async function nameOf(place: Place): Promise<string> {
    try {
      const [nearest] = readAddresses(await getJson<AddressCollection>(withParams(root.dataset.addresses!, { lon: place.lon, lat: place.lat })));
      const found = nearest ? say("near", { address: nearest.label }) : await groundOf(place);
      if (current()?.lon === Number(rounded(place.lon))) root.dispatchEvent(new CustomEvent(NAMED, { bubbles: true, detail: found }));
      return found;
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
    touched = false;
    tell(say("locating"), "");
    if (search) return search();
    if (!navigator.geolocation) return tell(say("unavailable"), "");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => void located({ lon: coords.longitude, lat: coords.latitude }, coords.accuracy),
      ({ code }) => tell(say(positionProblem(code)), ""),
      { enableHighAccuracy: true, timeout: GPS_TIMEOUT_MS, maximumAge: 0 },
    );
  }

  async function located(place: Place, accuracyM: number, why = ""): Promise<void> {
    if (!isPlace(place.lon, place.lat)) return tell(say("unavailable"), "");
    const metres = Math.max(1, Math.round(accuracyM));
    const coarse = needsAsking(accuracyM);
    const question = coarse || why !== "";
    const text = why || say(coarse ? "coarse" : "accuracy", { metres });
    if (question) {
      forget();
      unconfirmed = { place, accuracyM };
      void checkInside(place);
    } else take(place, "gps", accuracyM);
    tell(text, "", question); // at once; the name of the place may take its time, or never come
    const near = await nameOf(place);
    if (near && !touched && rounded((unconfirmed?.place ?? current())?.lon ?? NaN) === rounded(place.lon)) tell(near, text, question);
  }

  async function fromPhoto(place: Place): Promise<void> {
    take(place, "photo", null);
    tell(say("from_photo"), "");
    const near = await nameOf(place);
    if (near && inputs.source.value === "photo") tell(near, say("from_photo"));
  }

  function offerEither(photo: Place, fix: Fix): void {
    forget();
    disagreeing = { photo, fix };
    const apart = distanceM(photo, fix);
    const distance = apart < 1_000 ? `${Math.round(apart / 10) * 10} m` : `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(apart / 1_000)} km`;
    tell(say("apart", { distance }), "");
    either.hidden = false;
  }

  function forget(): void {
    asking.abort();
    outside.hidden = true;
    inputs.lon.value = inputs.lat.value = inputs.accuracy.value = inputs.source.value = "";
    unconfirmed = disagreeing = null;
    root.dispatchEvent(new CustomEvent("mangel:place", { bubbles: true, detail: null }));
  }

  /** A person said so: that is the place, and the way goes on. */
  function settle(place: Place, source: Source, accuracyM: number | null): void {
    ask.hidden = either.hidden = true;
    take(place, source, accuracyM);
    const text = source === "photo" ? say("from_photo") : say("accuracy", { metres: Math.round(accuracyM ?? 0) });
    tell(text, "");
    void nameOf(place).then((near) => near && inputs.source.value === source && tell(near, text));
    root.dispatchEvent(new CustomEvent(SETTLED, { bubbles: true }));
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
    touched = true;
    take(place, "map", null);
    tell(say("chosen"), "");
    nameLater(place);
  }

  function chosen(address: Address): void {
    touched = true;
    take({ lon: address.lon, lat: address.lat }, "address", null);
    tell(say("chosen_address", { address: address.label }), "");
  }

  /** Words typed after a place was found no longer belong to its point: whoever writes an address means that. */
  function typed(): void {
    touched = inputs.address.value.trim() !== "";
    if (!inputs.source.value && !unconfirmed && !disagreeing) return void (outside.hidden = true);
    if (inputs.source.value === "map") return; // a pin and the words for it
    forget();
    answer.hidden = true;
  }

  function reload(): void {
    const known = current();
    touched = known !== null && inputs.source.value !== "gps" && inputs.source.value !== "photo";
    answer.hidden = known === null;
    if (!known) return;
    tell(say("chosen"), "");
    void nameOf(known).then((near) => near && tell(near, ""));
  }
  if (current()) reload();

  const stop = stopAll(
    on(part("locate"), "click", locate),
    on(showMap, "click", () => (void openMap(unconfirmed?.place ?? disagreeing?.photo ?? null), showMap.scrollIntoView({ block: "start" }))),
    on(part("yes"), "click", () => unconfirmed && settle(unconfirmed.place, "gps", unconfirmed.accuracyM)),
    on(part("no"), "click", () => {
      ask.hidden = true;
      void openMap(unconfirmed?.place ?? null);
      showMap.focus({ preventScroll: true }); // the pressed button is gone
      showMap.scrollIntoView({ block: "start" });
    }),
    on(part("photo"), "click", () => disagreeing && settle(disagreeing.photo, "photo", null)),
    on(part("device"), "click", () => disagreeing && settle(disagreeing.fix, "gps", disagreeing.fix.accuracyM)),
    on(part("centre"), "click", () => void openMap().then((map) => picked(map.centre()))),
    on(inputs.address, "input", typed),
    suggestAddresses(inputs.address, root.dataset.addresses!, say, chosen),
    nameLater.cancel,
    () => asking.abort(),
    () => void placeMap?.then((map) => map.stop()),
  );
  return {
    offerDevice: (fix, why) => void located(fix, fix.accuracyM, why),
    offerPhoto: (place) => void fromPhoto(place),
    offerEither,
    tellSearching: () => tell(say("locating"), ""),
    tellProblem: (problem) => tell(say(problem), ""),
    isTouched: () => touched,
    reload,
    stop,
  };
}
