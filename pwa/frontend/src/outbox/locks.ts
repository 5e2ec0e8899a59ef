/** Who may do what at a time, among all tabs and the worker. Without Web Locks the server's key alone keeps order. */

const SENDING = "mangel-outbox";
const DRAFTING = "mangel-draft";

/** Runs `action` while nobody else on this device sends, edits or erases. Waits for its turn. */
export function alone<T>(action: () => Promise<T>): Promise<T> {
  // Typed as always there, but missing in Safari before 15.4.
  return navigator.locks ? (navigator.locks.request(SENDING, action) as Promise<T>) : action();
}

let release: (() => void) | null = null;

/** Says that a draft is open in this tab, so that no tab offers a new version meanwhile. Ends with the tab. */
export function holdDraft(): void {
  if (release || !navigator.locks) return;
  const over = new Promise<void>((resolve) => (release = resolve));
  void navigator.locks.request(DRAFTING, { mode: "shared" }, () => over);
}

export function releaseDraft(): void {
  release?.();
  release = null;
}

/** Whether any tab is in the middle of a draft. */
export async function isDrafting(): Promise<boolean> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === DRAFTING);
}
