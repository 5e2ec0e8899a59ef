import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followChanges, pauseAfter, type Changes } from "../src/live";

const URL_ = "/api/v1/changes/";
type Answer = { status?: number; body?: object; etag?: string };

function server(...answers: Answer[]) {
  const asked: { since: string | null; etag: string | null }[] = [];
  const fetch = vi.fn(async (address: URL, init: RequestInit) => {
    asked.push({ since: address.searchParams.get("since"), etag: new Headers(init.headers).get("If-None-Match") });
    const { status = 200, body = {}, etag } = answers.length > 1 ? answers.shift()! : answers[0]!;
    return new Response(status === 304 ? null : JSON.stringify(body), { status, headers: etag ? { ETag: etag } : {} });
  });
  vi.stubGlobal("fetch", fetch);
  return { asked, fetch };
}

function hide(hidden: boolean) {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

let stop = () => {};
const follow = (onChange: (news: Changes) => void = () => {}, cursor?: string) => (stop = followChanges({ url: URL_, cursor, onChange, random: () => 0 }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  stop();
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the live loop", () => {
  it("asks every three to four seconds, however the dice fall", () => {
    for (const random of [0, 0.5, 0.999]) expect(pauseAfter(0, random)).toSatisfy((ms: number) => ms >= 3_000 && ms < 4_000);
  });

  it("asks from now on where the page knows no cursor, then from the cursor it was told", async () => {
    const { asked } = server({ body: { cursor: "a", changes: [] } });
    follow();
    await vi.advanceTimersByTimeAsync(3_100);
    expect(asked.map(({ since }) => since)).toEqual([null, "a"]);
  });

  it("hands on what changed, with the cursor the tiles are fetched with", async () => {
    server({ body: { cursor: "b", changes: [{ public_id: "417203858", state: "resolved" }] } }, { body: { cursor: "b", changes: [] } });
    const heard: Changes[] = [];
    follow((news) => heard.push(news), "a");
    await vi.advanceTimersByTimeAsync(7_000);
    expect(heard).toEqual([{ cursor: "b", changes: [{ public_id: "417203858", state: "resolved" }] }]);
  });

  it("sends the ETag of a quiet answer back and takes a 304 for quiet", async () => {
    const { asked } = server({ body: { cursor: "a", changes: [] }, etag: '"quiet"' }, { status: 304 });
    follow(undefined, "a");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.map(({ etag }) => etag)).toEqual([null, '"quiet"', '"quiet"']);
  });

  it("does not reuse the ETag of another cursor", async () => {
    const { asked } = server({ body: { cursor: "b", changes: [{ public_id: "1", state: "accepted" }] }, etag: '"old"' });
    follow(undefined, "a");
    await vi.advanceTimersByTimeAsync(7_000);
    expect(asked[1]).toEqual({ since: "b", etag: null });
  });

  it("fetches the rest at once when there is more", async () => {
    const { fetch } = server({ body: { cursor: "b", more: true, changes: [{ public_id: "1", state: "accepted" }] } }, { body: { cursor: "c", changes: [] } });
    follow(undefined, "a");
    await vi.advanceTimersByTimeAsync(3_050);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("rests while nobody looks and asks at once when somebody does", async () => {
    const { fetch } = server({ body: { cursor: "a", changes: [] } });
    follow(undefined, "a");
    hide(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).not.toHaveBeenCalled();
    hide(false);
    await vi.advanceTimersByTimeAsync(10);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("backs off while the server is away, up to a minute, and recovers", async () => {
    expect([0, 1, 2, 10].map((failures) => pauseAfter(failures, 0))).toEqual([3_000, 6_000, 12_000, 60_000]);
    const { fetch } = server({ status: 503 }, { status: 503 }, { body: { cursor: "a", changes: [] } });
    follow(undefined, "a");
    await vi.advanceTimersByTimeAsync(3_000 + 6_000 + 12_000 + 3_000 + 50);
    expect(fetch).toHaveBeenCalledTimes(4);
  });

  it("starts from now when the server no longer knows its cursor", async () => {
    const { asked } = server({ status: 400 }, { body: { cursor: "z", changes: [] } });
    follow(undefined, "garbage");
    await vi.advanceTimersByTimeAsync(9_100);
    expect(asked.map(({ since }) => since)).toEqual(["garbage", null]);
  });

  it("stops for good", async () => {
    const { fetch } = server({ body: { cursor: "a", changes: [] } });
    follow(undefined, "a")();
    hide(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).not.toHaveBeenCalled();
  });
});
