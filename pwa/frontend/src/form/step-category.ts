/** Step 3: what it is. A tap on a tile goes on by itself. */
import { find, findAll, on, stopAll } from "../dom";
import { categorySearch } from "./categories";
import { suggestedBy } from "./catalogue";
import type { Flow, StepPart } from "./flow";
import { clearProblems, showProblems } from "./problems";
import { onTapped } from "./tapped";

export function categoryStep(flow: Flow, form: HTMLElement): StepPart {
  const root = find("[data-categories]", form)!;
  const bottom = find("[data-category-go]", form)!;
  const suggested = find("[data-category-suggested]", root)!;

  /** Copies of the tiles that the ground suggests; those among the frequent need no second one. */
  function suggest(): void {
    const frequent = findAll<HTMLInputElement>("[data-category-frequent] input", root).map(({ value }) => value);
    const codes = suggestedBy(flow.around.layers, flow.data.categories).filter((code) => !frequent.includes(code));
    const tiles = codes.flatMap((code) => {
      const tile = find(`[data-category-group] input[value="${CSS.escape(code)}"]`, root)?.closest("label")?.cloneNode(true) as HTMLElement | undefined;
      if (!tile) return [];
      const input = find<HTMLInputElement>("input", tile)!;
      input.id = `s-${code}`;
      input.checked = false;
      return [tile];
    });
    find(".tiles", suggested)!.replaceChildren(...tiles);
    suggested.hidden = tiles.length === 0;
  }

  function enter(): void {
    suggest();
    const code = flow.draft.fields.category;
    findAll<HTMLInputElement>("input[name=category]", root).forEach((input) => (input.checked = input.value === code));
    bottom.hidden = !code;
  }

  async function choose(code: string): Promise<void> {
    clearProblems(form);
    if (code !== flow.draft.fields.category) {
      // Another matter has other questions, other doubles, another danger.
      Object.assign(flow.draft.fields, { category: code, answers: {} });
      flow.draft.notIt = [];
      flow.draft.danger = "";
      flow.draft.dangers = [];
    }
    await flow.onward();
  }

  return {
    enter,
    async submit() {
      const code = find<HTMLInputElement>("input[name=category]:checked", root)?.value;
      if (!code) return showProblems(form, [{ target: "", message: flow.say("category_missing") }], flow.say);
      await choose(code);
    },
    stop: stopAll(categorySearch(root), on(root, "change", () => (bottom.hidden = false)), onTapped(root, ({ value }) => void choose(value))),
  };
}
