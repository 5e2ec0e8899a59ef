import { describe, expect, it } from "vitest";
import { isPhoto, jpegName } from "../src/form/photos";
import { fitInto, lighten, mayStay, MOST_BYTES } from "../src/form/resize";

describe("making a photo smaller", () => {
  it("fits 12 megapixels into 2048, upright or not, and keeps the ratio", () => {
    expect(fitInto({ width: 4032, height: 3024 })).toEqual({ width: 2048, height: 1536 });
    expect(fitInto({ width: 3024, height: 4032 })).toEqual({ width: 1536, height: 2048 });
  });
  it("never enlarges, never vanishes", () => {
    expect(fitInto({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
    expect(fitInto({ width: 30_000, height: 1 })).toEqual({ width: 2048, height: 1 });
  });
  it("leaves alone what is small, light and known", () => {
    const small = { width: 1000, height: 800 };
    expect(mayStay("image/jpeg", 300_000, small)).toBe(true);
    expect(mayStay("image/jpeg", MOST_BYTES + 1, small)).toBe(false);
    expect(mayStay("image/jpeg", 300_000, { width: 4000, height: 3000 })).toBe(false);
    expect(mayStay("image/heic", 300_000, small)).toBe(false);
  });

  const blobOf = (size: number) => ({ size }) as Blob;
  it("takes the best quality that is light enough", async () => {
    const tried: number[] = [];
    const blob = await lighten({ width: 4000, height: 3000 }, async (_, quality) => (tried.push(quality), blobOf(quality > 0.7 ? 2_000_000 : 900_000)));
    expect(blob.size).toBe(900_000);
    expect(tried).toEqual([0.86, 0.78, 0.68]);
  });
  it("shrinks the sides when quality alone does not do", async () => {
    let last = { width: 0, height: 0 };
    const blob = await lighten({ width: 4000, height: 3000 }, async (size) => ((last = size), blobOf(size.width * size.height)));
    expect(blob.size).toBeLessThanOrEqual(MOST_BYTES);
    expect(last.width / last.height).toBeCloseTo(4 / 3, 2);
  });
  it("ends even where nothing helps", async () => {
    expect((await lighten({ width: 4, height: 4 }, async () => blobOf(9_000_000))).size).toBe(9_000_000);
  });
});

describe("choosing files", () => {
  it("knows photos by type, and HEIC by name where the system knows no type", () => {
    expect(isPhoto({ type: "image/png", name: "a.png" })).toBe(true);
    expect(isPhoto({ type: "", name: "IMG_1.HEIC" })).toBe(true);
    expect(isPhoto({ type: "application/pdf", name: "a.pdf" })).toBe(false);
  });
  it("names what was redrawn after what it is", () => {
    expect(jpegName("IMG_1.HEIC")).toBe("IMG_1.jpg");
    expect(jpegName(".png")).toBe("foto.jpg");
  });
});
