import { describe, expect, it } from "vitest";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import type { Colours } from "../src/map/colours";
import { readConfig, readPin, tileUrl } from "../src/map/config";
import { stateOfImage } from "../src/map/markers";
import { absolute, overlay, ownStyle, reportLayers } from "../src/map/style";

const colours = new Proxy({}, { get: () => "#123456" }) as Colours;
const data = {
  style: "own", bounds: "11.2,50.9,11.4,51.0", centre: "11.3235,50.9795", zoom: "13", reports: "/tiles/reports/{z}/{x}/{y}.mvt", query: "category=STR1&state=received",
  zones: "/tiles/zones/{layer}/{z}/{x}/{y}.mvt", layers: "district,owner,road,water", base: "/tiles/base/{z}/{x}/{y}.mvt", labels: '[["Taubach",11.38,50.95]]', pin: '{"lon":11.3,"lat":50.9,"state":"in_progress"}',
};

describe("the map's configuration", () => {
  it("is read from the page", () => {
    const config = readConfig(data);
    expect(config.centre).toEqual({ lon: 11.3235, lat: 50.9795 });
    expect(config.layers).toEqual(["district", "owner", "road", "water"]);
    expect(config.pin).toEqual({ lon: 11.3, lat: 50.9, state: "in_progress" });
    expect(config.labels).toEqual([["Taubach", 11.38, 50.95]]);
  });
  it("survives an empty page and nonsense", () => {
    const config = readConfig({ centre: "0,0", bounds: "x", labels: "{", pin: '{"lon":0,"lat":0}' });
    expect([config.style, config.centre, config.bounds, config.labels, config.pin]).toEqual(["none", null, null, [], null]);
    expect(readPin('{"lon":11,"lat":51,"state":"exploded"}')).toEqual({ lon: 11, lat: 51, state: undefined });
  });
});

describe("tile addresses", () => {
  it("carry filter and cursor and keep their braces", () => {
    expect(tileUrl("/tiles/reports/{z}/{x}/{y}.mvt", "state=received", "a b")).toBe(`${location.origin}/tiles/reports/{z}/{x}/{y}.mvt?state=received&v=a%20b`);
    expect(tileUrl("/t/{z}")).toBe(`${location.origin}/t/{z}`);
  });
});

describe("the style", () => {
  for (const style of ["own", "none"]) {
    it(`"${style}" follows the specification`, () => {
      const config = readConfig({ ...data, style });
      const whole = ownStyle(config, colours);
      const { sources, layers } = reportLayers(config, colours, "7");
      expect(validateStyleMin({ ...whole, sources: { ...whole.sources, ...sources }, layers: [...whole.layers, ...layers] })).toEqual([]);
    });
  }
  it("asks no glyph server and no foreign host", () => {
    const config = readConfig(data);
    const text = JSON.stringify([ownStyle(config, colours), reportLayers(config, colours, "")]);
    expect(text).not.toContain('"glyphs"');
    expect([...text.matchAll(/https?:\/\/[^/"]+/g)].map(([host]) => host).filter((host) => host !== location.origin)).toEqual([]);
  });
  it("draws streets only where it has a basemap of its own", () => {
    const ids = (style: string) => ownStyle(readConfig({ ...data, style }), colours).layers.map(({ id }) => id);
    expect(ids("own")).toContain("street");
    expect(ids("none")).not.toContain("street");
  });
  it("draws only the layers the page names, districts on top", () => {
    const { layers } = overlay(readConfig({ ...data, layers: "district,water", labels: "" }), colours);
    expect(layers.map(({ id }) => id)).toEqual(["zone-water", "zone-water-edge", "zone-district-edge"]);
  });
});

describe("a style of others", () => {
  const whole = (path: string) => `https://melden.example.org${path}`;
  it("comes with paths and gets whole addresses", () => {
    const style = absolute({ version: 8, layers: [], glyphs: "/basiskarte/glyphs/{fontstack}/{range}", sprite: "/basiskarte/sprite/0", sources: { "basis-0": { type: "vector", tiles: ["/basiskarte/tiles/basis-0/0/{z}/{x}/{y}"], attribution: "© Amt" } } }, whole(""));
    expect(style.glyphs).toBe(whole("/basiskarte/glyphs/{fontstack}/{range}"));
    expect(style.sprite).toBe(whole("/basiskarte/sprite/0"));
    expect(style.sources["basis-0"]).toEqual({ type: "vector", tiles: [whole("/basiskarte/tiles/basis-0/0/{z}/{x}/{y}")], attribution: "© Amt" });
  });
  it("may have several sprites, or none", () => {
    const sources = {};
    expect(absolute({ version: 8, layers: [], sources, sprite: [{ id: "a", url: "/basiskarte/sprite/0" }] }, whole("")).sprite).toEqual([{ id: "a", url: whole("/basiskarte/sprite/0") }]);
    expect(absolute({ version: 8, layers: [], sources }, whole(""))).toEqual({ version: 8, layers: [], sources });
  });
});

describe("markers", () => {
  it("know their state by name, and what is not theirs", () => {
    expect(stateOfImage("state-in_progress")).toBe("in_progress");
    expect(stateOfImage("airport-15")).toBeNull();
  });
});
