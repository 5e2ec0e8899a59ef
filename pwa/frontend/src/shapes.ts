/** Shapes on a picture that is 1 wide and 1 high. Pure: drawing and events are elsewhere. */

export type Point = [x: number, y: number];
export interface Region { by: "machine" | "human"; what: "face" | "plate" | "area"; polygon: Point[] }
export interface Box { x: number; y: number; w: number; h: number }

export const SMALLEST = 0.01;
const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const short = (value: number): number => Math.round(value * 1e5) / 1e5;

/** Where a pointer is, as a share of the frame; outside counts as its edge. */
export function shareOf(frame: { left: number; top: number; width: number; height: number }, x: number, y: number): Point {
  return [short(within((x - frame.left) / frame.width, 0, 1)), short(within((y - frame.top) / frame.height, 0, 1))];
}

/** The rectangle between two corners. */
export function rectangle([ax, ay]: Point, [bx, by]: Point): Point[] {
  const [left, right, top, bottom] = [Math.min(ax, bx), Math.max(ax, bx), Math.min(ay, by), Math.max(ay, by)];
  return [[left, top], [right, top], [right, bottom], [left, bottom]];
}

/** Whether a rectangle is more than a slip of the finger. */
export function isMeant(polygon: Point[]): boolean {
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  return Math.max(...xs) - Math.min(...xs) >= SMALLEST && Math.max(...ys) - Math.min(...ys) >= SMALLEST;
}

/** A box moved, or with `size` made larger or smaller, by one press of a key; it stays inside the picture. */
export function stepped(box: Box, key: string, size: boolean, step = 0.02): Box | null {
  const move: Record<string, Point> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const by = move[key];
  if (!by) return null;
  if (size) return { ...box, w: short(within(box.w + by[0], SMALLEST, 1 - box.x)), h: short(within(box.h + by[1], SMALLEST, 1 - box.y)) };
  return { ...box, x: short(within(box.x + by[0], 0, 1 - box.w)), y: short(within(box.y + by[1], 0, 1 - box.h)) };
}

export function cornersOf({ x, y, w, h }: Box): Point[] {
  return rectangle([x, y], [short(x + w), short(y + h)]);
}

/** Whether a point is as good as another for a finger. */
export function isNear([ax, ay]: Point, [bx, by]: Point): boolean {
  return Math.hypot(ax - bx, ay - by) < 0.025;
}

/** For the attribute `points` of an SVG. */
export function pointsOf(polygon: Point[]): string {
  return polygon.map(([x, y]) => `${x},${y}`).join(" ");
}
