/** Says who will be responsible as soon as category and place are known. */
import { getJson, make, on, stopAll, withParams, words, type Stop } from "../dom";

interface Responsibility {
  office: { name: string } | null;
  reason: string | null;
}

export function reasonPreview(root: HTMLElement, form: HTMLFormElement): Stop {
  const say = words("reason");
  let running = new AbortController();
  const value = (name: string): string => String(new FormData(form).get(name) ?? "");

  async function refresh(): Promise<void> {
    running.abort();
    const { signal } = (running = new AbortController());
    const [category, lon, lat, accuracy] = [value("category") || root.dataset.category || "", value("lon") || root.dataset.lon || "", value("lat") || root.dataset.lat || "", value("accuracy_m")];
    if (!category || !lon || !lat) return void (root.hidden = true);
    try {
      const { office, reason } = await getJson<Responsibility>(withParams(root.dataset.responsibility!, { lon, lat, accuracy, category }), signal);
      root.hidden = !office;
      if (office) root.replaceChildren(make("div", { class: "reason stack-s" }, make("strong", {}, say("responsible", { office: office.name })), ...(reason ? [make("p", { class: "muted" }, reason)] : [])));
    } catch {
      if (!signal.aborted) root.hidden = true; // it will be said after sending
    }
  }

  root.setAttribute("aria-live", "polite");
  void refresh();
  return stopAll(on(form, "change", ({ target }) => void ((target as HTMLInputElement).name === "category" && refresh())), on(form, "mangel:place", () => void refresh()), () => running.abort());
}

/** Questions that belong to an answer are there only with it. Returns a function that stops it. */
export function shownIf(form: HTMLFormElement): Stop {
  function refresh(): void {
    const data = new FormData(form);
    for (const part of form.querySelectorAll<HTMLElement>("[data-shown-if]")) {
      const wanted = (part.dataset.shownIfValues ?? "").split(" ").filter(Boolean);
      const given = data.getAll(part.dataset.shownIf!).map(String);
      const shown = wanted.length ? wanted.some((value) => given.includes(value)) : given.some(Boolean);
      part.hidden = !shown;
      part.querySelectorAll<HTMLInputElement>("input, select, textarea").forEach((input) => (input.disabled = !shown));
    }
  }
  refresh();
  return on(form, "change", refresh);
}
