/** "Weiter mit Ihrer angefangenen Meldung?": what the camera app, a call or an empty battery interrupted. */
import { find } from "../dom";
import { lookAround } from "./around";
import type { Flow, StepPart } from "./flow";
import { facts } from "./step-summary";
import { isStep, openStep } from "./steps";

export function resumeStep(flow: Flow, form: HTMLElement): StepPart {
  return {
    enter: () => find("[data-resume-what]", form)!.replaceChildren(...facts(flow)),
    async submit(go) {
      if (go === "anew") {
        await flow.drop();
        return flow.begin();
      }
      const { step } = flow.draft;
      await lookAround(flow);
      const known = isStep(step) && !["resume", "joined", "queued", "photo"].includes(step);
      if (known && step !== "double") return flow.go(step, "replace");
      if (openStep(flow.draft, { danger: false, questions: false, doubles: false }) === "place" && !flow.draft.photos.length) return flow.go("photo", "replace");
      await flow.onward("replace");
    },
  };
}
