/** Between the steps: only what routing or danger needs to know. The last answer goes on by itself. */
import { find } from "../dom";
import { belonging, isShown, missing, toAskFirst, type Question } from "./catalogue";
import type { Flow, StepPart } from "./flow";
import { clearProblems, showProblems } from "./problems";
import { drawQuestions, targetOf, type Fields } from "./question-fields";
import { chosenLine } from "./step-summary";
import { onTapped } from "./tapped";

export function questionsStep(flow: Flow, form: HTMLElement): StepPart {
  const root = find("[data-questions]", form)!;
  let fields: Fields | null = null;
  let asked: Question[] = [];

  function enter(): void {
    const category = flow.category();
    const where = flow.around.question;
    asked = [...(category ? toAskFirst(category.questions) : []), ...(where ? [where] : [])];
    find("[data-chosen]", form)!.replaceChildren(...chosenLine(flow));
    clearProblems(form);
    fields = drawQuestions(root, asked, flow.answers(), flow.say);
  }

  /** Writes what was answered into the draft. */
  function take(): void {
    const category = flow.category();
    if (!fields || !category) return;
    flow.draft.fields.answers = belonging(category.questions, { ...flow.answers(), ...fields.read() });
  }

  async function submit(): Promise<void> {
    take();
    const open = missing(asked, flow.answers());
    if (open.length) return showProblems(form, open.map(({ code, text }) => ({ target: targetOf(code), message: flow.say("answer_missing", { question: text }) })), flow.say);
    await flow.onward();
  }

  let before = 0;
  const stopTaps = onTapped(root, () => {
    const now = fields?.shown() ?? 0;
    const grown = now > before; // the answer brought a notice or a question along: that wants to be read first
    before = now;
    take();
    const open = asked.filter((question) => isShown(question, flow.answers()) && question.kind !== "notice" && question.required);
    if (!grown && missing(open, flow.answers()).length === 0) void submit();
  });
  return {
    enter() {
      enter();
      before = fields?.shown() ?? 0;
    },
    submit,
    stop: stopTaps,
  };
}
