import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as box from "../src/outbox/box";
import { codeOf, retryAfterMs } from "../src/outbox/deliver";
import { discard, edit, flush, pauseAfter } from "../src/outbox/flush";
import { sha256 } from "../src/work";
import { dropDraft, loadDraft, saveDraft, send, type Draft } from "../src/outbox";

const REPORT = { public_id: "417203858", tracking_url: "https://stadt.example/verfolgen/417203858/abcd1234abcd1234/" };
const PHOTO = { key: "p1", blob: new Blob(["photo"], { type: "image/jpeg" }), name: "foto.jpg", alt: "Ein Loch" };
const SHA = "6b42d7eb05f9d6b9eeebef8ad3ce9ed4b2e9b1e3bba16f9b12df2e5e2dc1f5e1".length;

function draft(key: string, values: Partial<Draft> = {}): Draft {
  return { key, begunAt: 1, step: "details", fields: { category: "STR1", lon: 11.3, lat: 50.9 }, language: "de", photos: [], notIt: [], danger: "", ...values };
}

type Asked = { url: string; method: string; headers: Record<string, string>; body: unknown; credentials: string | undefined };
let asked: Asked[] = [];

function answers(...replies: (Response | "nothing" | ((request: Asked) => Response))[]): void {
  asked = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const request = { url, method: init.method ?? "GET", headers: init.headers as Record<string, string>, body: init.body, credentials: init.credentials };
    asked.push(request);
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply === undefined || reply === "nothing") throw new TypeError("Failed to fetch");
    return typeof reply === "function" ? reply(request) : reply.clone();
  });
}
const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
const taken = () => json(201, { type: "Feature", properties: { ...REPORT, tracking_code: "abcd1234abcd1234" } });
const refusal = (field: string, message: string) => json(422, { title: message, errors: [{ field, message }] });
const later = (status: number, headers: Record<string, string> = {}) => json(status, { title: "Später" }, headers);

beforeEach(async () => {
  await box.eraseAll();
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a draft", () => {
  it("comes back with its photos, also after a step that only changed a word", async () => {
    await saveDraft(draft("a", { photos: [PHOTO] }));
    await saveDraft(draft("a", { photos: [{ ...PHOTO, alt: "Tiefes Loch" }], step: "place" }));
    const found = await loadDraft();
    expect(found).toMatchObject({ key: "a", step: "place", photos: [{ key: "p1", alt: "Tiefes Loch" }] });
    expect(await found?.photos[0]?.blob.text()).toBe("photo");
  });

  it("does not come back from another tab once it was sent", async () => {
    answers("nothing");
    await saveDraft(draft("a"));
    await box.enqueue(draft("a"));
    await saveDraft(draft("a", { step: "photo" }));
    expect(await loadDraft()).toBeUndefined();
    answers(taken());
    await flush();
    await saveDraft(draft("a"));
    expect(await loadDraft()).toBeUndefined();
  });

  it("leaves nothing when it is dropped", async () => {
    await saveDraft(draft("a", { photos: [PHOTO] }));
    await dropDraft("a");
    expect(await loadDraft()).toBeUndefined();
    expect(await photosKept()).toEqual([]);
  });
});

async function photosKept(): Promise<string[]> {
  const { database } = await import("../src/outbox/database");
  return (await database()).getAllKeys("photos");
}

