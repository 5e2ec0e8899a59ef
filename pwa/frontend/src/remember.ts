/** The page behind a secret link offers to remember the report on this device: how one continues on another phone. */
import { announce, words } from "./dom";
import { mine, remember } from "./outbox/box";

/** Needs `<button data-remember data-number="…" data-url="…" hidden>`. */
export async function rememberButton(button: HTMLButtonElement): Promise<void> {
  const { number = "", url = "" } = button.dataset;
  const known = (await mine().catch(() => null))?.some(({ public_id }) => public_id === number);
  if (known !== false) return; // remembered, or a browser that keeps nothing
  button.hidden = false;
  button.onclick = async () => {
    await remember({ public_id: number, tracking_url: url });
    button.hidden = true;
    announce(words("app")("remembered"));
  };
}
