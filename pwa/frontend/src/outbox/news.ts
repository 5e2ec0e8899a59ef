/** Every tab and the service worker hear when the outbox changed. */
import type { Stop } from "../dom";

const CHANNEL = "mangel-outbox";

/** `listener` is called after changes made anywhere on this device. Returns a function that stops it. */
export function onChange(listener: () => void): Stop {
  if (typeof BroadcastChannel === "undefined") return () => undefined;
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = listener;
  return () => channel.close();
}

export function tellChange(): void {
  if (typeof BroadcastChannel === "undefined") return;
  // A channel does not hear itself, but every other one does, also in this tab.
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("changed");
  channel.close();
}
