/** The loop that empties the outbox: at page load, when the network returns, when the page is seen again, and by the clock.
 *  `online` alone is not enough: the first request after it often fails still. */
import { on, stopAll, type Stop } from "../dom";
import { waiting } from "./box";
import { flush } from "./flush";
import { onChange } from "./news";

export const SYNC_TAG = "mangel-outbox";
const SOONEST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;

/** Starts the loop in this page. Returns a function that stops it. */
export function start(): Stop {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let stopped = false;

  async function round(nudged: boolean): Promise<void> {
    if (running || stopped) return;
    clearTimeout(timer);
    running = true;
    // A device that knows it is offline does not try: the report stays untouched and can still be edited.
    // Some only believe to be offline, so the clock tries all the same, a quarter of an hour later.
    const offline = navigator.onLine === false && nudged;
    const next = offline ? Date.now() + LONGEST_MS : await flush({ nudged }).catch(() => Date.now() + LONGEST_MS);
    running = false;
    if (next !== null && !stopped) plan(next);
  }

  function plan(at: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void round(false), Math.min(Math.max(at - Date.now(), SOONEST_MS), LONGEST_MS));
  }

  void round(true);
  void showBadge();
  return stopAll(
    on(window, "online", () => void round(true)),
    on(document, "visibilitychange", () => void (document.hidden || round(true))),
    // Something new in the box, perhaps put there by another tab: look soon, and do not hurry anybody's back-off.
    onChange(() => void (running || navigator.onLine === false || plan(Date.now() + 2 * SOONEST_MS))),
    onChange(() => void showBadge()),
    () => {
      stopped = true;
      clearTimeout(timer);
    },
  );
}

/** The number waiting on the app's icon, where there is one. */
export async function showBadge(): Promise<void> {
  if (!("setAppBadge" in navigator)) return;
  const count = await waiting().catch(() => 0);
  await (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined);
}

/** Where there is Background Sync (Chromium), the worker sends even after the last tab was closed. A bonus, never relied upon. */
export async function askForSync(): Promise<void> {
  try {
    const registration = (await navigator.serviceWorker?.getRegistration()) as { sync?: { register(tag: string): Promise<void> } } | undefined;
    await registration?.sync?.register(SYNC_TAG);
  } catch {
    // Refused, or not there: the loop above does it.
  }
}
