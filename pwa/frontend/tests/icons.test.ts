import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { collectIcons, parseIcon, UI_ICONS } from "../icons";

describe("icons", () => {
  it("lose everything but their drawing", () => {
    expect(parseIcon('<?xml version="1.0"?><!-- x --><svg viewBox="0 0 15 15" onload="x"><title>t</title><script>x</script><path id="p" fill="red" d="M0 0"/></svg>')).toEqual(["0 0 15 15", '<path d="M0 0"/>']);
  });
  it("are all there and drawn", () => {
    const sets = collectIcons("node_modules");
    expect(Object.keys(sets.ui!)).toEqual(Object.keys(UI_ICONS));
    for (const [name, [, body]] of Object.values(sets).flatMap((set) => Object.entries(set))) expect(body, name).toMatch(/^<(path|circle|rect|line|poly|ellipse)/);
  });
});

it("colours stand in the token sheet only", () => {
  for (const name of ["base", "components", "forms", "map", "desk", "print", "admin-map"]) {
    const css = readFileSync(`src/styles/${name}.css`, "utf8");
    expect(css.match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(/gi), name).toBeNull();
  }
});
