/** Step 4: everything as it will be sent, each part one tap from being changed; and sending. */
import { find, findAll, make, on, counted, stopAll } from "../dom";
import { belonging, isAnswered, isPrivate, isShown, missing, plainNotices, toAskFirst, toAskLater, type Question } from "./catalogue";
import type { Flow, StepPart } from "./flow";
import { clearProblems, showProblems, type Problem } from "./problems";
import { drawQuestions, fieldOf, targetOf, type Fields } from "./question-fields";
import type { Step } from "./steps";
import { send, type Outcome } from "../outbox";

const WHERE: Record<string, Step> = { category: "category", lon: "place", lat: "place", accuracy_m: "place", place_source: "place", address: "place", place_hint: "place", photos: "photo", photos_expected: "photo" };

export function symbol(name: string): Node[] {
  const held = document.getElementById(`symbol-${name}`) as HTMLTemplateElement | null;
  return held ? [held.content.cloneNode(true)] : [];
}

export function placeLine(flow: Flow): string {
  const { place_source, address, lon, place_hint } = flow.draft.fields as Record<string, string | undefined>;
  const words = place_source === "none" ? flow.say("no_place") : flow.draft.placeWords || address || (lon !== undefined ? flow.say("on_the_map") : "");
  return [words, place_hint].filter(Boolean).join(" · ");
}

/** Icon and name of the chosen matter. */
export function chosenLine(flow: Flow): Node[] {
  const category = flow.category();
  if (!category) return [];
  const icon = find(`[data-category-group] input[value="${CSS.escape(String(flow.draft.fields.category))}"] ~ .icon`, flow.root)?.cloneNode(true);
  const name = make("strong", [flow.data.language, flow.data.language.split("-")[0]].includes(category.lang) ? {} : { lang: category.lang }, category.name);
  return [...(icon ? [icon] : []), name];
}

/** What the draft holds, in lines. */
export function facts(flow: Flow): HTMLElement[] {
  const line = (...children: (Node | string)[]) => make("p", { class: "row facts-line" }, ...children);
  const lines = [flow.draft.photos.length ? line(...symbol("camera"), counted(flow.say, "photos", flow.draft.photos.length)) : null, placeLine(flow) ? line(...symbol("pin"), placeLine(flow)) : null, flow.category() ? line(...chosenLine(flow)) : null];
  return lines.filter((one) => one !== null);
}

function inWords(question: Question, answer: unknown): string {
  const texts = (Array.isArray(answer) ? answer : [answer]).map((code) => question.options.find((option) => option.code === code)?.text ?? String(code));
  return texts.join(", ");
}

