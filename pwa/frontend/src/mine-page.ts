/** `/meine/`: one's own reports on this device, number and secret link; their state as the server says it, or as last seen. */
import { announce, find, make, on, spoken, stopAll, words, type Stop } from "./dom";
import * as box from "./outbox/box";
import { codeOf } from "./outbox/deliver";
import { MISSING } from "./outbox/flush";
import { onChange } from "./outbox/news";
import type { Mine, Seen } from "./outbox/types";
import { isState, statePill } from "./states";
import { moment } from "./strips";

/** Needs `<div data-mine-page data-tracking="/api/v1/tracking/">` with a list and an empty note. Returns a function that stops it. */
export function minePage(root: HTMLElement): Stop {
  const say = words("mine");
  const sayState = words("app");
  const list = find("[data-list]", root)!;

  async function draw(): Promise<void> {
    const [all, boxed] = await Promise.all([box.mine(), box.items()]);
    const coming = new Map(boxed.filter(({ report }) => report).map(({ report, photos }) => [report!.public_id, photos.length]));
    list.replaceChildren(...all.map((one) => card(one, coming.get(one.public_id) ?? 0)));
    find("[data-empty]", root)!.hidden = all.length > 0;
  }

  function card(one: Mine, coming: number): HTMLElement {
    const { seen } = one;
    const article = make("article", { class: "card stack-s", "data-mine": one.public_id });
    const head = make("div", { class: "row spread" }, make("h2", {}, seen?.category || say("report")));
    if (seen && isState(seen.state)) head.append(statePill(seen.state, sayState));
    article.append(head, make("p", { class: "number" }, spoken(one.public_id)));
    if (seen) {
      article.append(make("p", {}, [seen.place, seen.office].filter(Boolean).join(" · ")));
      const last = seen.events[0];
      if (last) article.append(make("p", { class: "muted" }, `${moment(last.at)}: ${last.title}`));
      article.append(make("p", { class: "muted small" }, say("as_of", { moment: moment(seen.at) })));
    } else article.append(make("p", { class: "muted" }, say("from", { moment: moment(one.keptAt) })));
    if (coming) article.append(make("p", {}, say("photo_follows")));
    for (const why of one.lostPhotos) article.append(make("p", { class: "note warning" }, why === MISSING ? say("photo_missing") : say("photo_lost", { why })));
    article.append(make("div", { class: "row" }, make("a", { class: "button quiet", href: one.tracking_url }, say("open")), forgetButton(one)));
    return article;
  }

  function forgetButton({ public_id }: Mine): HTMLButtonElement {
    const made = make("button", { type: "button", class: "button plain" }, say("forget"));
    made.onclick = () => {
      if (!confirm(say("forget_sure"))) return;
      void box.forget(public_id);
      announce(say("forgotten"));
      find("h1")?.focus();
    };
    return made;
  }

  async function look(): Promise<void> {
    if (navigator.onLine === false) return;
    for (const one of await box.mine()) await lookAt(one, root.dataset.tracking!);
    await draw();
  }

  void draw().then(look);
  return stopAll(onChange(() => void draw()), on(window, "online", () => void look()), on(document, "visibilitychange", () => void (document.hidden || look())));
}

interface Told {
  properties: {
    state: string;
    category: { name: string };
    office: { name: string };
    near_address: string | null;
    created_at: string;
    timeline: { title: string; at: string }[];
  };
}

/** Ask for one report and keep what was seen; a report the server no longer knows keeps its last state. */
async function lookAt(one: Mine, url: string): Promise<void> {
  try {
    const headers = { Authorization: `Tracking ${codeOf(one)}`, "Accept-Language": document.documentElement.lang };
    const response = await fetch(`${url}${one.public_id}/`, { headers, credentials: "omit", cache: "no-store" });
    if (!response.ok) return;
    await box.saw(one.public_id, seenIn((await response.json()) as Told, Date.now()));
  } catch {
    // No network: the last seen state is shown.
  }
}

/** What is kept of the answer: nothing the reporter wrote. */
export function seenIn({ properties: told }: Told, at: number): Seen {
  return {
    ...{ at, state: told.state, category: told.category.name, office: told.office.name, place: told.near_address ?? "", created_at: told.created_at },
    events: told.timeline.slice(0, 10).map(({ title, at: when }) => ({ title, at: when })),
  };
}

const root = find("[data-mine-page]");
if (root) minePage(root);
