/** `/melden/` as one page: one step is shown at a time, every step is an entry of the browser's history, and the draft is kept at each.
 *  What the steps do is in `step-*.ts`; which one comes is in `steps.ts`. */
import { announce, find, findAll, on, stopAll, words, type Stop, type Words } from "../dom";
import { dangers, missing, toAskFirst, type Answers, type Category, type FlowData } from "./catalogue";
import { lookAround, type Around } from "./around";
import { locator, whenAllowed, type Locator } from "./fix";
import { categoryStep } from "./step-category";
import { dangerStep } from "./step-danger";
import { doubleStep, joinedStep } from "./step-double";
import { photoStep } from "./step-photo";
import { placeStep } from "./step-place";
import { questionsStep } from "./step-questions";
import { resumeStep } from "./step-resume";
import { summaryStep } from "./step-summary";
import { showProblems } from "./problems";
import { isStep, isWorthKeeping, numberOf, openStep, stepBefore, STEPS, type Step } from "./steps";
import { newDraft, store, type Begun } from "./store";
import { note } from "../worker/meta";
import { keyOfPage } from "../worker/paths";

/** One step's own part. `enter` fills it in when it is shown, `submit` reads it when one of its buttons is pressed. */
export interface StepPart {
  enter?: () => void;
  /** `go`: the value of the pressed button. */
  submit?: (go: string) => void | Promise<void>;
  stop?: Stop;
}

/** What the steps share. */
export interface Flow {
  readonly root: HTMLElement;
  readonly data: FlowData;
  readonly say: Words;
  readonly locator: Locator;
  draft: Begun;
  /** What the server knows about place and matter; empty offline. */
  around: Around;
  /** The stop page came after "Absenden": its answer sends. */
  sendNext: boolean;
  /** A photo is still being made smaller. */
  busy: Promise<void>;
  /** Makes photos small that came with a draft from the disk. */
  prepare: () => void;
  category: () => Category | null;
  answers: () => Answers;
  /** What is dangerous about it, as far as it was told. */
  dangers: () => string[];
  /** Is there one that the stop page was not answered for? */
  newDanger: () => boolean;
  shown: () => Step;
  save: () => Promise<void>;
  drop: () => Promise<void>;
  /** Shows a step as a new entry of the history, or in place of this one. */
  go: (step: Step, how?: "push" | "replace") => void;
  /** To the first step that still needs something. */
  onward: (how?: "push" | "replace") => Promise<void>;
  begin: () => void;
  /** Sends after the stop page was answered. */
  send: () => Promise<void>;
  /** It is on its way (or a double was joined): coming back begins a new one. */
  finish: () => void;
}

interface Entry {
  draft: string;
  step: Step;
  depth: number;
}
const PATIENCE_MS = 4_000;
const GIVEN = ["category", "lon", "lat", "accuracy_m", "place_source", "address", "place_hint"];

/** What the finder handed over in the address. */
export function givenFields(search: string, categories: Record<string, Category>): Record<string, unknown> {
  const given = new URLSearchParams(search);
  const fields = Object.fromEntries(GIVEN.flatMap((name) => (given.get(name) ? [[name, given.get(name)!.slice(0, 300)]] : [])));
  if (fields.category && !categories[fields.category]) delete fields.category;
  for (const name of ["lon", "lat", "accuracy_m"]) if (name in fields && !Number.isFinite(Number(fields[name]))) delete fields[name];
  if (fields.lon !== undefined && fields.lat !== undefined) fields.place_source ??= "map";
  return fields;
}

