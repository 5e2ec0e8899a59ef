/** Between the steps: "Ist es das hier?" One tap joins, another goes on; afterwards one may add to it. */
import { find, spoken } from "../dom";
import type { Flow, StepPart } from "./flow";
import { showProblems } from "./problems";

const JOIN = "join-";
/** What the server says after joining. */
interface Joined {
  number: string;
  url: string;
  said: string;
}
let joined: Joined | null = null;

export function doubleStep(flow: Flow, form: HTMLElement): StepPart {
  const list = find("[data-doubles-list]", form)!;

  async function join(number: string): Promise<void> {
    try {
      const response = await fetch(flow.root.dataset.doubles!, { method: "POST", body: new URLSearchParams({ report: number }), credentials: "same-origin", signal: AbortSignal.timeout(15_000) });
      const told = (await response.json()) as Joined & { message?: string };
      if (!response.ok) return showProblems(form, [{ target: "", message: told.message ?? flow.say("failed") }], flow.say);
      joined = told;
    } catch {
      return showProblems(form, [{ target: "", message: flow.say("failed") }], flow.say);
    }
    await flow.drop(); // it has been said; what is left matters only if somebody adds to it
    flow.draft.notIt = [...flow.draft.notIt, number];
    flow.go("joined", "replace");
  }

  return {
    enter() {
      // HTML of our own server, escaped by its templates; the CSP runs no script in it.
      const page = new DOMParser().parseFromString(flow.around.doubles, "text/html");
      list.replaceChildren(...page.body.childNodes);
    },
    async submit(go) {
      if (go.startsWith(JOIN)) return join(go.slice(JOIN.length));
      flow.draft.notIt = [...new Set([...flow.draft.notIt, ...flow.around.doubleIds])];
      await flow.onward();
    },
  };
}

export function joinedStep(flow: Flow, form: HTMLElement): StepPart {
  return {
    enter() {
      if (!joined) return;
      find("[data-joined-said]", form)!.textContent = joined.said;
      find<HTMLAnchorElement>("[data-joined-link]", form)!.href = joined.url;
      const photo = find("[data-joined-photo]", form)!;
      if (flow.draft.photos.length) photo.textContent = photo.dataset.own!;
    },
    submit(go) {
      // An addition is a report of its own beside the other: the city merges it, and nothing goes public unseen.
      const number = spoken(joined?.number ?? "");
      flow.draft.fields.description = flow.say(go === "worse" ? "worse" : "addition", { number });
      flow.go(go === "photo" && !flow.draft.photos.length ? "photo" : "summary");
    },
  };
}
