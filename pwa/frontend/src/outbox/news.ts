/** Every tab and the service worker hear when the outbox changed. */
import type { Stop } from "../dom";

const listeners = new Set<() => void>();
let channel: BroadcastChannel | null = null;

/** The line to other tabs; Safari has it since 15.4, before that every tab keeps its own clock. */
function line(): BroadcastChannel | null {
  if (!channel && typeof BroadcastChannel !== "undefined") {
    channel = new BroadcastChannel("mangel-outbox");
    channel.onmessage = tellHere;
  }
  return channel;
}

function tellHere(): void {
  listeners.forEach((listener) => listener());
}

/** `listener` is called after changes made anywhere on this device. Returns a function that stops it. */
export function onChange(listener: () => void): Stop {
  line();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellChange(): void {
  line()?.postMessage("changed");
  tellHere(); // a channel does not hear itself
}
