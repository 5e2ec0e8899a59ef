/** What the city takes back leaves this device, too: pages, answers of the API, photos, tiles. */
import { API, PAGES, PHOTOS, SEEN, TILES } from "./caches";
import { note, recall } from "./meta";

const CHANGES = "/api/v1/changes/";
const PAUSE_MS = 60_000;
const MOST_ROUNDS = 20;
const PHOTO = /\/fotos\/[\w-]{22}\/\d+\.\w+/g;

interface Change {
  public_id: string;
  gone?: boolean;
}

/** Asks what happened since this device was last online, and forgets what is no longer public. */
export async function catchUp(): Promise<void> {
  if (Date.now() - ((await recall("caughtUpAt")) ?? 0) < PAUSE_MS) return;
  await note("caughtUpAt", Date.now());
  let cursor = await recall("cursor");
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const response = await fetch(cursor ? `${CHANGES}?since=${encodeURIComponent(cursor)}` : CHANGES, { credentials: "omit", cache: "no-store" });
    if (response.status === 400 && cursor) {
      // Too long away: nobody can tell what is gone, so everything kept is.
      await forgetAll();
      cursor = undefined;
      continue;
    }
    if (!response.ok) return;
    const told = (await response.json()) as { cursor: string; more?: boolean; changes: Change[] };
    if (cursor) await forgetChanged(told.changes);
    await note("cursor", (cursor = told.cursor));
    if (!told.more) return;
  }
  await forgetAll();
}

/** A gone report leaves with every page that shows it; of a changed one its own page goes, it is fetched anew. */
export async function forgetChanged(changes: Change[]): Promise<void> {
  if (!changes.length) return;
  const gone = changes.filter((change) => change.gone).map(({ public_id }) => public_id);
  const changed = changes.map(({ public_id }) => public_id);
  for (const name of [PAGES, API]) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const own = changed.some((id) => request.url.includes(`/${id}/`));
      const response = own || gone.length ? await cache.match(request) : undefined;
      const text = (await response?.text()) ?? "";
      if (!own && !gone.some((id) => text.includes(id))) continue;
      await cache.delete(request);
      await forgetPhotos(text);
    }
  }
  if (gone.length) await caches.delete(TILES);
}

async function forgetPhotos(text: string): Promise<void> {
  const cache = await caches.open(PHOTOS);
  await Promise.all((text.match(PHOTO) ?? []).map((url) => cache.delete(url)));
}

export async function forgetAll(): Promise<void> {
  await Promise.all(SEEN.map((name) => caches.delete(name)));
}
