/** The pages that must be there without network: fetched as a stranger would see them, never out of somebody's session. */
import { API, ASSETS, SHELL } from "./caches";
import { FILES } from "./files";
import { keptAt, withDate } from "./kept";
import { note, recall } from "./meta";
import { keyOfPage } from "./paths";

export const PAGES = ["/", "/melden/", "/melden/ausgang/", "/meine/", "/offline/"];
const CATEGORIES = "/api/v1/categories/";
const FRESH_MS = 60 * 60_000;
const OUR_FILES = /(?:href|src)="(\/static\/pwa\/build\/assets\/[^"]+)"/g;

/** Fetch all of them anew. Rejects if one cannot be had: better the old ones than half. */
export async function renewShell(wish: string): Promise<void> {
  const pages = await Promise.all(PAGES.map((path) => fetchPage(path, wish)));
  const language = pages[0]!.headers.get("Content-Language") ?? wish; // "de" for who asks for "de-AT"
  const cache = await caches.open(SHELL);
  await Promise.all(pages.map((page, at) => cache.put(keyOfPage(PAGES[at]!, language), page)));
  // The outbox says by it what a report is about.
  await (await caches.open(API)).add(new Request(CATEGORIES, { credentials: "omit", headers: { "Accept-Language": language } }));
  await Promise.all([note("language", language), note("shellAt", Date.now())]);
}

/** What a page says when it was opened: its language, which may have been changed. */
export async function keepShellFresh(language: string): Promise<void> {
  const [known, at = 0] = await Promise.all([recall("language"), recall("shellAt")]);
  if (known !== language || Date.now() - at > FRESH_MS) await renewShell(language);
}

/** The kept copy of a page of the shell, with the day it is from. */
export async function shellPage(path: string): Promise<Response | undefined> {
  const cache = await caches.open(SHELL);
  const language = (await recall("language").catch(() => undefined)) ?? "de";
  const found = (await cache.match(keyOfPage(path, language))) ?? (await cache.match(path, { ignoreSearch: true }));
  return found && withDate(found);
}

async function fetchPage(path: string, language: string): Promise<Response> {
  const response = await fetch(path, { credentials: "omit", cache: "no-store", redirect: "error", headers: { Accept: "text/html", "Accept-Language": language } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const page = keptAt(response, Date.now());
  await keepFilesOf(await page.clone().text());
  return page;
}

/** A page of a newer version than this worker names files that are not in its precache: they are kept beside it. */
function keepFilesOf(html: string): Promise<void> {
  return keepFiles([...html.matchAll(OUR_FILES)].map(([, url]) => url!));
}

async function keepFiles(paths: string[]): Promise<void> {
  const cache = await caches.open(ASSETS);
  for (const path of new Set(paths)) if (!FILES.some(({ url }) => url === path) && !(await cache.match(path))) await cache.add(path);
}

/** Files that a page loaded before this worker was there: the map library, mostly out of the browser's own cache. */
export function keepLoaded(addresses: string[]): Promise<void> {
  return keepFiles(addresses.map((address) => new URL(address).pathname).filter((path) => path.startsWith("/static/pwa/build/assets/")));
}
