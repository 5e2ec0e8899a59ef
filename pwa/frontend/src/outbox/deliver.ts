/** One attempt to hand over a report, or one of its photos: what the server's answer means. No storage in here. */
import type { Draft, Item, Problem, Sent } from "./types";

const REPORTS = "/api/v1/reports/";
const SUBMISSIONS = "/api/v1/submissions/";
const TEXT_TIMEOUT_MS = 15_000;
const PHOTO_TIMEOUT_MS = 120_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** later: not now, `afterMs` if the server named a time. */
export type Answer = { kind: "arrived"; report: Sent } | { kind: "refused"; problems: Problem[] } | { kind: "unknown" } | Later;
export type PhotoAnswer = { kind: "there" } | { kind: "lost"; why: string } | { kind: "doubted"; why: string } | Later;
export interface Later {
  kind: "later";
  afterMs: number;
  /** Proof of work the server asks for while it is flooded: solved, the report may come at once. */
  work?: string;
}
interface ProblemDocument {
  title?: string;
  code?: string;
  errors?: { field?: string; message?: string; code?: string }[];
  work?: string;
}

const LATER: Later = { kind: "later", afterMs: 0 };

/** The words of the request; the same ones at every attempt. */
export function bodyOf({ draft, photos }: Item): string {
  return JSON.stringify({
    ...draft?.fields,
    language: draft?.language,
    photos_expected: [...new Set(photos.map(({ sha256 }) => sha256))],
    photo_alts: altsOf(photos, draft?.photos ?? []),
  });
}

/** The server matches descriptions with announced photos by their order. */
function altsOf(photos: Item["photos"], kept: { key: string; alt: string }[]): string[] {
  const first = photos.filter((photo, at) => photos.findIndex(({ sha256 }) => sha256 === photo.sha256) === at);
  return first.map(({ key }) => kept.find((photo) => key.endsWith(`/${photo.key}`))?.alt.slice(0, 300) ?? "");
}

/** No cookie goes along (nobody's session speaks for a report) and none comes back; no detour, no copy. */
async function ask(url: string, timeoutMs: number, init: RequestInit): Promise<Response | null> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeoutMs);
  try {
    return await fetch(url, { ...init, credentials: "omit", redirect: "error", cache: "no-store", referrerPolicy: "no-referrer", signal: patience.signal });
  } catch {
    return null; // no network, no answer in time, a page of some Wi-Fi in between
  } finally {
    clearTimeout(timer);
  }
}

function headersOf({ key, language }: Pick<Item, "key" | "language">, proof: string): Record<string, string> {
  return { Accept: "application/json", "Accept-Language": language, "Idempotency-Key": key, ...(proof ? { "Proof-Of-Work": proof } : {}) };
}

export async function sendText(item: Item, body: string, proof = ""): Promise<Answer> {
  const headers = { ...headersOf(item, proof), "Content-Type": "application/json" };
  return meaningOf(await ask(REPORTS, TEXT_TIMEOUT_MS, { method: "POST", headers, body }), item.key);
}

/** Text and photos in one request, for a browser that can keep nothing or reckon no checksums. */
export async function sendWhole(draft: Draft, proof = ""): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...draft.fields, language: draft.language }))
    if (value !== undefined && value !== null) form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  for (const { blob, name, alt } of draft.photos) {
    form.append("photos", blob, name || "foto.jpg");
    form.append("photo_alts", alt.slice(0, 300));
  }
  return meaningOf(await ask(REPORTS, PHOTO_TIMEOUT_MS, { method: "POST", headers: headersOf(draft, proof), body: form }), draft.key);
}

async function meaningOf(response: Response | null, key: string): Promise<Answer> {
  if (!response) return LATER;
  if (response.ok) return await arrivedWith(response);
  const problem = await json<ProblemDocument>(response);
  if (response.status === 422 && problem?.errors?.some(({ field }) => field === "Idempotency-Key")) return await lookUp(key);
  // 400, 413, 415 and 422 are this server's word on what was written, if they come as its problem documents.
  if ([400, 413, 415, 422].includes(response.status) && problem?.title) return { kind: "refused", problems: problemsOf(problem) };
  return laterOf(response, problem);
}

/** What became of a submission: it arrived, or the server does not know it. */
export async function lookUp(key: string): Promise<Answer> {
  const response = await ask(SUBMISSIONS, TEXT_TIMEOUT_MS, { headers: { Accept: "application/json", "Idempotency-Key": key } });
  if (!response) return LATER;
  if (response.ok) return await arrivedWith(response);
  const problem = await json<ProblemDocument>(response);
  return response.status === 404 && problem?.title ? { kind: "unknown" } : laterOf(response, problem);
}

export async function sendPhoto(report: Sent, sha256: string, bytes: ArrayBuffer, type: string): Promise<PhotoAnswer> {
  const response = await ask(`${REPORTS}${report.public_id}/photos/${sha256}/`, PHOTO_TIMEOUT_MS, {
    method: "PUT",
    headers: {
      "Content-Type": type.startsWith("image/") ? type : "application/octet-stream",
      "Content-Digest": `sha-256=:${base64(sha256)}:`,
      Authorization: `Tracking ${codeOf(report)}`,
    },
    body: bytes,
  });
  if (!response) return LATER;
  if (response.ok) return (await json(response)) ? { kind: "there" } : LATER;
  const problem = await json<ProblemDocument>(response);
  const why = problem?.title ?? "";
  if (!why) return laterOf(response, null);
  if ([401, 404, 410, 413, 415].includes(response.status) || (response.status === 409 && problem?.code === "finished")) return { kind: "lost", why };
  // 422 may be a photo that is none, or bytes damaged on the way: the second is worth another try.
  if (response.status === 422) return { kind: "doubted", why: problem?.errors?.[0]?.message ?? why };
  return laterOf(response, problem);
}

/** The secret code is the last part of the secret link. */
export function codeOf({ tracking_url }: Sent): string {
  return new URL(tracking_url, self.location.origin).pathname.split("/").filter(Boolean).at(-1) ?? "";
}

async function arrivedWith(response: Response): Promise<Answer> {
  const told = await json<{ properties?: Partial<Sent> }>(response);
  const { public_id, tracking_url } = told?.properties ?? {};
  // Anything else that says "200" is the log-in page of some Wi-Fi, or a broken proxy.
  return public_id && tracking_url ? { kind: "arrived", report: { public_id, tracking_url } } : LATER;
}

function problemsOf({ title = "", errors = [] }: ProblemDocument): Problem[] {
  const named = errors.map(({ field = "", message = "" }) => ({ field, message })).filter(({ message }) => message);
  return named.length ? named : [{ field: "", message: title }];
}

function laterOf(response: Response, problem: ProblemDocument | null): Later {
  return { kind: "later", afterMs: retryAfterMs(response.headers.get("Retry-After"), Date.now()), ...(typeof problem?.work === "string" ? { work: problem.work } : {}) };
}

/** Seconds or a date, at most an hour; 0 if nothing was said. */
export function retryAfterMs(value: string | null, now: number): number {
  if (!value) return 0;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_WAIT_MS) : 0;
}

function json<T>(response: Response): Promise<T | null> {
  return response.json().then((value) => (value && typeof value === "object" ? (value as T) : null), () => null);
}

function base64(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16))));
}
