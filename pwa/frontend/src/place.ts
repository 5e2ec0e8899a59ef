/** Pure sums about places. WGS 84, lon before lat, metres. */

export interface Place {
  lon: number;
  lat: number;
}
export type Bounds = [west: number, south: number, east: number, north: number];

/** 0,0 and NaN are never a place; neither is what lies off the globe. */
export function isPlace(lon: number, lat: number): boolean {
  return Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lon) <= 180 && Math.abs(lat) <= 90 && !(lon === 0 && lat === 0);
}

export function parseNumbers(text: string | undefined): number[] {
  const numbers = (text ?? "").split(",").map((part) => Number.parseFloat(part));
  return numbers.every(Number.isFinite) ? numbers : [];
}

/** "w,s,e,n" → bounds, or null where it is none. */
export function parseBounds(text: string | undefined): Bounds | null {
  const [west, south, east, north] = parseNumbers(text);
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null;
  if (!isPlace(west, south) || !isPlace(east, north) || west >= east || south >= north) return null;
  return [west, south, east, north];
}

export function inBounds({ lon, lat }: Place, [west, south, east, north]: Bounds): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

const METRES_PER_DEGREE = 111_320;

/** `place` moved by metres to the east and north. */
export function moved({ lon, lat }: Place, eastM: number, northM: number): Place {
  return { lon: lon + eastM / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)), lat: lat + northM / METRES_PER_DEGREE };
}

/** Metres between two places of one town. */
export function distanceM(a: Place, b: Place): number {
  const east = (b.lon - a.lon) * METRES_PER_DEGREE * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot(east, (b.lat - a.lat) * METRES_PER_DEGREE);
}

/** A ring of lon/lat around `centre`; good for circles of up to a few kilometres. */
export function circle(centre: Place, radiusM: number, corners = 64): [number, number][] {
  const ring = Array.from({ length: corners }, (_, at): [number, number] => {
    const angle = (at / corners) * 2 * Math.PI;
    const { lon, lat } = moved(centre, Math.cos(angle) * radiusM, Math.sin(angle) * radiusM);
    return [lon, lat];
  });
  return [...ring, ring[0]!];
}

/** Seven decimals are a centimetre: more would only pretend. */
export function rounded(value: number): string {
  return value.toFixed(7).replace(/\.?0+$/, "");
}
