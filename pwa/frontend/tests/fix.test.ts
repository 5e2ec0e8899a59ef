import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { better, locator, whoSaysWhere, type Fix } from "../src/form/fix";
import { distanceM, moved } from "../src/place";

const here = { lon: 11.3295, lat: 50.9795 };
const fix = (accuracyM: number, place = here): Fix => ({ ...place, accuracyM });
const now = Date.UTC(2026, 10, 3, 12);
const hourAgo = now - 3_700_000;

describe("who has the say about the place", () => {
  const photo = (metres: number) => ({ place: moved(here, metres, 0), takenAt: hourAgo });
  it("the device, where it is good enough", () => expect(whoSaysWhere(fix(8), null, now)).toBe("device"));
  it("nobody without asking, where it is coarse", () => expect([50, 51].map((metres) => whoSaysWhere(fix(metres), null, now))).toEqual(["device", "device-coarse"]));
  it("the photo, where the device does not know", () => expect(whoSaysWhere(null, photo(0), now)).toBe("photo"));
  it("a person, where they are more than 100 m apart", () => expect([90, 110].map((metres) => whoSaysWhere(fix(8), photo(metres), now))).toEqual(["device", "either"]));
  it("the photo, within a circle of the device that is too wide", () => expect(whoSaysWhere(fix(800), photo(500), now)).toBe("photo"));
  it("a person, where the photo is old and says nothing of its place", () => {
    expect(whoSaysWhere(fix(8), { place: null, takenAt: hourAgo }, now)).toBe("device-old-photo");
    expect(whoSaysWhere(fix(8), { place: null, takenAt: now - 60_000 }, now)).toBe("device");
  });
  it("nobody, where nothing is known", () => expect(whoSaysWhere(null, { place: null, takenAt: now }, now)).toBe("nothing"));
});

describe("the best fix of eight seconds", () => {
  let tell: (metres: number) => void;
  let fail: (code: number) => void;
  const clearWatch = vi.fn();
  beforeEach(() => {
    vi.useFakeTimers();
    clearWatch.mockClear();
    const watchPosition = (good: PositionCallback, bad: PositionErrorCallback) => {
      tell = (metres) => good({ coords: { longitude: here.lon, latitude: here.lat, accuracy: metres } } as GeolocationPosition);
      fail = (code) => bad({ code } as GeolocationPositionError);
      return 7;
    };
    Object.defineProperty(navigator, "geolocation", { value: { watchPosition, clearWatch }, configurable: true });
  });
  afterEach(() => void vi.useRealTimers());

  it("keeps the finer one and ends after eight seconds", () => {
    expect(better(fix(20), fix(30)).accuracyM).toBe(20);
    const found = locator(() => {});
    found.start();
    [900, 40, 60].forEach((metres) => tell(metres));
    expect([found.fix?.accuracyM, found.searching]).toEqual([40, true]);
    vi.advanceTimersByTime(8_000);
    expect([found.searching, clearWatch.mock.calls]).toEqual([false, [[7]]]);
  });
  it("ends at once where it is as good as it gets", () => {
    const found = locator(() => {});
    found.start();
    tell(8);
    expect(found.searching).toBe(false);
  });
  it("says why there is none", () => {
    const found = locator(() => {});
    found.start();
    fail(1);
    expect(found.problem).toBe("denied");
    found.start();
    vi.advanceTimersByTime(15_000);
    expect(found.problem).toBe("timeout");
  });
});

it("metres between two places are metres", () => expect(distanceM(here, moved(here, 300, 400))).toBeCloseTo(500, 0));
