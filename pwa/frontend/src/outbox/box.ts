/** What waits to be sent, and what arrived. Every change is one transaction: a killed tab leaves it before or after. */
import { database, STORES } from "./database";
import { packed, rowKey, rowOf } from "./drafts";
import { releaseDraft } from "./locks";
import { tellChange } from "./news";
import type { Draft, Following, Item, Mine, Problem, Seen, Sent } from "./types";

const ALL = ["drafts", "outbox", "photos", "mine"] as const;

/** Move a draft into the outbox. Harmless if it is there, or arrived, already: the first version counts. */
export async function enqueue(draft: Draft): Promise<void> {
  const photos = await Promise.all(draft.photos.map((photo) => packed(draft, photo)));
  const following: Following[] = await Promise.all(photos.map(async ({ key, bytes }) => ({ key, sha256: await sha256(bytes), refusals: 0 })));
  // Strict: on the disk before we say that it is kept, even if the phone's battery dies now.
  const tx = (await database()).transaction(ALL, "readwrite", { durability: "strict" });
  const known = (await tx.objectStore("outbox").get(draft.key)) ?? (await tx.objectStore("mine").index("key").get(draft.key));
  if (!known) {
    await Promise.all([...photos.map((photo) => tx.objectStore("photos").put(photo)), tx.objectStore("outbox").put(itemOf(draft, following))]);
  }
  await tx.objectStore("drafts").delete(draft.key);
  await tx.done;
  releaseDraft();
  tellChange();
}

function itemOf(draft: Draft, photos: Following[]): Item {
  return {
    ...{ key: draft.key, queuedAt: Date.now(), state: "waiting", hazard: draft.danger !== "", draft: rowOf(draft), body: null, language: draft.language },
    ...{ photos, attempts: 0, nextAt: 0, notBefore: 0, problems: [], report: null },
  };
}

export async function sha256(bytes: ArrayBuffer): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Oldest first. */
export async function items(): Promise<Item[]> {
  return (await (await database()).getAll("outbox")).sort((a, b) => a.queuedAt - b.queuedAt);
}

/** How many reports have not arrived yet; those whose photos alone are missing have. */
export async function waiting(): Promise<number> {
  return (await items()).filter(({ state }) => state !== "photos").length;
}

/** Changes an item that is still there; what was erased meanwhile stays erased. Returns it as it is now. */
export async function change(key: string, values: Partial<Item>): Promise<Item | undefined> {
  const tx = (await database()).transaction("outbox", "readwrite");
  const item = await tx.store.get(key);
  const changed = item && { ...item, ...values };
  if (changed) await tx.store.put(changed);
  await tx.done;
  tellChange();
  return changed;
}

/** The text arrived: number and link stay, everything that was written goes (U24). Returns what is left to send. */
export async function arrived(key: string, report: Sent): Promise<Item | undefined> {
  const tx = (await database()).transaction(ALL, "readwrite", { durability: "strict" });
  const item = await tx.objectStore("outbox").get(key);
  if (!item) return void (await tx.done);
  const mine = tx.objectStore("mine");
  if (!(await mine.get(report.public_id))) await mine.put({ ...report, key, keptAt: Date.now(), lostPhotos: [], seen: null });
  const left: Item = { ...item, state: "photos", draft: null, body: null, problems: [], attempts: 0, nextAt: 0, notBefore: 0, report };
  await (left.photos.length ? tx.objectStore("outbox").put(left) : tx.objectStore("outbox").delete(key));
  await tx.done;
  tellChange();
  return left.photos.length ? left : undefined;
}

/** A photo is there, or will never be (`lost`: why). Its bytes go; with the last one the item goes. */
export async function photoSettled(key: string, photo: string, lost = ""): Promise<Item | undefined> {
  const tx = (await database()).transaction(ALL, "readwrite");
  const item = await tx.objectStore("outbox").get(key);
  if (!item) return void (await tx.done);
  const left = { ...item, photos: item.photos.filter((one) => one.key !== photo) };
  const row = lost && item.report ? await tx.objectStore("mine").get(item.report.public_id) : undefined;
  await Promise.all([
    tx.objectStore("photos").delete(photo),
    left.photos.length ? tx.objectStore("outbox").put(left) : tx.objectStore("outbox").delete(key),
    row && tx.objectStore("mine").put({ ...row, lostPhotos: [...row.lostPhotos, lost] }),
  ]);
  await tx.done;
  tellChange();
  return left.photos.length ? left : undefined;
}

export async function refused(key: string, problems: Problem[]): Promise<void> {
  await change(key, { state: "refused", problems, body: null });
}

/** Back from the outbox to the draft, with the same key. Only while `alone`, and see `edit` for when it is allowed. */
export async function toDraft(key: string): Promise<boolean> {
  const tx = (await database()).transaction(ALL, "readwrite", { durability: "strict" });
  const item = await tx.objectStore("outbox").get(key);
  if (!item?.draft) {
    await tx.done;
    return false;
  }
  await Promise.all([tx.objectStore("drafts").put({ ...item.draft, savedAt: Date.now() }), tx.objectStore("outbox").delete(key)]);
  await tx.done;
  tellChange();
  return true;
}

/** Throw an item away, photos too. */
export async function discard(key: string): Promise<void> {
  const tx = (await database()).transaction(["outbox", "photos"], "readwrite");
  const item = await tx.objectStore("outbox").get(key);
  await Promise.all([...(item?.photos ?? []).map((photo) => tx.objectStore("photos").delete(photo.key)), tx.objectStore("outbox").delete(key)]);
  await tx.done;
  tellChange();
}

/** Newest first. */
export async function mine(): Promise<Mine[]> {
  return (await (await database()).getAll("mine")).sort((a, b) => b.keptAt - a.keptAt);
}

export async function mineByKey(key: string): Promise<Mine | undefined> {
  return (await database()).getFromIndex("mine", "key", key);
}

/** Remember a report of one's own that was sent elsewhere: the secret link was opened on this device. */
export async function remember(report: Sent): Promise<void> {
  const tx = (await database()).transaction("mine", "readwrite");
  const known = await tx.store.get(report.public_id);
  await tx.store.put({ ...(known ?? { key: "", keptAt: Date.now(), lostPhotos: [], seen: null }), ...report });
  await tx.done;
  tellChange();
}

export async function forget(publicId: string): Promise<void> {
  await (await database()).delete("mine", publicId);
  tellChange();
}

export async function saw(publicId: string, seen: Seen): Promise<void> {
  const tx = (await database()).transaction("mine", "readwrite");
  const known = await tx.store.get(publicId);
  if (known) await tx.store.put({ ...known, seen });
  await tx.done;
}

/** Everything the app ever kept on this device. */
export async function eraseAll(): Promise<void> {
  const tx = (await database()).transaction(STORES, "readwrite", { durability: "strict" });
  await Promise.all(STORES.map((store) => tx.objectStore(store).clear()));
  await tx.done;
  releaseDraft();
  tellChange();
}

export { rowKey };
