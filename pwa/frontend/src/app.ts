/** Every page: styles, the focus on what has to be mended, the menu, live states, the outbox, the service worker. */
import "./styles/app.css";
import { find, findAll, on, stopAll, type Stop } from "./dom";
import { liveList } from "./live-list";
import { nearby } from "./near";
import { start as keepSending } from "./outbox/retry";
import { registerWorker } from "./register";
import { rememberButton } from "./remember";
import { strips } from "./strips";

/** The error summary takes the focus, so that nobody searches for what went wrong. */
export function focusProblems(): void {
  find("[data-problems]")?.focus();
}

/** The menu is a plain <details>; Escape and a click elsewhere close it. */
export function closeableMenu(menu: HTMLDetailsElement): Stop {
  return stopAll(
    on<KeyboardEvent>(document, "keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      find("summary", menu)?.focus();
    }),
    on(document, "click", (event) => {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }),
  );
}

focusProblems();
findAll<HTMLDetailsElement>("[data-menu]").forEach(closeableMenu);
findAll("[data-live]").slice(0, 1).forEach(liveList);
findAll("[data-near]").forEach(nearby);
// Staff's pages have no outbox, and their addresses no place in a cache.
findAll("[data-strips]").forEach((root) => {
  strips(root);
  keepSending();
  registerWorker();
});
findAll<HTMLButtonElement>("[data-remember]").forEach((button) => void rememberButton(button));
