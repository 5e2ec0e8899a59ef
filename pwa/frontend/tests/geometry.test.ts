import { describe, expect, it } from "vitest";
import { toHex } from "../src/admin-map";
import { boundsOf, readShapes, writeShapes, type Ring } from "../src/geometry";

const square: Ring = [[11, 50], [12, 50], [12, 51], [11, 51], [11, 50]];
const hole: Ring = [[11.4, 50.4], [11.6, 50.4], [11.6, 50.6], [11.4, 50.4]];

describe("GeoJSON of the admin", () => {
  it("comes back as it went in", () => {
    const text = JSON.stringify({ type: "MultiPolygon", coordinates: [[square]] });
    expect(writeShapes("MultiPolygon", readShapes(text))).toBe(text);
  });
  it("keeps areas with holes, which the map cannot edit", () => {
    const text = JSON.stringify({ type: "MultiPolygon", coordinates: [[square], [square, hole]] });
    const shapes = readShapes(text);
    expect([shapes.outlines.length, shapes.holed.length]).toEqual([1, 1]);
    expect(writeShapes("MultiPolygon", shapes)).toBe(text);
  });
  it("takes a Polygon, a Feature and a collection, too", () => {
    const polygon = { type: "Polygon", coordinates: [square] };
    for (const wrapped of [polygon, { type: "Feature", geometry: polygon }, { type: "FeatureCollection", features: [{ geometry: polygon }] }]) {
      expect(JSON.parse(writeShapes("MultiPolygon", readShapes(JSON.stringify(wrapped))))).toEqual({ type: "MultiPolygon", coordinates: [[square]] });
    }
  });
  it("keeps one point, the last, to the centimetre", () => {
    expect(writeShapes("Point", { points: [[1, 2], [11.123456789, 50.5]], outlines: [], holed: [] })).toBe('{"type":"Point","coordinates":[11.1234568,50.5]}');
  });
  it("says nothing for nothing and refuses what is none", () => {
    expect(writeShapes("MultiPolygon", readShapes(" "))).toBe("");
    expect(() => readShapes("POINT (1 2)")).toThrow();
    expect(() => readShapes('{"type":"LineString","coordinates":[]}')).toThrow();
  });
  it("knows its bounds", () => expect(boundsOf(readShapes(JSON.stringify({ type: "Polygon", coordinates: [square] })))).toEqual([11, 50, 12, 51]));
});

it("colours come as hex", () => expect(toHex("rgb(11, 79, 92)")).toBe("#0b4f5c"));
