import { defineConfig } from "vitest/config";
import { icons } from "./icons.ts";
import { precache } from "./precache.ts";

const entries = ["app", "map", "report-form", "finder", "outbox-page", "mine-page", "desk", "photo-blur", "admin-map"];

export default defineConfig({
  base: "./", // chunks find each other relative to themselves, whatever STATIC_URL is
  publicDir: false,
  plugins: [icons(), precache()],
  worker: { format: "es" },
  build: {
    outDir: "../static/pwa/build",
    emptyOutDir: true,
    manifest: "manifest.json", // read by django-vite
    modulePreload: { polyfill: false },
    target: "es2022",
    assetsInlineLimit: 0, // no data: fonts or scripts, the CSP would refuse some of them
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])) },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
