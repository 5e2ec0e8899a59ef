/** What has to be mended in a step: a summary that takes the focus, and a sentence beside each field. */
import { counted, find, findAll, make, type Words } from "../dom";

export interface Problem {
  /** The id of the input, "" where it is about the whole. */
  target: string;
  message: string;
}

export function clearProblems(form: HTMLElement): void {
  findAll("[data-problems], [data-problem]", form).forEach((part) => part.remove());
  findAll(".wrong", form).forEach((part) => part.classList.remove("wrong"));
  findAll("[aria-invalid]", form).forEach((part) => {
    part.removeAttribute("aria-invalid");
    const others = (part.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !id.endsWith("_error"));
    if (others.length) part.setAttribute("aria-describedby", others.join(" "));
    else part.removeAttribute("aria-describedby");
  });
}

function beside(form: HTMLElement, { target, message }: Problem): void {
  const input = target ? find(`#${CSS.escape(target)}`, form) : null;
  const field = input?.closest(".field, fieldset");
  if (!input || !field) return;
  field.classList.add("wrong");
  const id = `${target}_error`;
  const label = find("legend, label", field);
  label?.after(make("p", { class: "error", id, "data-problem": "" }, message));
  const described = field.matches("fieldset") ? field : input; // a group of choices is wrong as a whole
  described.setAttribute("aria-invalid", "true");
  described.setAttribute("aria-describedby", [described.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
  if (described.matches("fieldset")) described.removeAttribute("aria-invalid"); // the role has no such state
}

export function showProblems(form: HTMLElement, problems: Problem[], say: Words): void {
  clearProblems(form);
  if (!problems.length) return;
  problems.forEach((problem) => beside(form, problem));
  const lines = problems.map(({ target, message }) => make("li", {}, target && find(`#${CSS.escape(target)}`, form) ? make("a", { href: `#${target}` }, message) : message));
  const summary = make("div", { class: "problems", role: "alert", tabindex: "-1", "data-problems": "" }, make("h2", {}, counted(say, "problems", problems.length)), make("ul", {}, ...lines));
  // A link to a field must not write a step into the history.
  summary.addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a");
    if (!link) return;
    event.preventDefault();
    const input = find(link.getAttribute("href")!, form);
    input?.closest("details")?.setAttribute("open", "");
    input?.focus();
  });
  find("h1", form)!.after(summary);
  summary.focus();
}
