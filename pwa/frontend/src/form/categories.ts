/** Finds a category by what people call it: "Mülleimer" finds the Papierkorb. */
import { counted, debounce, find, findAll, on, stopAll, words, type Stop } from "../dom";
import { fit, fitAll, tokens } from "../fold";

export interface Entry {
  /** What it is called. */
  name: string[];
  /** Names, synonyms, hints. */
  words: string[];
}

/** From so many words on it is a sentence, of which not every word has to fit. */
const SENTENCE = 3;

/** Which entries fit what was typed, best first: the name before its synonyms, a beginning before a middle, slips only where
 *  nothing else fits. Everything, in its own order, fits nothing typed. */
export function fitting<T extends Entry>(entries: T[], typed: string): T[] {
  const wanted = tokens(typed);
  if (!wanted.length) return entries;
  const scored = entries.map((entry) => ({ entry, score: 2 * fitAll(wanted, entry.words) + (fitAll(wanted, entry.name) === 3 ? 1 : 0) })).filter(({ score }) => score > 0);
  if (!scored.length && wanted.length >= SENTENCE) return inSentence(entries, wanted);
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored.filter(({ score }) => best <= 2 || score > 2).sort((a, b) => b.score - a.score).map(({ entry }) => entry);
}

/** A whole sentence ("Der Mülleimer am Bahnhof ist voll"): what most of its words begin, names counting double. */
function inSentence<T extends Entry>(entries: T[], wanted: string[]): T[] {
  const telling = wanted.filter((word) => word.length >= 4);
  const points = ({ name, words }: Entry): number => telling.reduce((sum, word) => sum + (fit(word, name) === 3 ? 2 : fit(word, words) === 3 ? 1 : 0), 0);
  return entries.map((entry) => ({ entry, score: points(entry) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, 8).map(({ entry }) => entry);
}

/** "Gasse" is a street, "Gast" a person (but not "Gastank"); `mangel/hazards.py` makes the same exceptions. */
const HARMLESS = /^(?:gass|gast(?!ank|herm)|газон|газет|applicab)/;

/** Does a typed word begin or end with a danger ("Gasgeruch", "Erdgas")? A long one counts in the middle, too ("Fliegerbomben"). */
export function namesHazard(typed: string, hazardWords: string[]): boolean {
  return namedHazards(typed, hazardWords).length > 0;
}

/** Which of the dangers it names. */
export function namedHazards(typed: string, hazardWords: string[]): string[] {
  const words = tokens(typed).filter((word) => !HARMLESS.test(word));
  const names = (word: string, danger: string): boolean => word.startsWith(danger) || word.endsWith(danger) || (danger.length >= 5 && word.includes(danger));
  return hazardWords.flatMap(tokens).filter((danger) => words.some((word) => names(word, danger)));
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
  const other = groups.at(-1); // "Sonstiges": what to take where nothing is found
  const openAtFirst = groups.map((group) => group.open);
  const entries = groups.flatMap((group) => findAll("[data-words]", group)).map((tile) => ({ tile, name: tokens(tile.textContent ?? ""), words: tokens(tile.dataset.words ?? "") }));
  let best = entries[0];

  function filter(): void {
    const typed = search!.value.trim();
    const fits = fitting(entries, typed);
    const found = fits.length ? fits : entries.filter(({ tile }) => tile.closest("[data-category-group]") === other);
    const shown = new Set(found.map(({ tile }) => tile));
    best = found[0];
    entries.forEach(({ tile }) => (tile.hidden = !shown.has(tile)));
    groups.forEach((group, at) => {
      group.hidden = !findAll("[data-words]", group).some((tile) => shown.has(tile));
      group.open = typed !== "" || openAtFirst[at] === true || group.querySelector(":checked") !== null;
    });
    // The best come first, in the page and not only to the eye; without a word everything is back in its place.
    const order = typed ? [...new Set(found.map(({ tile }) => tile.closest("[data-category-group]")!))] : groups;
    order.forEach((group) => group.parentElement!.append(group));
    found.forEach(({ tile }) => tile.parentElement!.append(tile));
    if (frequent) frequent.hidden = typed !== "";
    if (hazard) hazard.hidden = !namesHazard(typed, (hazard.dataset.hazardWords ?? "").split(","));
    sayCount(typed, fits.length);
  }
  const sayCount = debounce((typed: string, shown: number) => {
    count.textContent = !typed ? "" : shown ? counted(say, "found", shown) : say("found_none");
  }, 400);

  const noEnter = on<KeyboardEvent>(search, "keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // Enter in the search must not send the form
    best?.tile.querySelector("input")?.focus();
  });
  return stopAll(on(search, "input", filter), noEnter, sayCount.cancel);
}
