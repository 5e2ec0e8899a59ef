/** The six states in the browser: shape, colour token, pill. The shapes are the server's (pwa/shapes.json). */
import shapes from "../../shapes.json";
import type { Words } from "./dom";

export type State = keyof typeof shapes;
export const STATES = Object.keys(shapes) as State[];

export function isState(value: unknown): value is State {
  return typeof value === "string" && value in shapes;
}

export function shapeOf(state: State): string {
  return shapes[state];
}

/** `in_progress` → `in-progress`: CSS class and token name. */
export function cssName(state: State): string {
  return state.replace("_", "-");
}

export function shapeSvg(state: State): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[state]);
  svg.append(path);
  return svg;
}

/** The same pill as `pwa/_state.html`. */
export function statePill(state: State, say: Words): HTMLElement {
  const pill = document.createElement("span");
  const word = document.createElement("span");
  word.dataset.stateWord = "";
  pill.append(shapeSvg(state), word);
  showState(pill, state, say);
  return pill;
}

/** Turn an existing pill into another state, in place. */
export function showState(pill: HTMLElement, state: State, say: Words): void {
  pill.className = `state ${cssName(state)}`;
  pill.dataset.state = state;
  pill.querySelector("path")?.setAttribute("d", shapes[state]);
  const word = pill.querySelector<HTMLElement>("[data-state-word]");
  if (word) word.textContent = say(state);
}
