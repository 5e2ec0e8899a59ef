/** The report being written. */
import { database } from "./database";
import { holdDraft, releaseDraft } from "./locks";
import { tellChange } from "./news";
import type { Draft, KeptDraft, KeptPhoto, Photo } from "./types";

/** The draft worked on last, with its photos. */
export async function loadDraft(): Promise<Draft | undefined> {
  const newest = (await (await database()).getAll("drafts")).sort((a, b) => b.savedAt - a.savedAt)[0];
  if (!newest) return undefined;
  holdDraft();
  return unpacked(newest);
}

/** Keep the draft. Harmless once it was sent, from this tab or another one: it does not come back. */
export async function saveDraft(draft: Draft): Promise<void> {
  holdDraft();
  const db = await database();
  const known = new Set(await db.getAllKeys("photos"));
  // Read before the transaction: it would end while we wait for a file.
  const fresh = await Promise.all(draft.photos.filter(({ key }) => !known.has(rowKey(draft, key))).map((photo) => packed(draft, photo)));
  const tx = db.transaction(["drafts", "outbox", "photos", "mine"], "readwrite");
  const sent = (await tx.objectStore("outbox").get(draft.key)) ?? (await tx.objectStore("mine").index("key").get(draft.key));
  if (!sent) {
    const before = await tx.objectStore("drafts").get(draft.key);
    const dropped = before?.photos.filter(({ key }) => !draft.photos.some((photo) => photo.key === key)) ?? [];
    await Promise.all([
      ...fresh.map((photo) => tx.objectStore("photos").put(photo)),
      ...dropped.map(({ key }) => tx.objectStore("photos").delete(rowKey(draft, key))),
      tx.objectStore("drafts").put(rowOf(draft)),
    ]);
  }
  await tx.done;
}

/** Throw the draft away, photos too. One that was sent stays in the outbox. */
export async function dropDraft(key: string): Promise<void> {
  releaseDraft();
  const tx = (await database()).transaction(["drafts", "photos"], "readwrite");
  const draft = await tx.objectStore("drafts").get(key);
  await Promise.all([...(draft?.photos ?? []).map((photo) => tx.objectStore("photos").delete(rowKey({ key }, photo.key))), tx.objectStore("drafts").delete(key)]);
  await tx.done;
  tellChange();
}

export function rowKey(draft: Pick<Draft, "key">, photo: string): string {
  return `${draft.key}/${photo}`;
}

export function rowOf({ photos, ...rest }: Draft): KeptDraft {
  return { ...rest, photos: photos.map(({ key, name, alt }) => ({ key, name, alt })), savedAt: Date.now() };
}

export async function packed(draft: Draft, { key, blob }: Photo): Promise<KeptPhoto> {
  return { key: rowKey(draft, key), bytes: await blob.arrayBuffer(), type: blob.type };
}

/** A draft as pages know it. A photo the browser lost is left out: it never costs the report. */
export async function unpacked({ photos, savedAt: _savedAt, ...draft }: KeptDraft): Promise<Draft> {
  const db = await database();
  const found = await Promise.all(
    photos.map(async (photo) => {
      const kept = await db.get("photos", rowKey(draft, photo.key));
      return kept ? [{ ...photo, blob: new Blob([kept.bytes], { type: kept.type }) }] : [];
    }),
  );
  return { ...draft, photos: found.flat() };
}
