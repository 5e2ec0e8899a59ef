/** Draws a map into its frame. The only module that imports the map library; always loaded with `import()`. */
import "maplibre-gl/dist/maplibre-gl.css";
import { AttributionControl, GeolocateControl, Map, Marker, NavigationControl, setWorkerUrl, type VectorTileSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { make, on, type Stop, type Words } from "../dom";
import { circle, type Place } from "../place";
import { cssName, shapeSvg, type State } from "../states";
import { readColours } from "./colours";
import { tileUrl, type MapConfig } from "./config";
import { drawMarker, stateOfImage } from "./markers";
import { absolute, overlay, ownStyle, reportLayers } from "./style";

export { Map, Marker };
setWorkerUrl(workerUrl);

export interface Drawn {
  map: Map;
  /** Fetch the report tiles anew, as of this cursor. What is drawn stays until the new tiles are there. */
  renewReports: (cursor: string) => void;
  stop: Stop;
}

const LOCALE: Record<string, string> = {
  "NavigationControl.ZoomIn": "zoom_in",
  "NavigationControl.ZoomOut": "zoom_out",
  "GeolocateControl.FindMyLocation": "locate",
  "GeolocateControl.LocationNotAvailable": "locate_unavailable",
  "AttributionControl.ToggleAttribution": "attribution",
  "Popup.Close": "close",
};

const isForeign = (config: MapConfig): boolean => config.style !== "none" && config.style !== "own";

function addTo(map: Map, parts: ReturnType<typeof overlay>): void {
  for (const [id, source] of Object.entries(parts.sources)) if (!map.getSource(id)) map.addSource(id, source);
  for (const layer of parts.layers) if (!map.getLayer(layer.id)) map.addLayer(layer);
}

/** @param hash name under which the view is kept in the URL, so that "back" finds it again; "" = not kept */
export function drawMap(container: HTMLElement, config: MapConfig, say: Words, { hash = "", locate = false } = {}): Drawn {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  let colours = readColours();
  let cursor = "";
  let foreign = isForeign(config);
  let styled = false;

  const map = new Map({
    container,
    style: foreign ? config.style : ownStyle(config, colours),
    ...(foreign ? { transformStyle: (_, next) => absolute(next, location.origin) } : {}),
    ...(config.centre ? { center: [config.centre.lon, config.centre.lat], zoom: config.zoom } : config.bounds ? { bounds: config.bounds, fitBoundsOptions: { padding: 12 } } : {}),
    locale: { ...Object.fromEntries(Object.entries(LOCALE).map(([theirs, ours]) => [theirs, say(ours)])), "Map.Title": config.label },
    attributionControl: false,
    hash: hash || false,
    maxZoom: 19,
    minZoom: 5,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    fadeDuration: calm.matches ? 0 : 200,
    refreshExpiredTiles: false, // changes are announced; no need to ask every five seconds
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  if (locate) {
    const position = new GeolocateControl({ positionOptions: { enableHighAccuracy: true, timeout: 15_000 }, showAccuracyCircle: true });
    map.addControl(position, "top-right");
    // The app's shortcut "In meiner Nähe".
    if (new URLSearchParams(window.location.search).has("in-meiner-naehe")) map.once("load", () => position.trigger());
  }
  const small = container.clientWidth < 640;
  map.addControl(new AttributionControl({ compact: small, ...(config.attribution ? { customAttribution: config.attribution } : {}) }), "bottom-right");
  // On a phone the sources wait behind their button; open they would cover a third of the map.
  if (small) map.once("load", () => container.querySelector(".maplibregl-compact-show")?.classList.remove("maplibregl-compact-show"));

  const ratio = Math.min(Math.ceil(devicePixelRatio || 1), 3);
  map.setMissingStyleImageResolver((name) => {
    const state = stateOfImage(name);
    if (state && !map.hasImage(name)) map.addImage(name, drawMarker(state, colours, ratio), { pixelRatio: ratio });
  });
  map.on("style.load", () => {
    styled = true;
    if (foreign) addTo(map, overlay(config, colours));
    addTo(map, reportLayers(config, colours, cursor));
  });
  // Many small hiccups (a tile that timed out) are no reason to say anything; a dead map is said by the caller.
  map.on("error", ({ error }) => {
    console.warn("map:", error?.message);
    if (!foreign || styled) return;
    // The map service is away: zones and reports do not need it. No transform: it would wait for the style that never came.
    foreign = false;
    map.setStyle(ownStyle({ ...config, style: "own" }, colours), { diff: false, transformStyle: undefined });
  });

  const stopScheme = on(scheme, "change", () => {
    colours = readColours();
    if (!foreign) map.setStyle(ownStyle(isForeign(config) ? { ...config, style: "own" } : config, colours), { diff: false, transformStyle: undefined });
  });

  return {
    map,
    renewReports(next) {
      cursor = next;
      if (config.reports) map.getSource<VectorTileSource>("reports")?.setTiles([tileUrl(config.reports, config.query, cursor)]);
    },
    stop() {
      stopScheme();
      map.remove();
    },
  };
}

/** A report's marker as an element: ring and shape. */
export function stateElement(state: State): HTMLElement {
  return make("div", { class: `map-state ${cssName(state)}`, "aria-hidden": "true" }, make("span", {}, shapeSvg(state)));
}

/** The pin a person places: an upright drop whose tip is the place. */
export function pinElement(label: string): HTMLElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 30");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M12 1C6 1 1.500 5.400 1.500 11c0 7.200 10.500 18 10.500 18s10.500-10.800 10.500-18C22.500 5.400 18 1 12 1zm0 6a4 4 0 1 1 0 8 4 4 0 0 1 0-8z");
  svg.append(path);
  return make("div", { class: "map-pin", tabindex: "0", role: "application", "aria-label": label }, svg);
}

/** Shows how far off the device may be; null takes the circle away. */
export function showAccuracy(map: Map, centre: Place | null, radiusM: number): void {
  const colours = readColours();
  const shape = { type: "FeatureCollection" as const, features: centre && radiusM > 0 ? [{ type: "Feature" as const, properties: {}, geometry: { type: "Polygon" as const, coordinates: [circle(centre, radiusM)] } }] : [] };
  const source = map.getSource("accuracy") as { setData?: (data: unknown) => void } | undefined;
  if (source?.setData) return source.setData(shape);
  map.addSource("accuracy", { type: "geojson", data: shape });
  map.addLayer({ id: "accuracy", type: "fill", source: "accuracy", paint: { "fill-color": colours.primary, "fill-opacity": 0.15, "fill-outline-color": colours.primary } });
}
