import { describe, expect, it } from "vitest";
import { readTrace } from "../src/form/exif";

/** A TIFF with GPS and a date, in either byte order, as a camera writes it. */
function tiff(little: boolean, { offset = "" } = {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(400));
  const u16 = (at: number, value: number) => view.setUint16(at, value, little);
  const u32 = (at: number, value: number) => view.setUint32(at, value, little);
  const text = (at: number, words: string) => [...words].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  const entry = (at: number, tag: number, type: number, count: number, value: number) => (u16(at, tag), u16(at + 2, type), u32(at + 4, count), type === 3 ? u16(at + 8, value) : u32(at + 8, value));
  text(0, little ? "II" : "MM");
  u16(2, 42);
  u32(4, 8);
  u16(8, 2);
  entry(10, 0x8769, 4, 1, 60);
  entry(22, 0x8825, 4, 1, 120);
  u16(60, 2);
  entry(62, 0x9003, 2, 20, 200);
  entry(74, 0x9011, 2, 7, 230);
  text(200, "2026:11:03 14:05:00\0");
  text(230, `${offset}\0`);
  u16(120, 4);
  entry(122, 1, 2, 2, 0);
  text(130, "N\0");
  entry(134, 2, 5, 3, 250);
  entry(146, 3, 2, 2, 0);
  text(154, "E\0");
  entry(158, 4, 5, 3, 280);
  const fractions = (at: number, values: [number, number][]) => values.forEach(([over, under], n) => (u32(at + n * 8, over), u32(at + n * 8 + 4, under)));
  fractions(250, [[50, 1], [58, 1], [4620, 100]]);
  fractions(280, [[11, 1], [19, 1], [4620, 100]]);
  return new Uint8Array(view.buffer);
}
const inside = (before: string, body: Uint8Array): ArrayBuffer => new Uint8Array([...[...before].map((letter) => letter.charCodeAt(0)), ...body]).buffer;
const JPEG = "\xff\xd8\xff\xe1\x01\x90Exif\0\0";

describe("what a camera wrote", () => {
  it.each([true, false])("is read in either byte order (little: %s)", (little) => {
    const { place, takenAt } = readTrace(inside(JPEG, tiff(little, { offset: "+01:00" })));
    expect(place!.lat).toBeCloseTo(50.9795, 4);
    expect(place!.lon).toBeCloseTo(11.3295, 4);
    expect(new Date(takenAt!).toISOString()).toBe("2026-11-03T13:05:00.000Z");
  });
  it("is found in HEIC, WebP and PNG, too", () => {
    for (const before of ["\0\0\0\x18ftypheic....mdat\0\0\0\x06Exif\0\0", "RIFF....WEBPEXIF\x90\x01\0\0", "\x89PNG........eXIf"]) expect(readTrace(inside(before, tiff(true))).place).not.toBeNull();
  });
  it("without an offset counts in the device's own zone", () => {
    expect(readTrace(inside(JPEG, tiff(true))).takenAt).toBe(new Date(2026, 10, 3, 14, 5, 0).getTime());
  });
  it("tells nothing where there is nothing, and never fails", () => {
    const nothing = { place: null, takenAt: null };
    expect(readTrace(new ArrayBuffer(0))).toEqual(nothing);
    expect(readTrace(inside("\xff\xd8\xff\xdb no exif here at all", new Uint8Array(200)))).toEqual(nothing);
    const whole = new Uint8Array(inside(JPEG, tiff(true)));
    for (let cut = 0; cut < whole.length; cut += 7) expect(() => readTrace(whole.slice(0, cut).buffer)).not.toThrow();
    for (let at = 12; at < whole.length; at += 3) {
      const broken = whole.slice();
      broken[at] = 0xff;
      expect(() => readTrace(broken.buffer)).not.toThrow();
    }
  });
  it("takes 0,0 for no place", () => {
    const empty = tiff(true);
    empty.fill(0, 250, 304);
    for (let n = 0; n < 3; n++) empty[254 + n * 8] = empty[284 + n * 8] = 1;
    expect(readTrace(inside(JPEG, empty)).place).toBeNull();
  });
});
