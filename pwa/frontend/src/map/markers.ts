/** Draws the state markers: a ring with its shape, as in the list. */
import { cssName, isState, shapeOf, STATES, type State } from "../states";
import type { Colours } from "./colours";

export const MARKER_PX = 32;
export const imageName = (state: State): string => `state-${state}`;

/** One marker as pixels, `ratio` device pixels per CSS pixel. */
export function drawMarker(state: State, colours: Colours, ratio: number): ImageData {
  const size = Math.round(MARKER_PX * ratio);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  const colour = colours[cssName(state) as keyof Colours];
  pen.scale(ratio, ratio);
  const middle = MARKER_PX / 2;
  pen.beginPath();
  pen.arc(middle, middle, 13.5, 0, 2 * Math.PI);
  pen.fillStyle = colours.surface;
  pen.fill();
  pen.lineWidth = 3;
  pen.strokeStyle = colour;
  pen.stroke();
  const shape = 15; // CSS pixels of the shape's 24er grid
  pen.translate(middle - shape / 2, middle - shape / 2);
  pen.scale(shape / 24, shape / 24);
  pen.fillStyle = colour;
  pen.fill(new Path2D(shapeOf(state)));
  return pen.getImageData(0, 0, size, size);
}

/** "state-resolved" → "resolved"; null for images that are not ours. */
export function stateOfImage(name: string): State | null {
  const state = name.replace(/^state-/, "");
  return isState(state) ? state : null;
}

/** MapLibre expression: the marker of the one report that hides behind a cluster of one. */
export function onlyState(): unknown[] {
  return ["case", ...STATES.slice(1).flatMap((state) => [[">", ["coalesce", ["get", state], 0], 0], imageName(state)]), imageName(STATES[0]!)];
}
