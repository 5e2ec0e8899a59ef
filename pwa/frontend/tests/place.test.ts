import { describe, expect, it } from "vitest";
import { needsAsking, positionProblem } from "../src/form/fix";
import { nextOption, readAddresses } from "../src/form/suggest";
import { keyStep } from "../src/map/keys";
import { circle, inBounds, isPlace, moved, parseBounds, rounded } from "../src/place";

describe("a place", () => {
  it("is never 0,0, never NaN, never off the globe", () => {
    for (const [lon, lat] of [[0, 0], [NaN, 51], [11, Infinity], [181, 51], [11, -91]]) expect(isPlace(lon!, lat!)).toBe(false);
    expect(isPlace(11.3295, 50.9795)).toBe(true);
    expect(isPlace(0, 51.48)).toBe(true); // Greenwich is one
  });
  it("keeps seven decimals and no idle zeros", () => {
    expect(rounded(11.33520000001)).toBe("11.3352");
    expect(rounded(11)).toBe("11");
    expect(rounded(11.123456789)).toBe("11.1234568");
  });
  it("moves by metres", () => {
    const there = moved({ lon: 11.33, lat: 50.98 }, 100, 100);
    expect((there.lat - 50.98) * 111_320).toBeCloseTo(100, 3);
    expect((there.lon - 11.33) * 111_320 * Math.cos((50.98 * Math.PI) / 180)).toBeCloseTo(100, 3);
  });
  it("gets a closed circle", () => {
    const ring = circle({ lon: 11.33, lat: 50.98 }, 50);
    expect(ring[0]).toEqual(ring.at(-1));
    expect(ring).toHaveLength(65);
  });
});

describe("bounds", () => {
  it("are west, south, east, north", () => expect(parseBounds("11.2,50.9,11.4,51.0")).toEqual([11.2, 50.9, 11.4, 51]));
  it("are none where they are turned around, short, or no numbers", () => {
    for (const text of ["11.4,50.9,11.2,51", "11.2,51,11.4,50.9", "1,2,3", "a,b,c,d", "", undefined, "0,0,11,51"]) expect(parseBounds(text)).toBeNull();
  });
  it("hold their points", () => {
    expect(inBounds({ lon: 11.3, lat: 50.95 }, [11.2, 50.9, 11.4, 51])).toBe(true);
    expect(inBounds({ lon: 11.5, lat: 50.95 }, [11.2, 50.9, 11.4, 51])).toBe(false);
  });
});

describe("the device's position", () => {
  it("is taken up to 50 m and asked about beyond, also where the device does not say", () => {
    expect([8, 50, 50.1, 3000, NaN].map(needsAsking)).toEqual([false, false, true, true, true]);
  });
  it("gets the right words when it fails", () => expect([1, 2, 3].map(positionProblem)).toEqual(["denied", "unavailable", "timeout"]));
});

describe("the pin by keyboard", () => {
  it("goes north on arrow up, further with shift, nowhere on other keys", () => {
    expect(keyStep("ArrowUp", false)).toEqual([0, 2]);
    expect(keyStep("ArrowLeft", true)).toEqual([-20, 0]);
    expect(keyStep("a", false)).toBeNull();
  });
});

describe("address suggestions", () => {
  it("leave out what has no point", () => {
    const feature = (label: string, coordinates: [number, number]) => ({ geometry: { coordinates }, properties: { label } });
    expect(readAddresses({ features: [feature("Schillerstraße 12", [11.33, 50.98]), feature("?", [0, 0])] })).toEqual([{ label: "Schillerstraße 12", lon: 11.33, lat: 50.98 }]);
  });
  it("lead through the list and back to the input", () => {
    expect(nextOption(-1, 2, "ArrowDown")).toBe(0);
    expect(nextOption(1, 2, "ArrowDown")).toBe(-1);
    expect(nextOption(-1, 2, "ArrowUp")).toBe(1);
    expect(nextOption(0, 2, "ArrowUp")).toBe(-1);
  });
});
