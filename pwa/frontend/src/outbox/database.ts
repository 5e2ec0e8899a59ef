/** The device's database. One module opens it; pages and the service worker share it. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Item, KeptDraft, KeptPhoto, Mine } from "./types";

const NAME = "mangel";
const VERSION = 1;

export interface Schema extends DBSchema {
  drafts: { key: string; value: KeptDraft };
  outbox: { key: string; value: Item };
  photos: { key: string; value: KeptPhoto };
  mine: { key: string; value: Mine; indexes: { key: string } };
  /** Small things of the worker: language, cursor of the change feed. */
  meta: { key: string; value: unknown };
}
export type Database = IDBPDatabase<Schema>;
export const STORES = ["drafts", "outbox", "photos", "mine", "meta"] as const;

let opened: Promise<Database> | null = null;

/** Rejects where the browser keeps nothing (some private windows). */
export function database(): Promise<Database> {
  opened ??= openDB<Schema>(NAME, VERSION, {
    upgrade(db) {
      for (const store of ["drafts", "outbox", "photos"] as const) db.createObjectStore(store, { keyPath: "key" });
      db.createObjectStore("mine", { keyPath: "public_id" }).createIndex("key", "key");
      db.createObjectStore("meta");
    },
    blocking: close, // a newer version of the app wants to upgrade: let it
    terminated: forget, // iOS closes databases of pages that slept: open anew at the next use
  }).catch((error: unknown) => {
    forget();
    throw error;
  });
  return opened;
}

function forget(): void {
  opened = null;
}

/** Ends the connection; the next use opens it anew. */
export function close(): void {
  void opened?.then((db) => db.close());
  forget();
}
