/** The caches of this app. All but the precache and ASSETS hold what somebody looked at, and are emptied by "Alles löschen". */
import { FILES } from "./files";

const version = (() => {
  let hash = 5381;
  for (const sign of JSON.stringify(FILES)) hash = (hash * 33 + sign.charCodeAt(0)) | 0;
  return (hash >>> 0).toString(36);
})();

/** A shell belongs to the files it names, so every version has its own. */
export const SHELL = `mangel-shell-${version}`;
/** Hashed files beyond the precache: the map library, once somebody looked at the map. */
export const ASSETS = "mangel-assets";
export const PAGES = "mangel-pages";
export const PHOTOS = "mangel-photos";
export const TILES = "mangel-tiles";
export const API = "mangel-api";
/** What `changes` may take back. */
export const SEEN = [PAGES, PHOTOS, TILES, API];

export async function dropOldShells(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith("mangel-shell-") && name !== SHELL) await caches.delete(name);
}
