/** Moving a pin by keyboard. */
const STEP_M = 2;
const LONG_STEP_M = 20;

/** Metres east and north for an arrow key; null for other keys. */
export function keyStep(key: string, long: boolean): [eastM: number, northM: number] | null {
  const step = long ? LONG_STEP_M : STEP_M;
  const steps: Record<string, [number, number]> = { ArrowUp: [0, step], ArrowDown: [0, -step], ArrowRight: [step, 0], ArrowLeft: [-step, 0] };
  return steps[key] ?? null;
}
