/** What a map is to show, read from the data- attributes of `pwa/_map.html`. */
import { parseBounds, parseNumbers, isPlace, type Bounds, type Place } from "../place";
import { isState, type State } from "../states";

export interface Pin extends Place {
  state?: State | undefined;
  /** The report it stands for: the pin follows its state. */
  id?: string | undefined;
}
export interface MapConfig {
  style: "none" | "own" | string;
  bounds: Bounds | null;
  centre: Place | null;
  zoom: number;
  reports: string | null;
  query: string;
  zones: string | null;
  layers: string[];
  base: string | null;
  reportPage: string | null;
  reportApi: string | null;
  pin: Pin | null;
  labels: [name: string, lon: number, lat: number][];
  attribution: string;
  label: string;
}

function parseJson<T>(text: string | undefined, fallback: T): T {
  if (!text) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch {
    return fallback;
  }
}

export function readPin(text: string | undefined): Pin | null {
  const raw = parseJson<Record<string, unknown> | null>(text, null);
  const [lon, lat] = [Number(raw?.lon ?? NaN), Number(raw?.lat ?? NaN)];
  return raw && isPlace(lon, lat) ? { lon, lat, state: isState(raw.state) ? raw.state : undefined, ...(typeof raw.id === "string" ? { id: raw.id } : {}) } : null;
}

export function readConfig(data: DOMStringMap): MapConfig {
  const [lon, lat] = parseNumbers(data.centre);
  return {
    style: data.style || "none",
    bounds: parseBounds(data.bounds),
    centre: lon !== undefined && lat !== undefined && isPlace(lon, lat) ? { lon, lat } : null,
    zoom: Number(data.zoom) || 12,
    reports: data.reports || null,
    query: data.query ?? "",
    zones: data.zones || null,
    layers: (data.layers ?? "").split(",").filter(Boolean),
    base: data.base || null,
    reportPage: data.reportPage || null,
    reportApi: data.reportApi || null,
    pin: readPin(data.pin),
    labels: parseJson<MapConfig["labels"]>(data.labels, []),
    attribution: data.attribution ?? "",
    label: data.label ?? "",
  };
}

/** An address the worker can fetch; `{z}` must not be escaped. */
export function tileUrl(template: string, query = "", version = ""): string {
  const absolute = /^https?:/.test(template) ? template : location.origin + template;
  const params = [query, version && `v=${encodeURIComponent(version)}`].filter(Boolean).join("&");
  return params ? `${absolute}?${params}` : absolute;
}
