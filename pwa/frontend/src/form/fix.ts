/** Where the device is: the best fix of some seconds; and whether it, the photo, or a person has the say. */
import { on, type Stop } from "../dom";
import { distanceM, isPlace, type Place } from "../place";

export interface Fix extends Place {
  accuracyM: number;
}
/** What a camera wrote into a photo. `takenAt`: ms since 1970. */
export interface Trace {
  place: Place | null;
  takenAt: number | null;
}

/** Coarser than this, the device's guess is asked about instead of taken. */
export const COARSE_M = 50;
/** Photo and device further apart than this disagree. */
export const APART_M = 100;
const GOOD_M = 10;
const BEST_OF_MS = 8_000;
const NOTHING_AFTER_MS = 15_000;
const FRESH_PHOTO_MS = 3_600_000;

export function needsAsking(accuracyM: number): boolean {
  return !Number.isFinite(accuracyM) || accuracyM > COARSE_M;
}

export function better(known: Fix | null, next: Fix): Fix {
  return known && known.accuracyM <= next.accuracyM ? known : next;
}

export type Verdict = "device" | "device-coarse" | "device-old-photo" | "photo" | "either" | "nothing";

/** Who has the say about the place. A photo from the gallery may be of last week. */
export function whoSaysWhere(fix: Fix | null, photo: Trace | null, now: number): Verdict {
  if (photo?.place) {
    if (!fix) return "photo";
    if (distanceM(fix, photo.place) > Math.max(APART_M, fix.accuracyM)) return "either";
    return needsAsking(fix.accuracyM) ? "photo" : "device";
  }
  if (!fix) return "nothing";
  if (needsAsking(fix.accuracyM)) return "device-coarse";
  return photo?.takenAt && now - photo.takenAt > FRESH_PHOTO_MS ? "device-old-photo" : "device";
}

export type Problem = "denied" | "unavailable" | "timeout";

/** Which words a failed search for the position deserves. */
export function positionProblem(code: number): Problem {
  return code === 1 ? "denied" : code === 3 ? "timeout" : "unavailable";
}

export interface Locator {
  readonly fix: Fix | null;
  readonly problem: Problem | null;
  readonly searching: boolean;
  /** Looks (again). `onChange` of the locator hears of every better fix and of the end. */
  start: () => void;
  stop: Stop;
}

export function locator(onChange: () => void): Locator {
  const state = { fix: null as Fix | null, problem: null as Problem | null, searching: false };
  let watch: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function end(problem: Problem | null): void {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
    clearTimeout(timer);
    Object.assign(state, { searching: false, problem: state.fix ? null : problem });
    onChange();
  }
  function start(): void {
    if (state.searching) return;
    Object.assign(state, { fix: null, problem: null, searching: true });
    onChange();
    if (!navigator.geolocation) return end("unavailable");
    timer = setTimeout(() => end("timeout"), NOTHING_AFTER_MS);
    watch = navigator.geolocation.watchPosition(
      ({ coords: { longitude: lon, latitude: lat, accuracy } }) => {
        if (!isPlace(lon, lat)) return;
        if (!state.fix) {
          clearTimeout(timer);
          timer = setTimeout(() => end(null), BEST_OF_MS);
        }
        state.fix = better(state.fix, { lon, lat, accuracyM: Math.max(1, Math.round(accuracy)) });
        if (state.fix.accuracyM <= GOOD_M) end(null);
        else onChange();
      },
      ({ code }) => end(positionProblem(code)),
      { enableHighAccuracy: true, timeout: NOTHING_AFTER_MS, maximumAge: 0 },
    );
  }
  return {
    get fix() { return state.fix; },
    get problem() { return state.problem; },
    get searching() { return state.searching; },
    start,
    stop: () => state.searching && end(null),
  };
}

/** Runs `start` at once where the device may already say where it is; asking unasked would be rude. Else at the first tap on `root`. */
export function whenAllowed(root: HTMLElement, start: () => void): Stop {
  let stop: Stop = () => {};
  const once = (): void => (stop(), start());
  stop = on(root, "click", ({ target }) => void ((target as Element).closest("button, label") && once()));
  void navigator.permissions?.query({ name: "geolocation" }).then(({ state }) => void (state === "granted" && once()), () => {});
  return () => stop();
}
