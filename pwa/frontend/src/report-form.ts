/** The form route: works as it is, easier with this. No map library before somebody asks for the map. */
import { findAll, stopAll, type Stop } from "./dom";
import { categorySearch } from "./form/categories";
import { guardSubmit } from "./form/guard";
import { photoField } from "./form/photos";
import { placePicker } from "./form/place-picker";
import { reasonPreview, shownIf } from "./form/reason";

/** Returns a function that stops everything. */
export function enhance(form: HTMLFormElement): Stop {
  return stopAll(
    ...findAll("[data-photos]", form).map(photoField), // before the guard: a photo in the making holds the form back
    ...findAll("[data-place]", form).map(placePicker),
    ...findAll("[data-categories]", form).map(categorySearch),
    ...findAll("[data-reason-preview]", form).map((root) => reasonPreview(root, form)),
    shownIf(form),
    guardSubmit(form),
  );
}

findAll<HTMLFormElement>("form[data-report-form]").forEach(enhance);
