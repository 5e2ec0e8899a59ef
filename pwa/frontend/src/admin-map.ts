/** Draws over a GeoJSON text field in the admin; the text stays the truth and can be edited, too. */
import "./styles/tokens.css";
import "./styles/map.css";
import "./styles/admin-map.css";
import { findAll, make, on, stopAll, words, type Stop } from "./dom";
import { boundsOf, readShapes, writeShapes, type Kind, type Position, type Ring, type Shapes } from "./geometry";
import { parseBounds } from "./place";

type Mode = "select" | "polygon" | "point";

/** "rgb(11, 79, 92)" → "#0b4f5c", the form terra-draw wants. */
export function toHex(colour: string): `#${string}` {
  const parts = colour.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [0, 0, 0];
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

export async function drawOver(field: HTMLTextAreaElement): Promise<Stop> {
  const say = words("admin_map");
  const kind: Kind = field.dataset.kind === "Point" ? "Point" : "MultiPolygon";
  const [{ drawMap }, { TerraDraw, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawSelectMode }, { TerraDrawMapLibreGLAdapter }, { readConfig }, { readColours }] =
    await Promise.all([import("./map/draw"), import("terra-draw"), import("terra-draw-maplibre-gl-adapter"), import("./map/config"), import("./map/colours")]);

  const container = make("div", { class: "map" });
  const modes: Mode[] = kind === "Point" ? ["point", "select"] : ["polygon", "select"];
  const buttons = modes.map((mode) => make("button", { type: "button", "aria-pressed": "false", "data-mode": mode }, say({ point: "point", polygon: "draw", select: "select" }[mode])));
  const remove = make("button", { type: "button" }, say("delete"));
  const problem = make("p", { class: "admin-map-problem", role: "status" });
  const box = make("div", { class: "admin-map" }, make("div", { class: "admin-map-tools", role: "toolbar" }, ...buttons, remove), make("div", { class: "map-frame tall" }, container), problem);
  field.before(box);

  const { map, stop } = drawMap(container, { ...readConfig(field.dataset), reports: null, pin: null }, words("map"));
  await map.once("load");
  const colour = toHex(readColours().primary);
  const flags = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 7 }),
    modes: [
      new TerraDrawSelectMode({ flags: { polygon: flags, point: { feature: { draggable: true } } } }),
      kind === "Point" ? new TerraDrawPointMode({ styles: { pointColor: colour, pointWidth: 9 } }) : new TerraDrawPolygonMode({ styles: { fillColor: colour, fillOpacity: 0.25, outlineColor: colour, outlineWidth: 3 } }),
    ],
  });
  draw.start();
  let kept: Shapes["holed"] = [];
  let writing = false;

  function use(mode: Mode): void {
    draw.setMode(mode);
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.mode === mode)));
  }

  function showKept(): void {
    const data = { type: "FeatureCollection" as const, features: kept.map((coordinates) => ({ type: "Feature" as const, properties: {}, geometry: { type: "Polygon" as const, coordinates } })) };
    const source = map.getSource("kept") as { setData?: (data: unknown) => void } | undefined;
    if (source?.setData) return source.setData(data);
    map.addSource("kept", { type: "geojson", data });
    map.addLayer({ id: "kept", type: "fill", source: "kept", paint: { "fill-color": colour, "fill-opacity": 0.15, "fill-outline-color": colour } });
  }

  /** Text → map. */
  function read(): void {
    if (writing) return;
    problem.textContent = "";
    let shapes: Shapes;
    try {
      shapes = readShapes(field.value);
    } catch {
      problem.textContent = say("invalid");
      return;
    }
    draw.clear();
    kept = shapes.holed;
    showKept();
    const feature = (mode: Mode, geometry: object) => ({ type: "Feature" as const, properties: { mode }, geometry }) as Parameters<typeof draw.addFeatures>[0][number];
    draw.addFeatures([
      ...shapes.outlines.map((ring) => feature("polygon", { type: "Polygon", coordinates: [ring] })),
      ...shapes.points.map((coordinates) => feature("point", { type: "Point", coordinates })),
    ].slice(0, kind === "Point" ? 1 : undefined));
    const bounds = boundsOf(shapes) ?? parseBounds(field.dataset.bounds);
    if (bounds) map.fitBounds(bounds, { padding: { top: 32, bottom: 32, left: 32, right: 72 }, maxZoom: 17, animate: false }); // no corner under the buttons
    use(shapes.outlines.length || shapes.points.length ? "select" : modes[0]!);
  }

  /** Map → text. */
  function write(): void {
    const features = draw.getSnapshot().filter(({ properties }) => properties.mode === "polygon" || properties.mode === "point");
    const outlines = features.filter(({ geometry }) => geometry.type === "Polygon").map(({ geometry }) => (geometry.coordinates as Ring[])[0]!);
    const points = features.filter(({ geometry }) => geometry.type === "Point").map(({ geometry }) => geometry.coordinates as Position);
    writing = true;
    field.value = writeShapes(kind, { outlines: outlines.filter((ring) => ring.length > 3), points, holed: kept });
    field.dispatchEvent(new Event("change", { bubbles: true }));
    writing = false;
  }

  draw.on("finish", (id, { action }) => {
    // One point only: the newest takes the place of the older ones.
    if (kind === "Point" && action === "draw") draw.removeFeatures(draw.getSnapshot().filter((feature) => feature.id !== id && feature.geometry.type === "Point").map((feature) => feature.id!));
    write();
    if (action !== "draw") return;
    use("select");
    draw.selectFeature(id); // what was just drawn can be mended or deleted at once
  });
  read();

  return stopAll(
    ...buttons.map((button) => on(button, "click", () => use(button.dataset.mode as Mode))),
    on(remove, "click", () => {
      const selected = draw.getSnapshot().filter(({ properties }) => properties.selected).map(({ id }) => id!);
      draw.removeFeatures(selected);
      write();
    }),
    on(field, "change", read),
    () => draw.stop(),
    stop,
    () => box.remove(),
  );
}

findAll<HTMLTextAreaElement>("textarea[data-admin-map]").forEach((field) => {
  drawOver(field).catch((error: unknown) => console.warn("map:", error)); // the text field is still there
});
