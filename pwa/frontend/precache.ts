/** Builds the service worker after the app and puts the list of files to keep into it, as Workbox's `injectManifest` does:
 *  `self.__WB_MANIFEST` becomes [{url, revision}]. (`workbox-build` itself would bring 310 packages for these lines.) */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "vite";

const STATIC = "/static/pwa/";
/** What a resident needs without network; the rest (map library, desk, administration) is kept once it was used, or never. */
const ENTRIES = ["src/app.ts", "src/report-form.ts", "src/outbox-page.ts", "src/mine-page.ts", "src/map.ts"];
const ICONS = ["icons/pin.svg", "icons/pin-32.png"];
const MARK = "self.__WB_MANIFEST";

type Chunk = { file: string; css?: string[]; assets?: string[]; imports?: string[] };
type Entry = { url: string; revision: string | null };

/** Files of the entries and of all they import; not what they load on demand. */
export function filesOf(manifest: Record<string, Chunk>, entries: string[]): string[] {
  const seen = new Set<string>();
  const files = new Set<string>();
  const walk = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])].forEach((file) => files.add(file));
    chunk.imports?.forEach(walk);
  };
  entries.forEach(walk);
  return [...files];
}

export function precache(): Plugin {
  return {
    name: "mangel-precache",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      if (!dir) return;
      const manifest = JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8")) as Record<string, Chunk>;
      const workers = Object.keys(bundle).filter((file) => /resize\.worker/.test(file)); // the form's, loaded on demand
      const hashed = [...new Set([...filesOf(manifest, ENTRIES), ...workers])].sort();
      const icons = ICONS.map((file) => ({ url: STATIC + file, revision: digest(readFileSync(join(dir, "..", file))) }));
      await buildWorker(dir, [...hashed.map((file) => ({ url: `${STATIC}build/${file}`, revision: null })), ...icons]);
    },
  };
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

/** One plain script: module workers are still missing in some browsers. */
async function buildWorker(outDir: string, entries: Entry[]): Promise<void> {
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: "warn",
    publicDir: false,
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2022",
      rolldownOptions: { input: join(import.meta.dirname, "src/sw.ts"), output: { format: "iife", entryFileNames: "serviceworker.js" } },
    },
  });
  const file = join(outDir, "serviceworker.js");
  const script = readFileSync(file, "utf8");
  if (!script.includes(MARK)) throw new Error(`${MARK} is missing in the built service worker`);
  writeFileSync(file, script.replaceAll(MARK, JSON.stringify(entries)));
}
