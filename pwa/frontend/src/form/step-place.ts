/** Step 2: where it is. The device's best fix, the photo's own place, the map, an address, or words. */
import { find, findAll, getJson, make, on, stopAll, withParams, words } from "../dom";
import { fold } from "../fold";
import { whoSaysWhere, needsAsking, type Fix, type Trace } from "./fix";
import type { Flow, StepPart } from "./flow";
import { NAMED, placePicker, SETTLED } from "./place-picker";
import { clearProblems, showProblems } from "./problems";
import { readAddresses, type Address, type AddressCollection } from "./suggest";

const NAMES = ["lon", "lat", "accuracy_m", "place_source", "address", "place_hint"] as const;
const PATIENCE_MS = 4_000;

/** The one address that is exactly what was typed, with or without the town. */
export function sureOne(found: Address[], typed: string): Address | null {
  const wanted = fold(typed);
  const sure = found.filter(({ label }) => fold(label) === wanted || fold(label.split(",")[0] ?? "") === wanted);
  return sure.length === 1 ? sure[0]! : null;
}

export function placeStep(flow: Flow, form: HTMLElement): StepPart {
  const say = words("place");
  const root = find("[data-place]", form)!;
  const input = (name: string) => find<HTMLInputElement>(`input[name="${name}"]`, root)!;
  const go = find<HTMLElement>("[data-place-go]", form)!;
  const onward = go.textContent;
  const picker = placePicker(root, () => flow.locator.start());
  let offered = "";

  /** The photo whose trace tells most. */
  function trace(): Trace | null {
    const traces = flow.draft.photos.flatMap(({ key }) => flow.draft.traces?.[key] ?? []);
    return traces.find(({ place }) => place) ?? traces[0] ?? null;
  }

  function offer(): void {
    const { fix, problem, searching } = flow.locator;
    if (picker.isTouched()) return;
    const photo = trace();
    if (searching && (!fix || needsAsking(fix.accuracyM))) return picker.tellSearching();
    const verdict = whoSaysWhere(fix, photo, Date.now());
    const now = JSON.stringify([verdict, fix && needsAsking(fix.accuracyM), searching ? "" : fix]);
    if (now === offered) return;
    offered = now;
    if (verdict === "photo") picker.offerPhoto(photo!.place!);
    else if (verdict === "either") picker.offerEither(photo!.place!, fix!);
    else if (verdict === "nothing") return problem ? picker.tellProblem(problem) : flow.locator.start();
    else picker.offerDevice(fix as Fix, verdict === "device-old-photo" ? say("old_photo", { day: dayOf(photo!.takenAt!) }) : "");
  }

  function dayOf(ms: number): string {
    return new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" }).format(ms);
  }

  function enter(): void {
    if (flow.draft.fields.place_source && flow.draft.fields.place_source !== "none") {
      if (input("lon").value || input("address").value) return;
      for (const name of NAMES) input(name).value = String(flow.draft.fields[name] ?? "");
      return picker.reload();
    }
    offer();
  }

  function nameGo(): void {
    const known = input("lon").value !== "";
    go.textContent = (known && go.dataset.here) || onward;
  }

  /** Takes the inputs over into the draft. Another place has other doubles, and another question about the spot. */
  function store(fields: Record<string, unknown>): void {
    const before = JSON.stringify(NAMES.map((name) => flow.draft.fields[name]));
    for (const name of NAMES) delete flow.draft.fields[name];
    Object.assign(flow.draft.fields, fields);
    if (before === JSON.stringify(NAMES.map((name) => flow.draft.fields[name]))) return;
    flow.draft.notIt = [];
    const { place: _place, ...answers } = flow.answers();
    flow.draft.fields.answers = answers;
    flow.draft.placeWords = fields.place_source === "none" ? "" : placeWords(fields);
  }

  let named = { lon: "", words: "" };
  /** The place as people say it; its name may come later, or never (offline). */
  function placeWords({ address, lon, place_source, accuracy_m }: Record<string, unknown>): string {
    if (lon === undefined || place_source === "address") return String(address ?? "");
    if (named.words && named.lon === input("lon").value) return named.words;
    if (place_source === "gps") return flow.say("where_i_am", { metres: Number(accuracy_m) });
    return flow.say(place_source === "photo" ? "where_photo" : "on_the_map");
  }
  function nameComes(words: string): void {
    named = { lon: input("lon").value, words };
    const { lon, place_source } = flow.draft.fields;
    if (words && place_source !== "address" && Number(lon) === Number(named.lon)) flow.draft.placeWords = words;
  }

  async function addresses(typed: string): Promise<Address[]> {
    try {
      return readAddresses(await getJson<AddressCollection>(withParams(flow.root.dataset.addresses!, { q: typed }), AbortSignal.timeout(PATIENCE_MS))).slice(0, 5);
    } catch {
      return []; // offline: the words go as they are, the server looks them up for the clerk
    }
  }

  /** Asks once which of several addresses is meant. */
  function askWhich(found: Address[], typed: string): void {
    const choice = (value: string, text: string, checked: boolean) => {
      const radio = make("input", { type: "radio", name: "match", value });
      radio.checked = checked;
      return make("label", { class: "choice" }, radio, text);
    };
    const choices = [...found.map(({ label }, at) => choice(String(at), label, at === 0)), choice("words", flow.say("as_written", { typed }), false)];
    const asked = make("fieldset", { class: "field", "data-match": "" }, make("legend", {}, flow.say("which_address")), make("div", { class: "choices" }, ...choices));
    find("[data-field=address]", root)!.before(asked);
    matches = found;
    find<HTMLInputElement>("input", asked)!.focus();
  }
  let matches: Address[] = [];

  function closeMatches(): void {
    findAll("[data-match]", root).forEach((asked) => asked.remove());
    matches = [];
  }

  function take({ label, lon, lat }: Address): void {
    input("address").value = label;
    Object.assign(input("lon"), { value: lon.toFixed(7) });
    Object.assign(input("lat"), { value: lat.toFixed(7) });
    input("place_source").value = "address";
  }

  async function submit(pressed: string): Promise<void> {
    clearProblems(form);
    if (pressed === "without") {
      store({ place_source: "none", ...(input("place_hint").value.trim() ? { place_hint: input("place_hint").value.trim() } : {}) });
      return flow.onward();
    }
    const typed = input("address").value.trim();
    if (!input("lon").value && typed) {
      const chosen = find<HTMLInputElement>("[data-match] :checked", root)?.value;
      if (chosen && chosen !== "words") take(matches[Number(chosen)]!);
      if (!chosen) {
        const found = await addresses(typed);
        const sure = sureOne(found, typed);
        if (sure) take(sure);
        else if (found.length) return askWhich(found, typed);
      }
    }
    if (!input("lon").value && !typed) return showProblems(form, [{ target: "id_address", message: flow.say("place_missing") }], flow.say);
    closeMatches();
    const fields: Record<string, unknown> = {};
    for (const name of NAMES) if (input(name).value.trim()) fields[name] = input(name).value.trim();
    for (const name of ["lon", "lat", "accuracy_m"]) if (fields[name] !== undefined) fields[name] = Number(fields[name]);
    fields.place_source ??= "address";
    store(fields);
    await flow.onward();
  }

  return {
    enter,
    submit,
    stop: stopAll(
      on(root, "mangel:place", nameGo),
      on<CustomEvent<string>>(root, NAMED, ({ detail }) => nameComes(detail)),
      on(root, SETTLED, () => void submit("next")),
      on(input("address"), "input", closeMatches),
      picker.stop,
    ),
  };
}
