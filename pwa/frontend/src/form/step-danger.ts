/** Stop: "Akute Gefahr? 112 · 110". Works offline, and then says that nothing has been sent. */
import { find, make, on, stopAll } from "../dom";
import { isOpen } from "./catalogue";
import type { Flow, StepPart } from "./flow";

export function dangerStep(flow: Flow, form: HTMLElement): StepPart {
  function refresh(): void {
    find("[data-danger-offline]", form)!.hidden = navigator.onLine;
    const closed = find("[data-danger-closed]", form);
    if (closed) closed.hidden = isOpen(flow.data.hours, new Date());
    const line = find("[data-danger-outage]", form);
    const outage = flow.data.outages[flow.around.officeCode ?? ""];
    if (!line) return;
    line.hidden = !outage;
    if (outage) line.replaceChildren(make("strong", {}, outage.name), ": ", make("a", { href: `tel:${outage.number}` }, outage.number));
  }
  return {
    enter: refresh,
    async submit(go) {
      if (go !== "called" && go !== "calm") return;
      flow.draft.danger = go;
      flow.draft.dangers = flow.dangers();
      const { sendNext } = flow;
      flow.sendNext = false;
      if (!sendNext) return flow.onward();
      flow.go("summary", "replace");
      await flow.send();
    },
    stop: stopAll(on(window, "online", refresh), on(window, "offline", refresh)),
  };
}
