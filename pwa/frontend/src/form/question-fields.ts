/** Questions of a category as form fields, with the markup of `mangel/_question.html`. */
import { findAll, make, type Words } from "../dom";
import { isShown, type Answers, type Question } from "./catalogue";

export function idOf(code: string): string {
  return `id_answers-${code}`;
}

/** The id an error leads to: the first input. */
export function targetOf(code: string): string {
  return document.getElementById(idOf(code)) ? idOf(code) : `${idOf(code)}_0`;
}

function titleOf({ text, required }: Question, say: Words): (Node | string)[] {
  const words = make("bdi", {}, text); // German words of a city that did not translate them, in an Arabic page
  return required ? [words] : [words, " ", make("span", { class: "optional" }, `(${say("optional")})`)];
}

function choicesOf(question: Question, answer: unknown, say: Words): HTMLElement {
  const given = Array.isArray(answer) ? answer : [answer];
  const choices = question.options.map(({ code, text }, at) => {
    const input = make("input", { type: question.kind === "multi" ? "checkbox" : "radio", name: `answers-${question.code}`, value: code, id: `${idOf(question.code)}_${at}` });
    input.checked = given.includes(code);
    return make("label", { class: "choice" }, input, make("bdi", {}, text));
  });
  const help = question.help ? [make("p", { class: "help" }, question.help)] : [];
  return make("fieldset", { class: "field" }, make("legend", {}, ...titleOf(question, say)), ...help, make("div", { class: "choices" }, ...choices));
}

function inputOf(question: Question, answer: unknown, say: Words): HTMLElement {
  const id = idOf(question.code);
  const input = make("input", { id, name: `answers-${question.code}`, maxlength: "500" });
  if (question.kind === "date") input.type = "date";
  if (question.kind === "number") input.inputMode = "decimal";
  if (question.help) input.setAttribute("aria-describedby", `${id}_helptext`);
  input.value = String(answer ?? "");
  const help = question.help ? [make("p", { class: "help", id: `${id}_helptext` }, question.help)] : [];
  return make("div", { class: "field" }, make("label", { for: id }, ...titleOf(question, say)), ...help, input);
}

export function fieldOf(question: Question, answer: unknown, say: Words): HTMLElement {
  if (question.kind === "notice") return make("div", { class: "note warning" }, make("p", {}, question.text));
  return question.options.length ? choicesOf(question, answer, say) : inputOf(question, answer, say);
}

/** What the fields in `root` say, as the API reads it: lists for several, text for one. */
export function readFields(root: HTMLElement, questions: Question[]): Answers {
  const inputs = findAll<HTMLInputElement>("input[name^='answers-']", root);
  const read = questions.map(({ code, kind }): [string, unknown] => {
    const mine = inputs.filter(({ name }) => name === `answers-${code}`);
    const chosen = mine.filter(({ type, checked }) => !["radio", "checkbox"].includes(type) || checked).map(({ value }) => value.trim());
    return [code, kind === "multi" ? chosen : (chosen[0] ?? "")];
  });
  return Object.fromEntries(read);
}

export interface Fields {
  /** All that was answered in them. */
  read: () => Answers;
  /** How many are shown now. */
  shown: () => number;
}

/** Fills `root` with questions; those that hang on an answer come and go with it. */
export function drawQuestions(root: HTMLElement, questions: Question[], answers: Answers, say: Words): Fields {
  const parts = questions.map((question) => ({ question, field: fieldOf(question, answers[question.code], say) }));
  root.replaceChildren(...parts.map(({ field }) => field));
  const read = (): Answers => readFields(root, questions);
  function refresh(): void {
    const now = { ...answers, ...read() };
    for (const { question, field } of parts) field.hidden = !isShown(question, now);
  }
  root.addEventListener("change", refresh);
  refresh();
  return { read, shown: () => parts.filter(({ field }) => !field.hidden).length };
}
