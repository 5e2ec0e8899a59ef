/** Address suggestions under an input: an ARIA combobox. What matches nothing stays as typed; words are welcome. */
import { announce, counted, debounce, getJson, make, on, stopAll, withParams, type Stop, type Words } from "../dom";
import { isPlace } from "../place";

export interface Address {
  label: string;
  lon: number;
  lat: number;
}

/** What `/api/v1/addresses/` answers (GeoJSON, lon before lat). */
export interface AddressCollection {
  features: { geometry: { coordinates: [number, number] }; properties: { label: string } }[];
}

export function readAddresses({ features }: AddressCollection): Address[] {
  return features.map(({ geometry: { coordinates: [lon, lat] }, properties: { label } }) => ({ label, lon, lat })).filter(({ lon, lat }) => isPlace(lon, lat));
}

const SHORTEST = 3;
const PAUSE_MS = 250;

/** The option an arrow key leads to; -1 is the input itself. */
export function nextOption(current: number, count: number, key: string): number {
  if (key === "ArrowDown") return current + 1 >= count ? -1 : current + 1;
  if (key === "ArrowUp") return current < 0 ? count - 1 : current - 1;
  return current;
}

export function suggestAddresses(input: HTMLInputElement, url: string, say: Words, onChoose: (address: Address) => void): Stop {
  const list = make("ul", { role: "listbox", id: `${input.id}-vorschlaege`, "aria-label": input.labels?.[0]?.textContent ?? "" });
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  let found: Address[] = [];
  let active = -1;
  let running = new AbortController();

  function show(addresses: Address[]): void {
    found = addresses;
    list.replaceChildren(...found.map(({ label }, at) => make("li", { role: "option", id: `${list.id}-${at}`, "aria-selected": "false" }, label)));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  }
  function mark(at: number): void {
    active = at;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at]!.id);
    list.children[at]!.scrollIntoView({ block: "nearest" });
  }
  function choose(at: number): void {
    const address = found[at];
    if (!address) return;
    lookUp.cancel();
    running.abort();
    input.value = address.label;
    show([]);
    onChoose(address);
  }

  const lookUp = debounce(async () => {
    running.abort();
    const typed = input.value.trim();
    if (typed.length < SHORTEST) return show([]);
    const { signal } = (running = new AbortController());
    try {
      show(readAddresses(await getJson<AddressCollection>(withParams(url, { q: typed }), signal)).slice(0, 8));
      announce(found.length ? counted(say, "suggestions", found.length) : say("suggestions_none"));
    } catch {
      if (!signal.aborted) show([]); // no suggestions is no error: the words are sent as they are
    }
  }, PAUSE_MS);

  function onKey(event: KeyboardEvent): void {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(nextOption(active, found.length, event.key));
    else if (event.key === "Enter" && active >= 0) choose(active);
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
  }

  return stopAll(
    on(input, "input", () => lookUp()),
    on<KeyboardEvent>(input, "keydown", onKey),
    on(input, "blur", () => setTimeout(() => show([]), 150)), // after a click on an option had its turn
    on<MouseEvent>(list, "mousedown", (event) => event.preventDefault()),
    on<MouseEvent>(list, "click", ({ target }) => choose([...list.children].indexOf((target as Element).closest("[role=option]")!))),
    lookUp.cancel,
    () => running.abort(),
    () => list.remove(),
  );
}
