/** "A tap on an answer goes on by itself": told from walking through radios by arrow keys, which must not. */
import { on, stopAll, type Stop } from "../dom";

const WALKING_MS = 400;

/** Calls `action` when a radio in `root` was chosen by finger, mouse, space or a screen reader's activation, not by arrow keys. */
export function onTapped(root: HTMLElement, action: (input: HTMLInputElement) => void): Stop {
  let arrowAt = -Infinity;
  return stopAll(
    on<KeyboardEvent>(root, "keydown", ({ key, timeStamp }) => void (key.startsWith("Arrow") && (arrowAt = timeStamp))),
    on<MouseEvent>(root, "click", ({ target, timeStamp }) => {
      const input = target as HTMLInputElement;
      if (!(target instanceof HTMLInputElement) || input.type !== "radio" || !input.checked) return;
      if (timeStamp - arrowAt > WALKING_MS) action(input);
    }),
  );
}
