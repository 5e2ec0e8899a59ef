/** Our own quiet map: land, what the city owns and does not, district outlines, streets where we have them. */
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "@maplibre/maplibre-gl-style-spec";
import type { Colours } from "./colours";
import { tileUrl, type MapConfig } from "./config";
import { onlyState } from "./markers";

// No glyph server: without `glyphs` MapLibre draws letters from the device's own fonts.
export const FONT = ["Fira Sans", "system-ui", "sans-serif"];
export const FONT_STRONG = ["Fira Sans SemiBold", "Fira Sans", "system-ui", "sans-serif"];
const POINTS_FROM_ZOOM = 14;
const LAST_TILE_ZOOM = 16;
const LAST_ZONE_ZOOM = 13; // good to about a metre, and nothing is fetched again when coming closer

// Ranks of streets as `geo` writes them: 1 motorway to primary, 2 and 3 through roads, 4 streets, 5 drives, 6 paths.
const MAIN: ExpressionSpecification = ["<=", ["get", "rank"], 2];
const PATH: ExpressionSpecification = [">=", ["get", "rank"], 6];

function streetWidth(factor: number): ExpressionSpecification {
  const at = (width: number): ExpressionSpecification => ["*", width * factor, ["match", ["get", "rank"], 1, 1.9, 2, 1.6, 3, 1.35, 4, 1, 0.6]];
  return ["interpolate", ["exponential", 1.5], ["zoom"], 10, at(0.5), 14, at(2.6), 18, at(16)];
}

function baseLayers(colours: Colours): LayerSpecification[] {
  const from = (layer: string) => ({ source: "base", "source-layer": layer });
  const isLine: ExpressionSpecification = ["in", ["geometry-type"], ["literal", ["LineString", "MultiLineString"]]];
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    { id: "green", type: "fill", ...from("green"), paint: { "fill-color": colours["map-green"], "fill-opacity": ["match", ["get", "kind"], "wood", 1, 0.75] } },
    { id: "water", type: "fill", ...from("water"), filter: ["!", isLine], paint: { "fill-color": colours["map-water"] } },
    { id: "built", type: "fill", ...from("built"), minzoom: 14, paint: { "fill-color": colours["map-building"], "fill-outline-color": colours["map-street-edge"] } },
    { id: "waterway", type: "line", ...from("water"), filter: isLine, layout: round, paint: { "line-color": colours["map-water"], "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1, 17, 7] } },
    { id: "rail", type: "line", ...from("rail"), minzoom: 11, paint: { "line-color": colours["map-railway"], "line-width": 1.6, "line-dasharray": [4, 2] } },
    { id: "path", type: "line", ...from("streets"), minzoom: 14, filter: PATH, paint: { "line-color": colours["map-path"], "line-width": ["interpolate", ["linear"], ["zoom"], 14, 1, 18, 2.5], "line-dasharray": [3, 2] } },
    { id: "street-edge", type: "line", ...from("streets"), minzoom: 12, filter: ["!", PATH], layout: round, paint: { "line-color": colours["map-street-edge"], "line-width": streetWidth(1.35) } },
    { id: "street", type: "line", ...from("streets"), filter: ["!", PATH], layout: round, paint: { "line-color": ["case", MAIN, colours["map-main-street"], colours["map-street"]], "line-width": streetWidth(1) } },
  ];
}

function baseLabels(colours: Colours): LayerSpecification[] {
  return [
    { id: "street-name", type: "symbol", source: "base", "source-layer": "streets", minzoom: 14, filter: ["has", "name"], layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11, 18, 14], "symbol-sort-key": ["get", "rank"] }, paint: { "text-color": colours["map-label"], "text-halo-color": colours["map-halo"], "text-halo-width": 1.5 } },
  ];
}

function zoneLayers(config: MapConfig, colours: Colours): LayerSpecification[] {
  const from = (layer: string) => ({ source: `zones-${layer}`, "source-layer": "zones" });
  const area = (layer: string, colour: string, opacity: number): LayerSpecification => ({ id: `zone-${layer}`, type: "fill", ...from(layer), paint: { "fill-color": colour, "fill-opacity": opacity } });
  const edge = (layer: string, colour: string, width: number): LayerSpecification => ({ id: `zone-${layer}-edge`, type: "line", ...from(layer), layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width, "line-opacity": 0.8 } });
  const withBase = config.style !== "none";
  const known: Record<string, LayerSpecification[]> = {
    owner: [area("owner", colours["map-park"], withBase ? 0.5 : 0.7), edge("owner", colours["map-park"], 1)],
    water: [area("water", colours["map-water"], 0.9), edge("water", colours["map-water"], withBase ? 1.5 : 3)],
    road: [area("road", colours["map-road"], withBase ? 0.5 : 0.8), edge("road", colours["map-road"], withBase ? 1.5 : 2.5)],
    district: [edge("district", colours["map-line"], 1.4)],
  };
  return ["owner", "water", "road", "district"].filter((layer) => config.layers.includes(layer)).flatMap((layer) => known[layer] ?? []);
}

