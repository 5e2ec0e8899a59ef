/** Lines under the header, on every page: what waits to be sent, and from when a page is that was read without network. */
import { counted, find, make, on, stopAll, words, type Stop } from "./dom";
import { items } from "./outbox/box";
import { onChange } from "./outbox/news";

const DAY: Intl.DateTimeFormatOptions = { day: "numeric", month: "long" };
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

/** "14:05" today, "21. November, 14:05" before. */
export function moment(at: number | string, now = new Date()): string {
  const date = new Date(at);
  const today = date.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(document.documentElement.lang || "de", today ? TIME : { ...DAY, ...TIME }).format(date);
}

/** Needs `<div data-strips data-outbox="/melden/ausgang/">`. */
export function strips(root: HTMLElement): Stop {
  const say = words("app");
  const kept = Number(document.body.dataset.kept);
  // The form, the outbox and one's own reports are not from yesterday: they live here.
  if (kept && !find("[data-on-device]")) root.append(make("p", { class: "strip", "data-kept-strip": "" }, say("kept", { moment: moment(kept) })));

  async function count(): Promise<void> {
    // The page of the outbox says it better itself.
    const address = root.dataset.outbox;
    if (!address || location.pathname === address) return;
    const all = await items().catch(() => []);
    const refused = all.filter(({ state }) => state === "refused").length;
    const waiting = all.filter(({ state }) => state === "waiting" || state === "sending").length;
    find("[data-waiting]", root)?.remove();
    if (!refused && !waiting) return;
    const text = refused ? counted(say, "refused", refused) : counted(say, "waiting", waiting);
    root.append(make("a", { class: "strip", "data-waiting": "", href: address }, text));
  }

  void count();
  return stopAll(onChange(() => void count()), on(window, "pageshow", () => void count()));
}