export function summaryStep(flow: Flow, form: HTMLElement): StepPart {
  const description = find<HTMLTextAreaElement>("textarea", form)!;
  const more = find<HTMLDetailsElement>("[data-more]", form)!;
  const button = find<HTMLButtonElement>("[data-send]", form)!;
  const row = (name: string) => find(`[data-sum=${name}]`, form)!;
  const value = (name: string) => find("[data-value]", row(name))!;
  let later: Fields | null = null;
  let drawnFor = "";
  let previews: string[] = [];
  let sending = false;

  function showPhotos(): void {
    previews.forEach((url) => URL.revokeObjectURL(url));
    previews = flow.draft.photos.map(({ blob }) => URL.createObjectURL(blob));
    const pictures = flow.draft.photos.map(({ alt }, at) => {
      const picture = make("img", { class: "thumb", src: previews[at]!, alt });
      picture.addEventListener("error", () => picture.remove());
      return picture;
    });
    value("photo").replaceChildren(...(pictures.length ? [...pictures, make("span", { class: "visually-hidden" }, counted(flow.say, "photos", pictures.length))] : [flow.say("no_photo")]));
  }

  function showAnswers(): void {
    const asked = [...toAskFirst(flow.category()!.questions), ...(flow.around.question ? [flow.around.question] : [])];
    const answers = flow.answers();
    const told = asked.filter((question) => question.kind !== "notice" && isShown(question, answers) && isAnswered(answers[question.code]));
    row("questions").hidden = told.length === 0;
    value("questions").replaceChildren(...told.map((question) => make("p", {}, make("span", { class: "muted small" }, question.text), make("br"), inWords(question, answers[question.code]))));
  }

  /** Who is responsible, as far as the server could be asked. */
  function showReason(): void {
    const { office, reason, outside } = flow.around;
    const box = find("[data-reason]", form)!;
    box.hidden = !office;
    if (office) box.replaceChildren(make("strong", {}, flow.say("responsible", { office })), ...(reason ? [make("p", { class: "muted" }, reason)] : []));
    const note = find("[data-outside]", form)!;
    note.hidden = !outside || outside === reason;
    note.textContent = outside;
  }

  function showQuestions(): void {
    const { questions } = flow.category()!;
    const code = String(flow.draft.fields.category);
    const asked = toAskLater(questions);
    if (drawnFor !== code) {
      drawnFor = code;
      more.open = false;
      find("[data-notices]", form)!.replaceChildren(...plainNotices(questions).map((question) => fieldOf(question, null, flow.say)));
      later = drawQuestions(find("[data-questions]", more)!, asked, flow.answers(), flow.say);
    }
    more.hidden = asked.length === 0;
  }

  function enter(): void {
    const category = flow.category();
    if (!category) return void flow.onward("replace");
    showPhotos();
    value("place").textContent = placeLine(flow);
    value("category").replaceChildren(...chosenLine(flow));
    showAnswers();
    showReason();
    showQuestions();
    description.value = String(flow.draft.fields.description ?? "");
    showPublic();
  }

  function showPublic(): void {
    const category = flow.category()!;
    const hidden = isPrivate(category, flow.answers());
    find("[data-private]", form)!.hidden = !hidden;
    find("[data-public]", form)!.hidden = hidden;
    find("[data-optional]", form)!.hidden = category.needs_text_or_photo && !flow.draft.photos.length;
  }

  function take(): void {
    const category = flow.category();
    if (!category) return;
    flow.draft.fields.answers = belonging(category.questions, { ...flow.answers(), ...later?.read() });
    flow.draft.fields.description = description.value.trim();
  }

  function problems(): Problem[] {
    const category = flow.category()!;
    const open = missing(category.questions, flow.answers()).map(({ code, text }) => ({ target: targetOf(code), message: flow.say("answer_missing", { question: text }) }));
    const empty = category.needs_text_or_photo && !flow.draft.photos.length && !flow.draft.fields.description;
    return [...open, ...(empty ? [{ target: "id_description", message: flow.say("text_missing") }] : [])];
  }

  async function submit(): Promise<void> {
    if (sending) return;
    clearProblems(form);
    take();
    const found = problems();
    if (found.length) return showProblems(form, found, flow.say);
    if (flow.newDanger()) {
      flow.sendNext = true;
      return flow.go("danger");
    }
    await deliver();
  }

  async function deliver(): Promise<void> {
    sending = true;
    const words = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy ?? words;
    try {
      await flow.busy; // a photo that is still being made smaller
      if (flow.draft.danger) flow.draft.fields.danger = flow.draft.danger;
      await flow.save();
      settled(await send(flow.draft));
    } catch {
      showProblems(form, [{ target: "", message: flow.say("failed") }], flow.say);
    } finally {
      sending = false;
      button.removeAttribute("aria-disabled");
      button.textContent = words;
    }
  }

  function settled(outcome: Outcome): void {
    if (outcome.kind === "refused") return refused(outcome.problems);
    flow.finish();
    if (outcome.kind === "sent") return location.replace(`${outcome.report.tracking_url}?angekommen=1`);
    find("[data-queued-danger]", flow.root)!.hidden = flow.dangers().length === 0;
    flow.go("queued", "replace");
  }

  /** The server found something: to the step where it can be mended, with its words. */
  function refused(problems: { field: string; message: string }[]): void {
    const told = problems.map(({ field, message }) => ({ field, message: message || flow.say("failed") }));
    const step = told.map(({ field }) => WHERE[field]).find(Boolean) ?? "summary";
    const target = (field: string) => (field.startsWith("answers.") ? targetOf(field.slice("answers.".length)) : WHERE[field] === "place" ? "id_address" : field === "description" ? "id_description" : "");
    if (step !== "summary") flow.go(step);
    const where = find(`[data-step=${step}]`, flow.root)!;
    if (told.some(({ field }) => field.startsWith("answers."))) more.open = true;
    showProblems(where, told.map(({ field, message }) => ({ target: target(field), message })), flow.say);
  }

  return {
    enter,
    submit,
    stop: stopAll(
      ...findAll("[data-edit]", form).map((edit) => on(edit, "click", () => (take(), flow.go(edit.dataset.edit as Step)))),
      on(form, "change", () => (take(), showPublic(), void flow.save())),
      () => previews.forEach((url) => URL.revokeObjectURL(url)),
    ),
  };
}
