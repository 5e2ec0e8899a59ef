/** The draft on this device. Where the browser keeps nothing, it lives as long as the page, and `kept` says so. */
import { dropDraft, loadDraft, saveDraft, type Draft } from "../outbox";
import type { Place } from "../place";

/** A draft, and what the cameras wrote into its photos (by key), for as long as the place may still be asked about. */
export interface Begun extends Draft {
  traces?: Record<string, { place: Place | null; takenAt: number | null }>;
  /** The place in words, for the page before sending. */
  placeWords?: string;
}

/** A UUID also where the page came without TLS, in a test on the local network. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function newDraft(language: string): Begun {
  return { key: newKey(), begunAt: Date.now(), step: "photo", fields: {}, language, photos: [], notIt: [], danger: "", traces: {} };
}

export interface Store {
  load: () => Promise<Begun | undefined>;
  save: (draft: Begun) => Promise<void>;
  drop: (key: string) => Promise<void>;
}

/** `onKept` hears whether the last attempt to keep something worked. */
export function store(onKept: (kept: boolean) => void): Store {
  let last: Promise<void> = Promise.resolve();
  const tried = async <T>(action: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      const result = await action();
      onKept(true);
      return result;
    } catch {
      onKept(false);
      return otherwise;
    }
  };
  // One after the other: an older state must not overtake a newer one.
  const inTurn = (action: () => Promise<void>): Promise<void> => (last = last.then(() => tried(action, undefined)));
  return {
    load: () => tried(loadDraft, undefined),
    save: (draft) => {
      const now = { ...draft, photos: [...draft.photos] };
      return inTurn(() => saveDraft(now));
    },
    drop: (key) => inTurn(() => dropDraft(key)),
  };
}
