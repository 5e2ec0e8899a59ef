/** What the page tells about the city (`mangel/views/reporting/one_page.py`), and what follows from answers: as in `mangel/answers.py`. */
import { namedHazards } from "./categories";

export interface Option {
  code: string;
  text: string;
}
export interface Question {
  code: string;
  kind: "text" | "number" | "yes_no" | "single" | "multi" | "date" | "asset" | "notice";
  text: string;
  help: string | null;
  options: Option[];
  required: boolean;
  hazard_if: string[];
  private_if: string[];
  shown_if: { question: string; options: string[] } | null;
}
export interface Category {
  name: string;
  lang: string;
  place: "required" | "optional" | "none";
  /** Zone layers it follows, the one that counts most first. */
  layers: string[];
  hazard: "never" | "by_answer" | "always";
  private: boolean;
  needs_text_or_photo: boolean;
  questions: Question[];
}
export interface Hours {
  /** 0 is Monday. */
  days: number[];
  from: string;
  to: string;
  zone: string;
  free: string[];
}
export interface FlowData {
  language: string;
  categories: Record<string, Category>;
  hazard_words: string[];
  hours: Hours;
  outages: Record<string, { name: string; number: string }>;
}
export type Answers = Record<string, unknown>;

function given(answer: unknown, codes: string[]): boolean {
  return Array.isArray(answer) ? answer.some((one) => codes.includes(one)) : codes.includes(String(answer ?? ""));
}

export function isAnswered(answer: unknown): boolean {
  return Array.isArray(answer) ? answer.length > 0 : answer !== undefined && answer !== null && answer !== "";
}

/** Does a question belong, given the answers so far? */
export function isShown({ shown_if }: Question, answers: Answers): boolean {
  return !shown_if || given(answers[shown_if.question], shown_if.options);
}

/** What has to be answered before anything else, with the notices and questions that hang on it. */
export function toAskFirst(questions: Question[]): Question[] {
  const first = new Set(questions.filter(({ required, kind }) => required && kind !== "notice").map(({ code }) => code));
  for (const { code, shown_if } of questions) if (shown_if && first.has(shown_if.question)) first.add(code);
  return questions.filter(({ code }) => first.has(code));
}

/** Notices that hold whatever is answered. */
export function plainNotices(questions: Question[]): Question[] {
  return questions.filter(({ kind, shown_if }) => kind === "notice" && !shown_if);
}

/** What may be told as well. */
export function toAskLater(questions: Question[]): Question[] {
  const [first, plain] = [toAskFirst(questions), plainNotices(questions)];
  return questions.filter((question) => !first.includes(question) && !plain.includes(question));
}

export function missing(questions: Question[], answers: Answers): Question[] {
  return questions.filter((question) => question.required && question.kind !== "notice" && isShown(question, answers) && !isAnswered(answers[question.code]));
}

/** The answers whose questions are (still) shown; the server refuses none of them. */
export function belonging(questions: Question[], answers: Answers): Answers {
  const kept = questions.filter((question) => question.kind !== "notice" && isAnswered(answers[question.code]) && isShown(question, answers)).map(({ code }) => code);
  return Object.fromEntries(Object.entries(answers).filter(([code, answer]) => kept.includes(code) || (code === "place" && isAnswered(answer))));
}

/** Danger by matter, by answer, or by a word that was typed: the stop page comes. */
export function isDangerous(data: FlowData, code: string, answers: Answers, description: string): boolean {
  return dangers(data, code, answers, description).length > 0;
}

/** What the danger is, each by a name of its own: whoever said "Keine akute Gefahr" did not speak of one that came later. */
export function dangers(data: FlowData, code: string, answers: Answers, description: string): string[] {
  const category = data.categories[code];
  const chosen = ({ code, hazard_if }: Question): string[] => hazard_if.filter((option) => given(answers[code], [option])).map((option) => `${code}=${option}`);
  return [...(category?.hazard === "always" ? [code] : []), ...(category?.questions ?? []).flatMap(chosen), ...namedHazards(description, data.hazard_words)];
}

export function isPrivate(category: Category, answers: Answers): boolean {
  return category.private || category.questions.some((question) => given(answers[question.code], question.private_if));
}

/** Does somebody read reports at this moment? By the city's clock, whatever the device's zone. */
export function isOpen(hours: Hours, at: Date): boolean {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: hours.zone, weekday: "short", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday"));
  const time = `${part("hour")}:${part("minute")}`;
  return hours.days.includes(day) && !hours.free.includes(`${part("year")}-${part("month")}-${part("day")}`) && hours.from <= time && time < hours.to;
}

/** Matters that the ground suggests: those that follow a layer found at the place before any other, at most three. */
export function suggestedBy(layers: string[], categories: Record<string, Category>): string[] {
  const special = ["water", "road"].filter((layer) => layers.includes(layer));
  return special.flatMap((layer) => Object.keys(categories).filter((code) => categories[code]!.layers[0] === layer)).slice(0, 3);
}