describe("sending", () => {
  it("says the number, and keeps nothing but number and link", async () => {
    answers(taken());
    await saveDraft(draft("a"));
    expect(await send(draft("a"))).toEqual({ kind: "sent", report: REPORT });
    expect(asked[0]).toMatchObject({ url: "/api/v1/reports/", method: "POST", credentials: "omit", headers: { "Idempotency-Key": "a" } });
    expect(await box.items()).toEqual([]);
    expect(await loadDraft()).toBeUndefined();
    expect(await box.mine()).toEqual([{ ...REPORT, key: "a", keptAt: expect.any(Number), lostPhotos: [], seen: null }]);
  });

  it("waits in the outbox while there is no network, untouched", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    answers(taken());
    expect(await send(draft("a"))).toEqual({ kind: "queued" });
    expect(asked).toEqual([]);
    expect(await box.items()).toMatchObject([{ state: "waiting", attempts: 0 }]);
  });

  it("gives up waiting after 15 seconds and keeps the report", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
    const outcome = send(draft("a"));
    let kept = await box.items();
    while (kept[0]?.state !== "sending") kept = await box.items();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await outcome).toEqual({ kind: "queued" });
    vi.useRealTimers();
  });

  it("goes in one piece, photos and all, where the browser can keep nothing", async () => {
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) }); // as on a page without TLS
    answers(taken());
    const fields = { category: "STR1", answers: { tiefe: "tief" } };
    expect(await send(draft("a", { fields, photos: [PHOTO] }))).toEqual({ kind: "sent", report: REPORT });
    const form = asked[0]?.body as FormData;
    expect([form.get("category"), form.get("answers"), form.get("photo_alts"), form.getAll("photos").length]).toEqual(["STR1", '{"tiefe":"tief"}', "Ein Loch", 1]);
    answers("nothing");
    expect(await send(draft("b", { photos: [PHOTO] }))).toMatchObject({ kind: "refused", problems: [{ field: "" }] });
  });

  it("gives a refused report back to the form with the same key", async () => {
    answers(refusal("description", "Bitte beschreiben Sie es."));
    expect(await send(draft("a", { photos: [PHOTO] }))).toEqual({ kind: "refused", problems: [{ field: "description", message: "Bitte beschreiben Sie es." }] });
    expect(await loadDraft()).toMatchObject({ key: "a", photos: [{ key: "p1" }] });
    expect(await box.items()).toEqual([]);
    answers(taken());
    expect(await send(draft("a", { fields: { category: "STR1", description: "Loch" } }))).toMatchObject({ kind: "sent" });
  });

  it("repeats an unanswered report word by word", async () => {
    answers("nothing");
    await box.enqueue(draft("a"));
    await flush();
    answers(later(503));
    await flush({ nudged: true });
    const first = asked[0]?.body;
    answers(json(200, { properties: REPORT }));
    await flush({ nudged: true });
    expect(asked[0]?.body).toBe(first);
    expect((await box.mine()).map(({ public_id }) => public_id)).toEqual([REPORT.public_id]);
  });

  it("is sent once from two tabs with the same draft", async () => {
    answers(taken());
    const [one, two] = await Promise.all([send(draft("a")), send(draft("a"))]);
    expect([one.kind, two.kind]).toEqual(["sent", "sent"]);
    expect(await box.mine()).toHaveLength(1);
  });

  it("takes an answer for ours only if it names a number", async () => {
    answers(new Response("<h1>Willkommen im Hotel-WLAN</h1>", { status: 200 }));
    await box.enqueue(draft("a"));
    await flush();
    expect(await box.items()).toMatchObject([{ state: "waiting", attempts: 1 }]);
  });

  it.each([401, 403, 404, 409, 429, 500, 502, 503, 507])("keeps the report when the server says %i", async (status) => {
    answers(later(status));
    await box.enqueue(draft("a"));
    await flush();
    expect(await box.items()).toMatchObject([{ state: "waiting", problems: [] }]);
  });

  it("waits as long as the server asked for, even when nudged", async () => {
    answers(later(429, { "Retry-After": "60" }));
    await box.enqueue(draft("a"));
    await flush();
    await flush({ nudged: true });
    expect(asked).toHaveLength(1);
  });

  it("does the little work that a flooded server asks for, and sends the same again", async () => {
    const target = sha256("2000000000.nonce.7");
    answers(json(429, { title: "Gerade kommen sehr viele Meldungen an.", work: `2000000000.nonce.${target}.100.sig` }, { "Retry-After": "30" }), taken());
    expect(await send(draft("a"))).toMatchObject({ kind: "sent" });
    expect(asked[1]?.headers["Proof-Of-Work"]).toBe(`2000000000.nonce.${target}.100.sig.7`);
    expect(asked[1]?.body).toBe(asked[0]?.body);
  });

  it("asks what became of a key under which another text arrived", async () => {
    answers(refusal("Idempotency-Key", "Unter diesem Schlüssel ist schon eine andere Meldung angekommen."), json(200, { properties: REPORT }));
    expect(await send(draft("a"))).toEqual({ kind: "sent", report: REPORT });
    expect(asked.map(({ url }) => url)).toEqual(["/api/v1/reports/", "/api/v1/submissions/"]);
  });

  it("believes the first word of the server when a repetition is refused", async () => {
    answers("nothing");
    await box.enqueue(draft("a"));
    await flush();
    answers(refusal("category", "Diese Kategorie gibt es nicht mehr."), json(200, { properties: REPORT }));
    await flush({ nudged: true });
    expect(await box.mine()).toHaveLength(1);
  });

  it("shows a refusal that came while nobody looked, and lets it be mended", async () => {
    answers(refusal("category", "Diese Kategorie gibt es nicht mehr."));
    await box.enqueue(draft("a"));
    await flush();
    expect(await box.items()).toMatchObject([{ state: "refused", problems: [{ field: "category" }] }]);
    expect(await edit("a")).toBe("draft");
    expect(await loadDraft()).toMatchObject({ key: "a" });
  });
});

