import { describe, expect, it } from "vitest";
import { keptAt, mayBeKept, withDate } from "../src/worker/kept";
import { isKept, isShell, keyOfTile } from "../src/worker/paths";
import { withShared } from "../src/worker/share";
import { filesOf } from "../precache";

describe("what may lie on the device", () => {
  it.each(["/dienst/", "/dienst/meldung/417203858/", "/verwaltung/", "/anmelden/", "/abmelden/", "/verfolgen/417203858/abcd1234abcd1234/", "/verfolgen/", "/api/v1/tracking/417203858/", "/pruefung/", "/einsatz/", "/extern/x/", "/abo/x/"])(
    "is never %s", (path) => expect([isShell(path), isKept(path)]).toEqual([false, false]));

  it.each(["/meldungen/", "/meldungen/417203858/", "/zustaendig/", "/zustaendig/karte/", "/datenschutz/"])("may be %s", (path) => expect(isKept(path)).toBe(true));

  const answer = (headers: Record<string, string>, values: Record<string, unknown> = {}) =>
    Object.defineProperties(new Response("x", { headers }), Object.fromEntries(Object.entries({ type: "basic", redirected: false, status: 200, ...values }).map(([name, value]) => [name, { value }])));

  it("is nothing the server forbade, no detour, no error and nothing of another host", () => {
    expect(mayBeKept(answer({ "Cache-Control": "public, max-age=60" }))).toBe(true);
    expect(mayBeKept(answer({ "Cache-Control": "private, no-cache" }))).toBe(true);
    expect(mayBeKept(answer({ "Cache-Control": "private, no-store" }))).toBe(false);
    expect(mayBeKept(answer({}, { redirected: true }))).toBe(false);
    expect(mayBeKept(answer({}, { type: "opaque" }))).toBe(false);
    expect([404, 410, 500, 206].map((status) => mayBeKept(answer({}, { status })))).toEqual([false, false, false, false]);
  });
});

it("a kept page says from when it is, everything else stays as it was", async () => {
  const page = keptAt(new Response('<html><body class="x"><p>', { headers: { "Content-Type": "text/html; charset=utf-8" } }), 1700000000000);
  expect(await (await withDate(page)).text()).toBe('<html><body data-kept="1700000000000" class="x"><p>');
  const photo = keptAt(new Response("<body", { headers: { "Content-Type": "image/webp" } }), 1);
  expect(await (await withDate(photo)).text()).toBe("<body");
});

it("a tile is the same tile whichever moment was asked for", () => {
  expect(keyOfTile("https://stadt.example/tiles/reports/14/1/2.mvt?v=abc&state=received")).toBe("https://stadt.example/tiles/reports/14/1/2.mvt?state=received");
});

describe("what is shared into the app", () => {
  const draft = { key: "k", begunAt: 1, step: "summary", fields: { category: "STR1" }, language: "de", photos: [], notIt: [], danger: "" as const };
  const file = (name: string) => new File(["x"], name, { type: "image/jpeg" });

  it("joins the draft that is there", () => {
    const now = withShared(draft, [file("a.jpg")], "Loch");
    expect(now).toMatchObject({ key: "k", step: "photo", fields: { category: "STR1", description: "Loch" }, photos: [{ name: "a.jpg" }] });
  });

  it("never makes more than five photos and never overwrites what was written", () => {
    const full = withShared(draft, ["1", "2", "3", "4", "5", "6"].map(file), "");
    expect(full.photos).toHaveLength(5);
    expect(withShared({ ...draft, fields: { description: "Mein Text" } }, [], "Anderer").fields.description).toBe("Mein Text");
  });
});

it("the files of a page are those it imports, not those it loads on demand", () => {
  const manifest = {
    "src/app.ts": { file: "a.js", css: ["a.css"], imports: ["_b.js"] },
    "_b.js": { file: "b.js", assets: ["font.woff2"] },
    "src/map/draw.ts": { file: "map.js" },
  };
  expect(filesOf(manifest, ["src/app.ts"]).sort()).toEqual(["a.css", "a.js", "b.js", "font.woff2"]);
});
