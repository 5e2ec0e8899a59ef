/** What the device keeps of reports: one being written, those waiting, and number and link of those that arrived. */

export interface Photo {
  key: string;
  blob: Blob;
  name: string;
  alt: string;
}

/** A report being written. */
export interface Draft {
  /** A UUID, the Idempotency-Key of every attempt to send it: however often it is sent, it is one report. */
  key: string;
  begunAt: number;
  step: string;
  /** By the names of the API. */
  fields: Record<string, unknown>;
  language: string;
  photos: Photo[];
  /** Numbers of reports the reporter said no to: "Nein, etwas anderes". */
  notIt: string[];
  /** What was answered on the stop page, "" where it was not shown. */
  danger: "" | "called" | "calm";
  /** Which dangers that answer was about. */
  dangers?: string[];
}

export interface Problem {
  field: string;
  message: string;
}

export interface Sent {
  public_id: string;
  tracking_url: string;
}

export type Outcome = { kind: "sent"; report: Sent } | { kind: "queued" } | { kind: "refused"; problems: Problem[] };

/** waiting → sending → (delivered: photos, then gone) | refused. */
export type ItemState = "waiting" | "sending" | "refused" | "photos";

/** A photo as it lies in the database. Bytes, not a Blob: Safari has lost Blobs from IndexedDB before. */
export interface KeptPhoto {
  /** `<draft>/<photo>` */
  key: string;
  bytes: ArrayBuffer;
  type: string;
}

/** A draft as it lies in the database: its photos are rows of their own, so that a step does not write megabytes anew. */
export interface KeptDraft extends Omit<Draft, "photos"> {
  photos: Omit<Photo, "blob">[];
  savedAt: number;
}

/** A photo on its way, addressed by its SHA-256 as the report announced it. */
export interface Following {
  /** Its row in the database. */
  key: string;
  sha256: string;
  refusals: number;
}

/** A report in the outbox. Once its text was delivered, `draft` and `body` are empty: only the photos remain. */
export interface Item {
  key: string;
  queuedAt: number;
  state: ItemState;
  hazard: boolean;
  draft: KeptDraft | null;
  /** The words of the request, fixed at the first attempt; null before. */
  body: string | null;
  language: string;
  photos: Following[];
  attempts: number;
  /** When the next attempt is due; a nudge (online again, page opened) may come earlier … */
  nextAt: number;
  /** … but never before this: the server asked for it (Retry-After). */
  notBefore: number;
  problems: Problem[];
  report: Sent | null;
}

/** What the device keeps of a delivered report: number and secret link, and what the server last said about it. */
export interface Mine extends Sent {
  key: string;
  keptAt: number;
  lostPhotos: string[];
  seen: Seen | null;
}

/** The last seen state, for reading it without network. No text, no answers, no photos (GOALS U24). */
export interface Seen {
  at: number;
  state: string;
  category: string;
  office: string;
  place: string;
  created_at: string;
  events: { title: string; at: string }[];
}