describe("photos", () => {
  it("follow the text, addressed and proven by their checksum, and then their bytes are gone", async () => {
    answers(taken(), json(201, { key: "x", status: "new" }));
    await box.enqueue(draft("a", { photos: [PHOTO] }));
    await flush();
    const [post, put] = asked;
    const told = JSON.parse(String(post?.body));
    expect(told.photos_expected).toHaveLength(1);
    expect(told.photos_expected[0]).toHaveLength(SHA);
    expect(told.photo_alts).toEqual(["Ein Loch"]);
    expect(put).toMatchObject({ url: `/api/v1/reports/417203858/photos/${told.photos_expected[0]}/`, method: "PUT", credentials: "omit" });
    expect(put?.headers).toMatchObject({ Authorization: "Tracking abcd1234abcd1234", "Content-Type": "image/jpeg" });
    expect(put?.headers["Content-Digest"]).toMatch(/^sha-256=:[A-Za-z0-9+/]{43}=:$/);
    expect(await box.items()).toEqual([]);
    expect(await photosKept()).toEqual([]);
  });

  it("may come later without holding up the report", async () => {
    answers(taken(), later(503));
    await box.enqueue(draft("a", { photos: [PHOTO] }));
    await flush();
    expect(await box.waiting()).toBe(0);
    const [item] = await box.items();
    expect(item).toMatchObject({ state: "photos", draft: null, body: null, photos: [{ refusals: 0 }] });
    answers(json(200, { key: "x", status: "new" }));
    await flush({ nudged: true });
    expect(await box.items()).toEqual([]);
  });

  it("that are refused are given up after three times, with the reason, and never cost the report", async () => {
    answers(taken(), refusal("photos", "Das ist kein Foto."));
    await box.enqueue(draft("a", { photos: [PHOTO] }));
    for (let round = 0; round < 3; round++) await flush({ nudged: true });
    expect(await box.items()).toEqual([]);
    expect((await box.mine())[0]?.lostPhotos).toEqual(["Das ist kein Foto."]);
  });

  it("of one report do not wait for a broken one", async () => {
    const second = { ...PHOTO, key: "p2", blob: new Blob(["other"], { type: "image/jpeg" }) };
    answers(taken(), later(500), json(201, {}));
    await box.enqueue(draft("a", { photos: [PHOTO, second] }));
    await flush({ nudged: true });
    expect((await box.items())[0]?.photos.map(({ key }) => key)).toEqual(["a/p1"]);
  });

  it("come after the texts of all reports", async () => {
    answers((request) => (request.method === "POST" ? taken() : json(201, {})));
    await box.enqueue(draft("a", { photos: [PHOTO] }));
    await box.enqueue(draft("b", { photos: [PHOTO] }));
    await flush();
    expect(asked.map(({ method }) => method)).toEqual(["POST", "POST", "PUT", "PUT"]);
  });
});

describe("editing", () => {
  it("is free while nothing has left the device, even offline", async () => {
    answers("nothing");
    await box.enqueue(draft("a"));
    expect(await edit("a")).toBe("draft");
    expect(asked).toEqual([]);
  });

  it("asks the server first once it was tried", async () => {
    answers("nothing");
    await box.enqueue(draft("a"));
    await flush();
    expect(await edit("a")).toBe("unreachable");
    answers(json(404, { title: "Das gibt es hier nicht." }));
    expect(await edit("a")).toBe("draft");
    expect(await loadDraft()).toMatchObject({ key: "a" });
  });

  it("finds out that the report has arrived", async () => {
    answers("nothing");
    await box.enqueue(draft("a"));
    await flush();
    answers(json(200, { properties: REPORT }));
    expect(await edit("a")).toBe("arrived");
    expect(await box.mine()).toHaveLength(1);
  });
});

describe("the device", () => {
  it("forgets everything when asked, also what is being sent at this moment", async () => {
    answers(() => taken());
    await box.enqueue(draft("a", { photos: [PHOTO] }));
    const sending = flush();
    await box.eraseAll();
    await sending;
    expect([await box.items(), await box.mine(), await photosKept()]).toEqual([[], [], []]);
  });

  it("forgets one waiting report with its photos", async () => {
    answers("nothing");
    await box.enqueue(draft("a", { photos: [PHOTO] }));
    await discard("a");
    expect([await box.items(), await photosKept()]).toEqual([[], []]);
  });

  it("marks a report as waiting that a killed tab left half sent", async () => {
    await box.enqueue(draft("a"));
    await box.change("a", { state: "sending", attempts: 1, nextAt: Date.now() + 60_000 });
    answers("nothing");
    await flush();
    expect(await box.items()).toMatchObject([{ state: "waiting", attempts: 1 }]);
  });
});

it("pauses longer after each miss, up to a quarter of an hour", () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((attempts) => pauseAfter(attempts, 0) / 1000)).toEqual([2, 5, 15, 60, 300, 900, 900]);
});

it("reads Retry-After in seconds and as a date, and never waits for ever", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  expect(["5", "Sun, 22 Nov 2026 12:00:30 GMT", "999999", "soon", null].map((value) => retryAfterMs(value, now))).toEqual([5_000, 30_000, 3_600_000, 0, 0]);
});

it("finds the secret code in the secret link", () => {
  expect(codeOf(REPORT)).toBe("abcd1234abcd1234");
});