/** Sources and layers of zones and labels; they go over any base, also a foreign one. */
export function overlay(config: MapConfig, colours: Colours): { sources: Record<string, SourceSpecification>; layers: LayerSpecification[] } {
  const sources: Record<string, SourceSpecification> = {};
  if (config.zones) for (const layer of config.layers) sources[`zones-${layer}`] = { type: "vector", tiles: [tileUrl(config.zones.replace("{layer}", layer))], maxzoom: LAST_ZONE_ZOOM };
  const layers = config.zones ? zoneLayers(config, colours) : [];
  if (config.labels.length) {
    sources["labels"] = { type: "geojson", data: { type: "FeatureCollection", features: config.labels.map(([name, lon, lat]) => ({ type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: [lon, lat] } })) } };
    layers.push({ id: "district-name", type: "symbol", source: "labels", maxzoom: 16, layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-max-width": 8, "text-padding": 4, "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 1.2 }, paint: { "text-color": colours["map-label"], "text-halo-color": colours["map-land"], "text-halo-width": 1.5 } });
  }
  return { sources, layers };
}

/** Sources and layers of the reports: rings with shapes, and neutral circles with a number. */
export function reportLayers(config: MapConfig, colours: Colours, version: string): { sources: Record<string, SourceSpecification>; layers: LayerSpecification[] } {
  if (!config.reports) return { sources: {}, layers: [] };
  const count: ExpressionSpecification = ["coalesce", ["get", "count"], 1];
  // Markers are always drawn; district names make room for them (placement is not ignored).
  const marker = { "icon-allow-overlap": true, "icon-padding": 0 } as const;
  const many: ExpressionSpecification = [">", count, 1];
  return {
    sources: { reports: { type: "vector", tiles: [tileUrl(config.reports, config.query, version)], maxzoom: LAST_TILE_ZOOM } },
    layers: [
      { id: "clusters", type: "circle", source: "reports", "source-layer": "clusters", filter: many, paint: { "circle-color": colours.surface, "circle-stroke-color": colours.primary, "circle-stroke-width": 3, "circle-radius": ["interpolate", ["linear"], ["log10", count], 0, 14, 1, 17, 2, 21, 4, 28] } },
      { id: "cluster-count", type: "symbol", source: "reports", "source-layer": "clusters", filter: many, layout: { "text-field": ["case", [">=", count, 10000], ["concat", ["to-string", ["round", ["/", count, 1000]]], "k"], ["to-string", count]], "text-font": FONT_STRONG, "text-size": ["step", count, 14, 1000, 12], "text-allow-overlap": true, "text-padding": 10 }, paint: { "text-color": colours.primary } },
      { id: "cluster-single", type: "symbol", source: "reports", "source-layer": "clusters", filter: ["!", many], layout: { ...marker, "icon-image": onlyState() as ExpressionSpecification } },
      { id: "reports", type: "symbol", source: "reports", "source-layer": "reports", minzoom: POINTS_FROM_ZOOM - 1, layout: { ...marker, "icon-image": ["concat", "state-", ["get", "state"]], "symbol-sort-key": ["match", ["get", "state"], ["resolved", "declined"], 0, 1] } },
    ],
  };
}

/** A foreign style comes from our own server and names paths; the map library wants whole addresses. */
export function absolute(style: StyleSpecification, origin: string): StyleSpecification {
  const whole = (path: string): string => (path.startsWith("/") ? origin + path : path);
  const sources = Object.entries(style.sources).map(([id, source]) => [id, "tiles" in source && source.tiles ? { ...source, tiles: source.tiles.map(whole) } : source] as const);
  const sprite = typeof style.sprite === "string" ? whole(style.sprite) : style.sprite?.map((one) => ({ ...one, url: whole(one.url) }));
  return { ...style, sources: Object.fromEntries(sources), ...(sprite ? { sprite } : {}), ...(style.glyphs ? { glyphs: whole(style.glyphs) } : {}) };
}

/** The whole style for `none` and `own`; a foreign style gets the overlays only. */
export function ownStyle(config: MapConfig, colours: Colours): StyleSpecification {
  const withBase = config.style === "own" && config.base !== null;
  const { sources, layers } = overlay(config, colours);
  const zones = layers.filter((layer) => layer.type !== "symbol");
  const labels = layers.filter((layer) => layer.type === "symbol");
  const base = withBase ? baseLayers(colours) : [];
  const [ground, roads] = [base.filter((layer) => layer.type === "fill"), base.filter((layer) => layer.type !== "fill")];
  return {
    version: 8,
    sources: { ...(withBase ? { base: { type: "vector", tiles: [tileUrl(config.base!)], maxzoom: LAST_TILE_ZOOM } } : {}), ...sources },
    layers: [{ id: "land", type: "background", paint: { "background-color": colours["map-land"] } }, ...ground, ...zones, ...roads, ...(withBase ? baseLabels(colours) : []), ...labels],
  };
}