export function startFlow(root: HTMLElement): Stop {
  const data = JSON.parse(document.getElementById("flow-data")!.textContent!) as FlowData;
  const forms = new Map(findAll("[data-step]", root).map((form) => [form.dataset.step as Step, form]));
  const notKept = find("[data-not-kept]", root)!;
  const back = find("[data-back]", root)!;
  const titleEnd = document.title.split(" · ").slice(1).join(" · ");
  let kept = true;
  let finished = false;
  let shown: Step = "photo";
  const disk = store((works) => {
    kept = works;
    notKept.hidden = works;
  });
  const given = givenFields(location.search, data.categories);

  const flow: Flow = {
    root, data,
    say: words("flow"),
    locator: locator(() => parts.get("place")?.enter && shown === "place" && parts.get("place")!.enter!()),
    draft: { ...newDraft(data.language), fields: { ...given } },
    around: { key: "", office: "", reason: "", outside: "", layers: [], question: null, doubles: "", doubleIds: [] },
    sendNext: false,
    busy: Promise.resolve(),
    prepare: () => {},
    category: () => data.categories[String(flow.draft.fields.category ?? "")] ?? null,
    answers: () => (flow.draft.fields.answers as Answers | undefined) ?? {},
    dangers: () => dangers(data, String(flow.draft.fields.category ?? ""), flow.answers(), String(flow.draft.fields.description ?? "")),
    newDanger: () => flow.dangers().some((danger) => !flow.draft.danger || !flow.draft.dangers?.includes(danger)),
    shown: () => shown,
    async save() {
      if (finished) return;
      flow.draft.step = shown;
      await disk.save(flow.draft);
    },
    drop: () => disk.drop(flow.draft.key),
    go(step, how = "push") {
      const depth = entry()?.draft === flow.draft.key ? entry()!.depth + (how === "push" ? 1 : 0) : 0;
      const state: Entry = { draft: flow.draft.key, step, depth };
      if (how === "push") history.pushState(state, "");
      else history.replaceState(state, "");
      show(step);
      if (isWorthKeeping(flow.draft) && step !== "resume") void flow.save();
    },
    async onward(how) {
      const step = next();
      if (step === "place" || step === "category") {
        // Nothing to wait for; what the ground suggests may come while people look at the tiles.
        if (step === "category") void lookAround(flow).then(() => shown === "category" && parts.get("category")!.enter!());
        return flow.go(step, how);
      }
      root.setAttribute("aria-busy", "true");
      await lookAround(flow);
      root.removeAttribute("aria-busy");
      flow.go(next(), how);
    },
    begin() {
      flow.draft = { ...newDraft(data.language), fields: { ...given } };
      flow.go("photo", "replace");
    },
    send: () => parts.get("summary")!.submit!("send") as Promise<void>,
    finish() {
      finished = true;
    },
  };

  const parts = new Map<Step, StepPart>();
  const part = (step: Step, make: (flow: Flow, form: HTMLElement) => StepPart) => void parts.set(step, make(flow, forms.get(step)!));
  part("photo", photoStep);
  part("resume", resumeStep);
  part("place", placeStep);
  part("category", categoryStep);
  part("questions", questionsStep);
  part("double", doubleStep);
  part("joined", joinedStep);
  part("danger", dangerStep);
  part("summary", summaryStep);

  function next(): Step {
    const { draft, around } = flow;
    const category = flow.category();
    const answers = flow.answers();
    const open = category ? missing(toAskFirst(category.questions), answers).length > 0 : false;
    return openStep(draft, {
      danger: flow.newDanger(),
      questions: open || (around.question !== null && !answers.place),
      doubles: around.doubleIds.some((id) => !draft.notIt.includes(id)),
    });
  }

  function entry(): Entry | null {
    const state = history.state as Partial<Entry> | null;
    return state?.draft && isStep(state.step) ? { draft: state.draft, step: state.step, depth: state.depth ?? 0 } : null;
  }

  function show(step: Step): void {
    shown = step;
    if (step !== "danger") flow.sendNext = false;
    forms.forEach((form, name) => (form.hidden = name !== step));
    const number = numberOf(step);
    find("[data-stepping]", root)!.hidden = number === null;
    if (number !== null) {
      findAll(".steps span", root).forEach((bar, at) => bar.classList.toggle("on", at < number));
      find("[data-step-words]", root)!.textContent = flow.say("step", { n: number, all: STEPS });
    }
    back.hidden = stepBefore(step) === null;
    parts.get(step)?.enter?.();
    if (shown !== step) return; // it had nothing to ask and went on
    const heading = find("h1", forms.get(step)!)!;
    document.title = [heading.textContent, titleEnd].filter(Boolean).join(" · ");
    if (find("[data-problems]", forms.get(step)!)) return;
    scrollTo({ top: 0, behavior: "instant" });
    heading.focus({ preventScroll: true });
    if (number !== null) announce(flow.say("step", { n: number, all: STEPS }));
  }

  function cameBack(): void {
    const state = entry();
    if (finished || !state || state.draft !== flow.draft.key) return anew();
    show(state.step === "resume" ? "photo" : state.step);
  }

  /** A page without anything of the last report in it. */
  function anew(): void {
    history.replaceState(null, "");
    location.reload();
  }

  async function pickUp(): Promise<void> {
    const found = await disk.load();
    if (flow.shown() !== "photo" || flow.draft.photos.length) return; // somebody was quicker than the disk
    const here = entry();
    if (found && isWorthKeeping(found)) {
      found.language = data.language;
      found.traces ??= {};
      flow.draft = found;
      flow.prepare();
      // The same tab, come back from the camera or in another language: go on where it was. Else ask.
      if (here?.draft !== found.key) return flow.go("resume", "replace");
      const step = isStep(found.step) ? found.step : "photo";
      if (step !== "photo") await lookAround(flow);
      flow.go(["resume", "joined", "queued"].includes(step) ? next() : step, "replace");
      return announce(flow.say("back_again"));
    }
    flow.go("photo", "replace");
  }

  /** Can this page be had in that language? Without network only if the device keeps it; then the worker is told to take it. */
  async function isThereIn(code: string): Promise<boolean> {
    const answers = await fetch(location.pathname, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }).then(({ ok }) => ok, () => false);
    if (answers) return true;
    const kept = "caches" in window && (await caches.match(keyOfPage(location.pathname, code)).catch(() => undefined));
    if (kept) await note("language", code).catch(() => undefined);
    return Boolean(kept);
  }

  async function changeLanguage(code: string): Promise<void> {
    if (!(await isThereIn(code))) return showProblems(forms.get(shown)!, [{ target: "", message: flow.say("language_offline") }], flow.say);
    await flow.busy;
    await flow.save();
    if (!kept && isWorthKeeping(flow.draft) && !confirm(flow.say("language_loses"))) return;
    document.cookie = `${root.dataset.languageCookie}=${code}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  }

  async function pressed(event: SubmitEvent, step: Step): Promise<void> {
    event.preventDefault();
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.dataset.language !== undefined) return changeLanguage(button.value);
    if (root.getAttribute("aria-busy") === "true") return; // a second press while the first is at work
    await parts.get(step)?.submit?.(button?.value ?? "next");
  }

  root.classList.add("started");
  const stop = stopAll(
    ...[...forms].map(([step, form]) => on<SubmitEvent>(form, "submit", (event) => void pressed(event, step))),
    on(back, "click", () => ((entry()?.depth ?? 0) > 0 ? history.back() : flow.go(stepBefore(shown) ?? "photo", "replace"))),
    on(window, "popstate", cameBack),
    on<PageTransitionEvent>(window, "pageshow", ({ persisted }) => persisted && finished && anew()),
    on<BeforeUnloadEvent>(window, "beforeunload", (event) => void (!kept && !finished && isWorthKeeping(flow.draft) && event.preventDefault())),
    whenAllowed(forms.get("photo")!, () => flow.locator.start()),
    () => flow.locator.stop(),
    ...[...parts.values()].map(({ stop }) => stop),
  );
  find("h1", forms.get("photo")!)!.focus({ preventScroll: true });
  void pickUp();
  return stop;
}
