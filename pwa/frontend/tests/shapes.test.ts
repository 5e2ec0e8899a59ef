import { describe, expect, it } from "vitest";
import { cornersOf, isMeant, isNear, pointsOf, rectangle, shareOf, stepped } from "../src/shapes";

describe("what is drawn on a photo", () => {
  it("is a share of the picture, and never beyond its edge", () => {
    const frame = { left: 100, top: 50, width: 200, height: 100 };
    expect(shareOf(frame, 200, 100)).toEqual([0.5, 0.5]);
    expect(shareOf(frame, 0, 900)).toEqual([0, 1]);
  });
  it("is the same rectangle from whichever corner it was drawn", () => {
    expect(rectangle([0.6, 0.7], [0.2, 0.3])).toEqual(rectangle([0.2, 0.3], [0.6, 0.7]));
  });
  it("is not meant if it is a slip of the finger", () => {
    expect(isMeant(rectangle([0.5, 0.5], [0.505, 0.9]))).toBe(false);
    expect(isMeant(rectangle([0.5, 0.5], [0.55, 0.55]))).toBe(true);
  });
  it("is moved and sized by keys without leaving the picture", () => {
    const box = { x: 0.9, y: 0.4, w: 0.1, h: 0.2 };
    expect(stepped(box, "ArrowRight", false)).toEqual(box);
    expect(stepped(box, "ArrowLeft", false)).toEqual({ ...box, x: 0.88 });
    expect(stepped(box, "ArrowDown", true)).toEqual({ ...box, h: 0.22 });
    expect(stepped(box, "a", false)).toBeNull();
    expect(pointsOf(cornersOf({ x: 0.1, y: 0.1, w: 0.2, h: 0.1 }))).toBe("0.1,0.1 0.3,0.1 0.3,0.2 0.1,0.2");
  });
  it("closes a polygon near its first corner", () => {
    expect(isNear([0.5, 0.5], [0.51, 0.51])).toBe(true);
    expect(isNear([0.5, 0.5], [0.6, 0.5])).toBe(false);
  });
});
