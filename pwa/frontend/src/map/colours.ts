/** The tokens of the look as colours a canvas understands (forced colours and all). */
const NAMES = [
  "ground", "surface", "line", "text", "muted", "primary", "primary-soft", "received", "accepted", "in-progress", "forwarded", "resolved", "declined",
  "map-land", "map-line", "map-water", "map-park", "map-road", "map-railway", "map-street", "map-street-edge", "map-main-street", "map-path", "map-building", "map-green", "map-label", "map-halo",
] as const;

export type Colours = Record<(typeof NAMES)[number], string>;

export function readColours(): Colours {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.setProperty("forced-color-adjust", "none"); // otherwise every colour reads as the text's
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colours = Object.fromEntries(NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, style.color];
  })) as Colours;
  probe.remove();
  return colours;
}
