/** Collects the icons a page may name into one icons.json, from which the template tag `icon` inlines them.
 *  Maki (CC0) and Temaki (CC0) hold places and defects, all of them: a city picks a category's icon in the admin.
 *  Lucide (ISC) holds what the interface needs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** What the interface itself draws: our name → Lucide's. */
export const UI_ICONS: Record<string, string> = {
  plus: "plus", camera: "camera", gallery: "image", locate: "locate-fixed", map: "map", search: "search", check: "check", close: "x", back: "arrow-left",
  next: "arrow-right", menu: "menu", info: "info", warning: "triangle-alert", phone: "phone", clock: "clock", pin: "map-pin", office: "building-2",
  list: "list", filter: "list-filter", trash: "trash-2", edit: "pencil", forward: "send", merge: "merge", user: "user", lock: "lock", link: "link",
  heart: "heart", bell: "bell", reload: "refresh-cw", external: "external-link", download: "download", eye: "eye", hide: "eye-off", offline: "cloud-off", language: "languages",
};

type Icon = [viewBox: string, body: string];

/** Only drawing elements survive; ids, titles, editors' metadata and comments go. */
export function parseIcon(svg: string): Icon {
  const [, attributes = "", body = ""] = /<svg([^>]*)>([\s\S]*)<\/svg>/.exec(svg.replace(/<!--[\s\S]*?-->/g, "")) ?? [];
  const viewBox = /viewBox="([^"]+)"/.exec(attributes)?.[1] ?? "0 0 15 15";
  const shapes = body.match(/<(path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*>/g) ?? [];
  const clean = shapes.map((shape) =>
    shape.replace(/&#x[aA9];/g, " ").replace(/\s+/g, " ").replace(/ (id|class|fill|style|xmlns|stroke|data-[\w-]+)="[^"]*"/g, "").replace(/ ?\/?>$/, "/>"));
  return [viewBox, clean.join("")];
}

function folder(directory: string): Record<string, Icon> {
  const names = readdirSync(directory).filter((name) => name.endsWith(".svg")).sort();
  return Object.fromEntries(names.map((name) => [name.slice(0, -4), parseIcon(readFileSync(join(directory, name), "utf8"))]));
}

export function collectIcons(root: string): Record<string, Record<string, Icon>> {
  const lucide = (name: string) => parseIcon(readFileSync(join(root, "lucide-static/icons", `${name}.svg`), "utf8"));
  return {
    maki: folder(join(root, "@mapbox/maki/icons")),
    temaki: folder(join(root, "@rapideditor/temaki/icons")),
    ui: Object.fromEntries(Object.entries(UI_ICONS).map(([ours, theirs]) => [ours, lucide(theirs)])),
  };
}

export function icons(): Plugin {
  return {
    name: "mangel-icons",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(collectIcons(join(import.meta.dirname, "node_modules"))) });
    },
  };
}
