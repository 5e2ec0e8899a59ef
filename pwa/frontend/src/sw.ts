/** The service worker: the app's files and its shell without network, what was seen last, and the outbox when no page is open. */
import { ExpirationPlugin } from "workbox-expiration";
import * as navigationPreload from "workbox-navigation-preload";
import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { CacheFirst, NetworkFirst } from "workbox-strategies";
import { flush } from "./outbox/flush";
import { showBadge, SYNC_TAG } from "./outbox/retry";
import { API, ASSETS, dropOldShells, PAGES, PHOTOS, TILES } from "./worker/caches";
import { FILES } from "./worker/files";
import { catchUp, forgetAll, forgetChanged } from "./worker/gone";
import { keeping } from "./worker/kept";
import { recall } from "./worker/meta";
import { isKept, isShell, keyOfTile } from "./worker/paths";
import { SHARE, takeShared } from "./worker/share";
import { keepLoaded, keepShellFresh, renewShell, shellPage } from "./worker/shell";

declare const self: ServiceWorkerGlobalScope;

const PATIENCE_S = 4;
const MONTH_S = 30 * 24 * 60 * 60;
const atMost = (maxEntries: number) => new ExpirationPlugin({ maxEntries, maxAgeSeconds: MONTH_S, purgeOnQuotaError: true });

precacheAndRoute(FILES);
cleanupOutdatedCaches();
navigationPreload.enable();

self.addEventListener("install", (event) => {
  event.waitUntil(recall("language").catch(() => undefined).then((language) => renewShell(language ?? navigator.language)));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([dropOldShells(), self.clients.claim()]));
});

const seenPages = new NetworkFirst({ cacheName: PAGES, networkTimeoutSeconds: PATIENCE_S, plugins: [keeping, atMost(60)] });

/** The network, or nothing: what is not to be kept is not kept. */
async function fromNetwork(event: FetchEvent): Promise<Response> {
  return (await event.preloadResponse) ?? fetch(event.request);
}

/** The network for a while, then the kept copy, also where the server is in trouble; without a copy the network, however
 *  long it takes. */
async function shellIfSlow(event: FetchEvent, path: string): Promise<Response> {
  const network = fromNetwork(event);
  network.catch(() => undefined); // it may fail when nobody waits for it any more
  const late = new Promise<Response | undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_S * 1000));
  const quick = await Promise.race([network, late]);
  if (quick && quick.status < 500) return quick;
  return (await shellPage(path)) ?? network;
}

registerRoute(
  ({ request }) => request.mode === "navigate",
  async (options) => {
    const event = options.event as FetchEvent;
    const { pathname } = options.url;
    try {
      if (isShell(pathname)) return await shellIfSlow(event, pathname);
      return await (isKept(pathname) ? seenPages.handle(options) : fromNetwork(event));
    } catch {
      return (await shellPage(isShell(pathname) ? pathname : "/offline/")) ?? Response.error();
    }
  },
);
registerRoute(({ url }) => url.pathname === SHARE, ({ request }) => takeShared(request), "POST");
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/static/pwa/build/assets/"), new CacheFirst({ cacheName: ASSETS, plugins: [atMost(60)] }));
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && /^\/(tiles|basiskarte)\//.test(url.pathname),
  new NetworkFirst({ cacheName: TILES, networkTimeoutSeconds: PATIENCE_S, plugins: [keeping, { cacheKeyWillBeUsed: async ({ request }) => keyOfTile(request.url) }, atMost(400)] }),
);
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/fotos/"), new NetworkFirst({ cacheName: PHOTOS, networkTimeoutSeconds: PATIENCE_S, plugins: [keeping, atMost(100)] }));
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && /^\/api\/v1\/(categories|reports)\/(\d{9}\/)?$/.test(url.pathname),
  new NetworkFirst({ cacheName: API, networkTimeoutSeconds: PATIENCE_S, plugins: [keeping, atMost(60)] }),
);

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(sendAll());
});

/** Rejects while something waits: then the browser tries again by itself. */
async function sendAll(): Promise<void> {
  const next = await flush({ nudged: true });
  await showBadge();
  if (next !== null) throw new Error("not everything could be sent yet");
}

export type Told = { type: "now" } | { type: "seen"; language: string; files: string[] } | { type: "changes"; changes: { public_id: string; gone?: boolean }[] } | { type: "forget" };

self.addEventListener("message", (event) => {
  const told = event.data as Told;
  const work: Promise<unknown> | null =
    told?.type === "now" ? self.skipWaiting()
    : told?.type === "seen" ? Promise.all([keepShellFresh(told.language), keepLoaded(told.files), catchUp()])
    : told?.type === "changes" ? forgetChanged(told.changes)
    : told?.type === "forget" ? forgetAll()
    : null;
  if (work) event.waitUntil(work.catch(() => undefined)); // without network there is nothing to renew
});
