/** Finds a category by what people call it: "Mülleimer" finds the Papierkorb. */
import { counted, debounce, find, findAll, on, stopAll, words, type Stop } from "../dom";
import { matches, tokens } from "../fold";

export interface Entry {
  words: string[];
}

/** Which entries fit what was typed; everything fits nothing typed. */
export function fitting<T extends Entry>(entries: T[], typed: string): T[] {
  const wanted = tokens(typed);
  return wanted.length ? entries.filter((entry) => matches(wanted, entry.words)) : entries;
}

/** Does a typed word name a danger ("Gas", "Kabel …")? Whole beginnings only: "Gasse" is a street, "Gasgeruch" is not. */
export function namesHazard(typed: string, hazardWords: string[]): boolean {
  const dangers = hazardWords.flatMap(tokens);
  return tokens(typed).some((word) => dangers.some((danger) => word.startsWith(danger) && !/^gass/.test(word)));
}

/** Enhances `pwa/_category_field.html`. Returns a function that stops it. */
export function categorySearch(root: HTMLElement): Stop {
  const say = words("categories");
  const search = find<HTMLInputElement>("[data-category-search]", root);
  if (!search) return () => {};
  const count = find("[data-category-count]", root)!;
  const hazard = find("[data-hazard]", root);
  const frequent = find("[data-category-frequent]", root);
  const groups = findAll<HTMLDetailsElement>("[data-category-group]", root);
  const openAtFirst = groups.map((group) => group.open);
  const entries = groups.flatMap((group) => findAll("[data-words]", group)).map((tile) => ({ tile, words: tokens(tile.dataset.words ?? "") }));

  function filter(): void {
    const typed = search!.value.trim();
    const shown = new Set(fitting(entries, typed).map(({ tile }) => tile));
    entries.forEach(({ tile }) => (tile.hidden = !shown.has(tile)));
    groups.forEach((group, at) => {
      group.hidden = !findAll("[data-words]", group).some((tile) => shown.has(tile));
      group.open = typed !== "" || openAtFirst[at] === true || group.querySelector(":checked") !== null;
    });
    if (frequent) frequent.hidden = typed !== "";
    if (hazard) hazard.hidden = !namesHazard(typed, (hazard.dataset.hazardWords ?? "").split(","));
    sayCount(typed, shown.size);
  }
  const sayCount = debounce((typed: string, shown: number) => {
    count.textContent = !typed ? "" : shown ? counted(say, "found", shown) : say("found_none");
  }, 400);

  const noEnter = on<KeyboardEvent>(search, "keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // Enter in the search must not send the form
    entries.find(({ tile }) => !tile.hidden)?.tile.querySelector("input")?.focus();
  });
  return stopAll(on(search, "input", filter), noEnter, sayCount.cancel);
}
