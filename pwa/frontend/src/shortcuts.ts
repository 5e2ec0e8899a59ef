/** Single keys for all-day work, only for those who switched them on (WCAG 2.1.4). */
import { find, findAll, on, type Stop } from "./dom";

/** Keys typed into a field, or with Ctrl, Alt and Meta, are never shortcuts. */
export function isShortcut(event: { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean; target: EventTarget | null }): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return false;
  return !(event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], [role=application], .maplibregl-canvas"));
}

/** The row `step` away from the current one; the ends hold. */
export function rowAfter(current: number, count: number, step: 1 | -1): number {
  return Math.max(0, Math.min(count - 1, current + step));
}

function walk(step: 1 | -1): void {
  const rows = findAll("[data-row]");
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const link = find<HTMLElement>("a", rows[at < 0 && step > 0 ? 0 : rowAfter(at, rows.length, step)]!);
  link?.focus();
}

function press(element: HTMLElement): void {
  if (element.matches("a, button, summary")) element.click();
  else element.focus();
}

export function shortcuts(): Stop {
  return on<KeyboardEvent>(document, "keydown", (event) => {
    if (!isShortcut(event)) return;
    const target = find(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (event.key === "?") find<HTMLDialogElement>("dialog[data-shortcut-help]")?.showModal();
    else if (target && !target.closest("[hidden]")) press(target);
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else return;
    event.preventDefault();
  });
}
