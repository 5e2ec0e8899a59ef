/** Measures what a visitor loads, gzipped, against GOALS U3 and U4. Fails beyond. Needs a build. */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUILD = new URL("../../static/pwa/build/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", BUILD), "utf8"));
const gzip = (file) => gzipSync(readFileSync(new URL(file, BUILD)), { level: 9 }).length;

/** Files of an entry and all it imports; `dynamic` follows import() as well. */
function files(key, dynamic, seen = new Set()) {
  if (seen.has(key)) return [];
  seen.add(key);
  const chunk = manifest[key];
  const next = [...(chunk.imports ?? []), ...(dynamic ? (chunk.dynamicImports ?? []) : [])];
  return [chunk.file, ...(chunk.css ?? []), ...next.flatMap((other) => files(other, dynamic, seen))];
}
const sum = (names) => [...new Set(names)].reduce((total, name) => total + gzip(name), 0);
const assets = readdirSync(new URL("assets/", BUILD)).map((name) => `assets/${name}`);
const fonts = assets.filter((name) => name.endsWith(".woff2"));
const worker = assets.filter((name) => name.includes("maplibre-gl-worker"));
const resizer = assets.filter((name) => name.includes("resize.worker"));
const scripts = (names) => names.filter((name) => name.endsWith(".js"));

const app = files("src/app.ts", false);
const form = [...app, ...files("src/report-form.ts", false)];
const start = [...app, ...files("src/map.ts", false)];
const rows = [
  ["U3 form route, JavaScript without map, with the service worker", sum([...scripts(form), ...resizer, "serviceworker.js"]), 60_000],
  ["U4 start page before the map library (scripts, styles, fonts)", sum([...start, ...fonts]), 150_000],
  ["U4 start page and map, all in", sum([...app, ...files("src/map.ts", true), ...worker, ...fonts]), 650_000],
];
let failed = false;
for (const [name, bytes, most] of rows) {
  const over = bytes > most;
  failed ||= over;
  console.log(`${over ? "OVER" : "ok  "} ${(bytes / 1000).toFixed(1).padStart(6)} kB of ${most / 1000} kB  ${name}`);
}
const loadsMap = scripts(form).some((file) => readFileSync(new URL(file, BUILD), "utf8").includes("maplibregl-"));
if (loadsMap) console.log("OVER the form route loads the map library unasked");
process.exit(failed || loadsMap ? 1 : 0);
