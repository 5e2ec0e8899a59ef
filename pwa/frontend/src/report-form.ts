/** The form route: works as it is, easier with this. No map library before somebody asks for the map. */
import { find, findAll, stopAll, type Stop } from "./dom";
import { categorySearch } from "./form/categories";
import { startFlow } from "./form/flow";
import { guardSubmit } from "./form/guard";
import { placePicker } from "./form/place-picker";
import { reasonPreview, shownIf } from "./form/reason";

/** A page of the way without JavaScript: somebody got here before the script did. Returns a function that stops everything. */
export function enhance(form: HTMLFormElement): Stop {
  return stopAll(
    ...findAll("[data-place]", form).map((root) => placePicker(root).stop),
    ...findAll("[data-categories]", form).map(categorySearch),
    ...findAll("[data-reason-preview]", form).map((root) => reasonPreview(root, form)),
    shownIf(form),
    guardSubmit(form),
  );
}

const flow = find("[data-flow]");
if (flow) startFlow(flow);
findAll<HTMLFormElement>("form[data-report-form]").forEach(enhance);
