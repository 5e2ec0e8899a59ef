/** The app on this device: the service worker, its new versions, and what it has to be told. */
import { find, make, on, stopAll, words, type Stop } from "./dom";
import { CHANGES_EVENT } from "./live-list";
import type { Changes } from "./live";
import { isDrafting } from "./outbox/locks";
import { onChange } from "./outbox/news";
import type { Told } from "./sw";

const WORKER = "/serviceworker.js";
const LOOK_EVERY_MS = 60 * 60_000;

/** Registers the worker once the page is there. Returns a function that stops following it. */
export function registerWorker(): Stop {
  if (!navigator.serviceWorker) return () => undefined;
  let stop: Stop = () => undefined;
  let stopped = false;
  const begin = async (): Promise<void> => {
    try {
      // What came before there was a worker went past it, the map above all.
      const first = !navigator.serviceWorker.controller;
      const registration = await navigator.serviceWorker.register(WORKER, { scope: "/" });
      if (!stopped) stop = stopAll(offerUpdates(registration), lookForUpdates(registration));
      const { active } = await navigator.serviceWorker.ready;
      active?.postMessage({ type: "seen", language: document.documentElement.lang, files: first ? loaded() : [] } satisfies Told);
    } catch (error) {
      console.warn("service worker:", error); // private windows, old browsers: everything else works
    }
  };
  // After the page itself: its pictures go first on a slow line.
  if (document.readyState === "complete") void begin();
  else window.addEventListener("load", () => void begin(), { once: true });
  return stopAll(
    on<CustomEvent<Changes>>(document, CHANGES_EVENT, ({ detail }) => tell({ type: "changes", changes: detail.changes })),
    () => {
      stopped = true;
      stop();
    },
  );
}

function loaded(): string[] {
  return performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.startsWith(location.origin));
}

export function tell(told: Told): void {
  navigator.serviceWorker?.controller?.postMessage(told);
}

function lookForUpdates(registration: ServiceWorkerRegistration): Stop {
  let last = Date.now();
  return on(document, "visibilitychange", () => {
    if (document.hidden || Date.now() - last < LOOK_EVERY_MS) return;
    last = Date.now();
    registration.update().catch(() => undefined);
  });
}

/** "Neue Version – jetzt laden": asked, never forced, and not while somebody is writing a report in any tab. */
export function offerUpdates(registration: ServiceWorkerRegistration): Stop {
  let asked = false;
  const look = async (): Promise<void> => {
    const drafting = await isDrafting();
    // Read last: the first worker waits for a moment as well, and another tab may have taken the new one meanwhile.
    const isNew = Boolean(registration.waiting && navigator.serviceWorker.controller);
    const shown = find("[data-update]");
    if (!isNew || drafting) return shown?.remove();
    if (!shown) offer(() => {
      asked = true;
      if (registration.waiting) registration.waiting.postMessage({ type: "now" } satisfies Told);
      else location.reload();
    });
  };
  const follow = (): void => {
    const installing = registration.installing;
    if (installing) installing.onstatechange = () => void look();
  };
  registration.onupdatefound = follow;
  follow();
  void look();
  return stopAll(
    on(document, "visibilitychange", () => void look()),
    onChange(() => void look()),
    // The first worker takes over silently; only whom we asked for loads the page anew.
    on(navigator.serviceWorker, "controllerchange", () => asked && location.reload()),
  );
}

function offer(take: () => void): void {
  const say = words("app");
  const button = make("button", { type: "button", class: "button" }, say("update_now"));
  button.onclick = () => {
    button.setAttribute("aria-disabled", "true");
    take();
  };
  find("[data-strips]")?.append(make("div", { class: "strip", "data-update": "", role: "status" }, make("p", {}, say("update")), button));
}
