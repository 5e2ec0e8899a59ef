/** Sends what waits, one after the other, texts before photos. Runs in a page or in the service worker, one at a time. */
import { database } from "./database";
import * as box from "./box";
import { bodyOf, lookUp, sendPhoto, sendText, type Answer } from "./deliver";
import { alone } from "./locks";
import { solve } from "../work";
import type { Item } from "./types";

const PAUSES_MS = [2_000, 5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000];
const REFUSALS_OF_A_PHOTO = 3;
/** Why a photo got lost that the browser no longer has. */
export const MISSING = "missing";

/** 2 s, 5 s, 15 s, 1 min, 5 min, then every 15 min; spread by up to a quarter, so that a whole town does not knock at once. */
export function pauseAfter(attempts: number, random = Math.random()): number {
  return (PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? 0) * (1 + random / 4);
}

/** Send everything due. `nudged`: something changed (online again, page opened, a tap), so do not wait for the back-off;
 *  what the server asked for (Retry-After) is waited for nevertheless. Resolves to when the next attempt is due, or null. */
export function flush({ nudged = false } = {}): Promise<number | null> {
  return alone(async () => {
    await tidy();
    const tried = new Set<string>();
    for (let item = await nextDue(nudged, tried); item; item = await nextDue(nudged, tried)) {
      tried.add(stepOf(item));
      await (item.state === "photos" ? photo(item) : text(item));
    }
    return nextTime();
  });
}

/** What is done next with an item: its text, or one photo; a new text goes before the next photo of an older report. */
const stepOf = ({ key, state, photos }: Item) => `${key} ${state === "photos" ? photos[0]?.key : "text"}`;

async function nextDue(nudged: boolean, tried: Set<string>): Promise<Item | undefined> {
  const now = Date.now();
  const due = (await box.items()).filter((item) => item.state !== "refused" && !tried.has(stepOf(item)) && Math.max(nudged ? 0 : item.nextAt, item.notBefore) <= now);
  return due.find(({ state }) => state !== "photos") ?? due[0];
}

async function nextTime(): Promise<number | null> {
  const open = (await box.items()).filter(({ state }) => state !== "refused");
  return open.length ? Math.min(...open.map(({ nextAt, notBefore }) => Math.max(nextAt, notBefore))) : null;
}

/** What a killed tab left behind: "sending" that nobody sends, photos of no report. */
async function tidy(): Promise<void> {
  const all = await box.items();
  for (const { key } of all.filter(({ state }) => state === "sending")) await box.change(key, { state: "waiting" });
  const db = await database();
  const tx = db.transaction(["drafts", "outbox", "photos"], "readwrite");
  const owners = new Set([...(await tx.objectStore("drafts").getAllKeys()), ...(await tx.objectStore("outbox").getAllKeys())]);
  for (const key of await tx.objectStore("photos").getAllKeys()) if (!owners.has(key.split("/")[0] ?? "")) await tx.objectStore("photos").delete(key);
  await tx.done;
}

async function text(waiting: Item): Promise<void> {
  // Fixed and written down before the first byte leaves: a later attempt says exactly the same.
  const body = waiting.body ?? bodyOf(waiting);
  const item = await box.change(waiting.key, { state: "sending", body, attempts: waiting.attempts + 1 });
  if (!item) return;
  let answer = await sendText(item, body);
  if (answer.kind === "later" && answer.work) answer = await sendText(item, body, await solve(answer.work).catch(() => ""));
  // What arrived before its answer got lost may be refused today (a category was closed): the first word counts.
  if (answer.kind === "refused" && item.attempts > 1) answer = await known(item.key, answer);
  if (answer.kind === "arrived") await box.arrived(item.key, answer.report);
  else if (answer.kind === "refused") await box.refused(item.key, answer.problems);
  else await putOff(item, answer.kind === "later" ? answer.afterMs : 0);
}

async function known(key: string, otherwise: Answer): Promise<Answer> {
  const answer = await lookUp(key);
  return answer.kind === "unknown" ? otherwise : answer;
}

async function photo(item: Item): Promise<void> {
  const [next, ...others] = item.photos;
  if (!next) return;
  const kept = await (await database()).get("photos", next.key);
  if (!kept || !item.report) return void (await box.photoSettled(item.key, next.key, MISSING));
  const answer = await sendPhoto(item.report, next.sha256, kept.bytes, kept.type);
  const refusals = next.refusals + (answer.kind === "doubted" ? 1 : 0);
  if (answer.kind === "there") await box.photoSettled(item.key, next.key);
  else if (answer.kind === "lost" || (answer.kind === "doubted" && refusals >= REFUSALS_OF_A_PHOTO)) await box.photoSettled(item.key, next.key, answer.why);
  else {
    const left = await box.change(item.key, { photos: [...others, { ...next, refusals }], attempts: item.attempts + 1 });
    if (left) await putOff(left, answer.kind === "later" ? answer.afterMs : 0);
  }
}

async function putOff({ key, state, attempts }: Item, afterMs: number): Promise<void> {
  const now = Date.now();
  await box.change(key, { state: state === "photos" ? "photos" : "waiting", nextAt: now + pauseAfter(attempts), notBefore: afterMs ? now + afterMs : 0 });
}

export type Edit = "draft" | "arrived" | "unreachable" | "gone";

/** Take a report back to the form. One that was tried already may have arrived: the server is asked first. Never a new key. */
export function edit(key: string): Promise<Edit> {
  return alone(async () => {
    const item = (await box.items()).find((one) => one.key === key);
    if (!item) return (await box.mineByKey(key)) ? "arrived" : "gone";
    if (item.report) return "arrived";
    if (item.attempts > 0 && item.state !== "refused") {
      const answer = await lookUp(key);
      if (answer.kind === "arrived") {
        await box.arrived(key, answer.report);
        return "arrived";
      }
      if (answer.kind !== "unknown") return "unreachable";
    }
    return (await box.toDraft(key)) ? "draft" : "gone";
  });
}

/** Throw a waiting report away; waits until nobody is sending it. */
export function discard(key: string): Promise<void> {
  return alone(() => box.discard(key));
}
