/** Place and time that a camera wrote into a photo (Exif in JPEG, HEIC, PNG and WebP). Reads only; never throws. */
import { isPlace } from "../place";
import type { Trace } from "./fix";

const NOTHING: Trace = { place: null, takenAt: null };
const [GPS, EXIF] = [0x8825, 0x8769];
const [DATE, TAKEN, OFFSET] = [0x0132, 0x9003, 0x9011];
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8];
const MOST_ENTRIES = 200;

type Value = number[] | string;

/** Finds "Exif\0\0" and a TIFF header behind it, wherever the format puts it; WebP and PNG have the bare header. */
function tiffStart(bytes: Uint8Array): number {
  const at = (offset: number, text: string): boolean => [...text].every((letter, n) => bytes[offset + n] === letter.charCodeAt(0));
  for (let offset = 0; offset < bytes.length - 12; offset++) {
    if (bytes[offset] !== 0x45) continue; // E
    const start = at(offset, "Exif\0\0") ? offset + 6 : at(offset, "EXIF") ? offset + 8 : at(offset, "eXIf") ? offset + 4 : 0;
    if (start && (at(start, "II*\0") || at(start, "MM\0*"))) return start;
  }
  // PNG's chunk begins with a small e.
  for (let offset = 0; offset < Math.min(bytes.length - 12, 65_536); offset++) if (at(offset, "eXIf") && (at(offset + 4, "II*\0") || at(offset + 4, "MM\0*"))) return offset + 4;
  return -1;
}

function readDirectory(view: DataView, offset: number, little: boolean): Map<number, Value> {
  const found = new Map<number, Value>();
  const count = Math.min(view.getUint16(offset, little), MOST_ENTRIES);
  for (let n = 0; n < count; n++) {
    const entry = offset + 2 + n * 12;
    const [tag, type, length] = [view.getUint16(entry, little), view.getUint16(entry + 2, little), view.getUint32(entry + 4, little)];
    const size = SIZES[type] ?? 0;
    if (!size || length > 64) continue;
    const start = size * length <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    found.set(tag, readValues(view, start, type, length, little));
  }
  return found;
}

function readValues(view: DataView, start: number, type: number, length: number, little: boolean): Value {
  if (type === 2) return Array.from({ length }, (_, n) => String.fromCharCode(view.getUint8(start + n))).join("").replace(/\0.*$/, "");
  return Array.from({ length }, (_, n) => {
    if (type === 3) return view.getUint16(start + n * 2, little);
    if (type === 4) return view.getUint32(start + n * 4, little);
    if (type === 5) return view.getUint32(start + n * 8, little) / view.getUint32(start + n * 8 + 4, little);
    return view.getUint8(start + n);
  });
}

function degrees(value: Value | undefined, side: Value | undefined): number {
  if (!Array.isArray(value) || value.length < 3) return NaN;
  const [whole, minutes, seconds] = value as [number, number, number];
  const sum = whole + minutes / 60 + (Number.isFinite(seconds) ? seconds : 0) / 3600;
  return side === "S" || side === "W" ? -sum : sum;
}

/** "2026:11:03 14:05:00" (and "+01:00"); without an offset in the device's own zone. */
function time(text: Value | undefined, offset: Value | undefined): number | null {
  const [, year, month, day, rest] = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(String(text ?? "")) ?? [];
  if (!year) return null;
  const zone = /^[+-]\d\d:\d\d$/.test(String(offset ?? "")) ? String(offset) : "";
  const ms = Date.parse(`${year}-${month}-${day}T${rest}${zone}`);
  return Number.isFinite(ms) ? ms : null;
}

export function readTrace(buffer: ArrayBuffer): Trace {
  try {
    const start = tiffStart(new Uint8Array(buffer));
    if (start < 0) return NOTHING;
    const view = new DataView(buffer, start);
    const little = view.getUint8(0) === 0x49;
    const main = readDirectory(view, view.getUint32(4, little), little);
    const below = (tag: number): Map<number, Value> => {
      const at = main.get(tag);
      return Array.isArray(at) && at[0] ? readDirectory(view, at[0], little) : new Map<number, Value>();
    };
    const [gps, exif] = [below(GPS), below(EXIF)];
    const [lon, lat] = [degrees(gps.get(4), gps.get(3)), degrees(gps.get(2), gps.get(1))];
    return { place: isPlace(lon, lat) ? { lon, lat } : null, takenAt: time(exif.get(TAKEN) ?? main.get(DATE), exif.get(OFFSET)) };
  } catch {
    return NOTHING; // cut off or made up: then there is nothing to learn from it
  }
}
