/** One press, one report. The server's submission key is the truth; this only spares people the second press. */
import { on, stopAll, type Stop } from "../dom";

export function guardSubmit(form: HTMLFormElement): Stop {
  let sending = false;
  let pressed: { button: HTMLElement; text: string | null } | null = null;

  function release(): void {
    sending = false;
    if (!pressed) return;
    pressed.button.removeAttribute("aria-disabled");
    if (pressed.text !== null) pressed.button.textContent = pressed.text;
    pressed = null;
  }

  return stopAll(
    on<SubmitEvent>(form, "submit", (event) => {
      if (sending) return event.preventDefault();
      if (event.defaultPrevented) return;
      sending = true;
      const button = event.submitter;
      if (!button) return;
      // Not `disabled`: a disabled button's name and value would not be sent.
      pressed = { button, text: button.dataset.busy ? button.textContent : null };
      button.setAttribute("aria-disabled", "true");
      if (button.dataset.busy) button.textContent = button.dataset.busy;
    }),
    on<PageTransitionEvent>(window, "pageshow", (event) => event.persisted && release()), // back button
  );
}
