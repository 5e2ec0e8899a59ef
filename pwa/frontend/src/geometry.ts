/** GeoJSON in and out of the admin's text field. Pure. */

export type Position = [number, number];
export type Ring = Position[];
export type PolygonPart = Ring[];
export type Kind = "Point" | "MultiPolygon";

export interface Shapes {
  points: Position[];
  /** Simple outlines, editable. */
  outlines: Ring[];
  /** Areas with holes: shown, kept as they are, edited as text or by import. */
  holed: PolygonPart[];
}

type Geometry = { type: string; coordinates?: unknown; geometries?: Geometry[]; geometry?: Geometry; features?: { geometry: Geometry }[] };

const round = (value: number): number => Math.round(value * 1e7) / 1e7;
const position = (at: unknown): Position => {
  const [lon, lat] = at as number[];
  return [round(lon!), round(lat!)];
};
const polygon = (rings: unknown): PolygonPart => (rings as unknown[][]).map((ring) => ring.map(position));

/** Reads a geometry (Feature and collections too). Raises on what is no GeoJSON. */
export function readShapes(text: string): Shapes {
  const shapes: Shapes = { points: [], outlines: [], holed: [] };
  if (text.trim()) collect(JSON.parse(text) as Geometry, shapes);
  return shapes;
}

function collect(geometry: Geometry, shapes: Shapes): void {
  const put = (part: PolygonPart): void => void (part.length === 1 ? shapes.outlines.push(part[0]!) : shapes.holed.push(part));
  if (geometry.type === "Feature" && geometry.geometry) collect(geometry.geometry, shapes);
  else if (geometry.type === "FeatureCollection") geometry.features?.forEach((feature) => collect(feature.geometry, shapes));
  else if (geometry.type === "GeometryCollection") geometry.geometries?.forEach((part) => collect(part, shapes));
  else if (geometry.type === "Point") shapes.points.push(position(geometry.coordinates));
  else if (geometry.type === "Polygon") put(polygon(geometry.coordinates));
  else if (geometry.type === "MultiPolygon") (geometry.coordinates as unknown[]).forEach((part) => put(polygon(part)));
  else throw new Error(`no geometry this map can draw: ${geometry.type}`);
}

/** What the form sends: one Point (the last set) or one MultiPolygon; "" for nothing. */
export function writeShapes(kind: Kind, { points, outlines, holed }: Shapes): string {
  if (kind === "Point") {
    const last = points.at(-1);
    return last ? JSON.stringify({ type: "Point", coordinates: position(last) }) : "";
  }
  const coordinates = [...outlines.map((ring) => [ring.map(position)]), ...holed];
  return coordinates.length ? JSON.stringify({ type: "MultiPolygon", coordinates }) : "";
}

/** [w, s, e, n] around everything, or null. */
export function boundsOf({ points, outlines, holed }: Shapes): [number, number, number, number] | null {
  const all = [...points, ...outlines.flat(), ...holed.flat(2)] as Position[];
  if (!all.length) return null;
  const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
  return [least(lons), least(lats), most(lons), most(lats)];
}
