/** What the list does with news: pills change in place, everything else waits behind "3 Neuigkeiten anzeigen". */
import { announce, counted, find, findAll, on, spoken, stopAll, words, type Stop, type Words } from "./dom";
import { followChanges, type Change, type Changes } from "./live";
import { isState, showState } from "./states";

export const CHANGES_EVENT = "mangel:changes";

/** Pills of cards on the page change at once. Returns the changes the page has no place for. */
export function applyToCards(root: ParentNode, changes: Change[], say: Words): Change[] {
  const spokenWords: string[] = [];
  const rest = changes.filter((change) => {
    const cards = findAll(`[data-report="${CSS.escape(change.public_id)}"]`, root);
    for (const card of cards) {
      card.classList.toggle("gone", change.gone === true);
      const pill = find("[data-state]", card);
      if (change.gone || !pill || !isState(change.state) || pill.dataset.state === change.state) continue;
      showState(pill, change.state, say);
      pill.classList.add("changed");
      for (const outdated of findAll("[data-until-news]", card)) outdated.hidden = true;
      // What is offered in some states only ("Betrifft mich auch") comes and goes with them.
      for (const offer of findAll("[data-states]", card)) offer.hidden = !offer.dataset.states!.split(" ").includes(change.state);
      spokenWords.push(say("changed", { number: spoken(change.public_id), state: say(change.state) }));
    }
    return !cards.length || change.gone;
  });
  if (spokenWords.length) announce(spokenWords.slice(0, 3).join(". "));
  return rest;
}

/** The reports a region is about (a report page); empty for lists, which are about all. */
export function subjectsOf(region: HTMLElement): Set<string> {
  return new Set(findAll("[data-report]", region).filter((card) => !card.closest("[data-live-list]")).map((card) => card.dataset.report!));
}

/** Follows what `region` names in `data-live` and keeps its list current. Returns a function that stops it. */
export function liveList(region: HTMLElement): Stop {
  const say = words("app");
  const button = find<HTMLButtonElement>("[data-news]", region);
  const waiting = new Set<string>();
  const subjects = subjectsOf(region);

  function showCount(): void {
    if (!button) return;
    button.hidden = waiting.size === 0;
    button.textContent = counted(say, "news", waiting.size);
  }

  function onChange(news: Changes): void {
    const elsewhere = applyToCards(document, news.changes, say);
    const worth = subjects.size ? news.changes.filter(({ public_id }) => subjects.has(public_id)) : elsewhere;
    for (const change of worth) waiting.add(change.public_id);
    showCount();
    document.dispatchEvent(new CustomEvent<Changes>(CHANGES_EVENT, { detail: news }));
  }

  async function renew(): Promise<void> {
    const list = find("[data-live-list]", region);
    if (!list || subjects.size) return location.reload();
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = find("[data-live-list]", page);
      if (!response.ok || !fresh) throw new Error(`HTTP ${response.status}`);
      list.replaceChildren(...fresh.childNodes);
      waiting.clear();
      showCount();
      list.tabIndex = -1;
      list.focus({ preventScroll: true }); // the button is gone: keep the place in the page
      announce(say("list_renewed"));
    } catch {
      announce(say("list_failed"));
    }
  }

  return stopAll(
    followChanges({ url: region.dataset.live!, cursor: region.dataset.cursor || undefined, onChange }),
    button && on(button, "click", () => void renew()),
  );
}
