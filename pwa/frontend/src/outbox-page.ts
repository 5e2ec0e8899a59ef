/** `/melden/ausgang/`: what waits, what is on its way, what was refused and why. Works without network. */
import { announce, counted, find, make, on, spoken, stopAll, words, type Stop } from "./dom";
import * as box from "./outbox/box";
import { database } from "./outbox/database";
import { discard, edit, flush } from "./outbox/flush";
import { onChange } from "./outbox/news";
import type { Item } from "./outbox/types";
import { tell } from "./register";
import { moment } from "./strips";

/** Needs `<div data-outbox-page data-form="/melden/" data-mine="/meine/" data-categories="/api/v1/categories/">` with a
 *  list, an empty note, a hazard note to copy and the buttons. Returns a function that stops it. */
export function outboxPage(root: HTMLElement): Stop {
  const say = words("outbox");
  const list = find("[data-list]", root)!;
  const previews = new Map<string, string>();
  let names: Record<string, string> = {};

  async function draw(): Promise<void> {
    const all = await box.items();
    const focused = document.activeElement?.closest<HTMLElement>("[data-item]")?.dataset.item;
    const cards = await Promise.all(all.map(card));
    list.replaceChildren(...cards);
    if (focused) find<HTMLElement>(`[data-item="${focused}"] button`, list)?.focus();
    find("[data-empty]", root)!.hidden = all.length > 0;
    find("[data-some]", root)!.hidden = all.every(({ state }) => state === "refused" || state === "photos");
  }

  async function card(item: Item): Promise<HTMLElement> {
    const title = names[String(item.draft?.fields.category ?? "")] ?? (item.report ? say("number", { number: spoken(item.report.public_id) }) : say("report"));
    const article = make("article", { class: "card stack-s", "data-item": item.key, "data-state": item.state });
    const head = make("div", { class: "row spread" }, make("h2", {}, title), badge(item));
    article.append(head, make("p", { class: "muted" }, say("from", { moment: moment(item.queuedAt) })));
    if (item.hazard && item.draft && item.state !== "refused") article.append(hazard());
    const words = String(item.draft?.fields.description ?? "");
    if (words) article.append(make("p", { dir: "auto" }, words.length > 140 ? `${words.slice(0, 140)} …` : words));
    if (item.photos.length) article.append(await pictures(item));
    if (item.state === "refused") article.append(make("ul", { class: "stack-s" }, ...item.problems.map(({ message }) => make("li", { dir: "auto" }, message))));
    else if (item.state === "waiting") article.append(make("p", { class: "muted" }, item.attempts ? say("tried") : say("untried")));
    article.append(actions(item));
    return article;
  }

  function badge({ state, photos }: Item): HTMLElement {
    const word = state === "photos" ? counted(say, "following", photos.length) : say(state);
    return make("span", { class: `way ${state}` }, word);
  }

  function hazard(): Node {
    return find<HTMLTemplateElement>("[data-hazard-note]", root)!.content.cloneNode(true);
  }

  async function pictures({ photos, draft }: Item): Promise<HTMLElement> {
    const row = make("div", { class: "row" });
    for (const [at, { key }] of photos.entries()) {
      const kept = previews.has(key) ? undefined : await (await database()).get("photos", key);
      if (kept) previews.set(key, URL.createObjectURL(new Blob([kept.bytes], { type: kept.type })));
      const alt = draft?.photos.find((photo) => key.endsWith(`/${photo.key}`))?.alt || say("photo", { n: at + 1 });
      const url = previews.get(key);
      if (url) row.append(make("span", { class: "thumb" }, make("img", { src: url, alt, width: "64", height: "64" })));
    }
    return row;
  }

  function actions(item: Item): HTMLElement {
    const row = make("div", { class: "row" });
    if (item.report) row.append(make("a", { class: "button quiet", href: item.report.tracking_url }, say("open")));
    if (item.draft && item.state !== "sending") row.append(button("quiet", say("edit"), () => editItem(item)), button("danger", say("discard"), () => discardItem(item)));
    return row;
  }

  async function editItem({ key }: Item): Promise<void> {
    const outcome = await edit(key);
    if (outcome === "draft") location.assign(root.dataset.form!);
    else if (outcome === "arrived") tellReader(say("arrived_after_all"));
    else if (outcome === "unreachable") tellReader(say("edit_needs_network"));
    await draw();
  }

  async function discardItem({ key, attempts, state }: Item): Promise<void> {
    if (!confirm(attempts && state !== "refused" ? say("discard_tried") : say("discard_sure"))) return;
    await discard(key);
    tellReader(say("discarded"));
  }

  function tellReader(text: string): void {
    find("[data-said]", root)!.textContent = text;
    announce(text);
  }

  async function eraseEverything(): Promise<void> {
    if (!confirm(say("erase_sure"))) return;
    await box.eraseAll();
    tell({ type: "forget" });
    tellReader(say("erased"));
    await draw();
  }

  async function sendNow(): Promise<void> {
    tellReader(say("trying"));
    await flush({ nudged: true });
    const left = await box.waiting();
    tellReader(left ? say("still_waiting") : say("all_sent"));
  }

  void readNames(root.dataset.categories!).then((found) => {
    names = found;
    void draw();
  });
  void draw();
  const now = find("[data-send-now]", root)!;
  const erase = find("[data-erase]", root)!;
  return stopAll(
    onChange(() => void draw()),
    on(now, "click", () => void sendNow()),
    on(erase, "click", () => void eraseEverything()),
    () => previews.forEach((url) => URL.revokeObjectURL(url)),
  );
}

function button(kind: string, text: string, act: () => Promise<void>): HTMLButtonElement {
  const made = make("button", { type: "button", class: `button ${kind}` }, text);
  made.onclick = () => void act();
  return made;
}

interface Categories {
  groups: { categories: { code: string; name: string }[] }[];
}

/** Code → name of the categories, as far as they can be had. */
async function readNames(url: string): Promise<Record<string, string>> {
  try {
    const { groups } = (await (await fetch(url, { credentials: "omit", headers: { "Accept-Language": document.documentElement.lang } })).json()) as Categories;
    return Object.fromEntries(groups.flatMap(({ categories }) => categories.map(({ code, name }) => [code, name])));
  } catch {
    return {};
  }
}

const root = find("[data-outbox-page]");
if (root) outboxPage(root);
