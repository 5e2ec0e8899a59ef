/** Step 1: a photo, if there is one. Choosing goes on by itself; the photo is made smaller meanwhile. */
import { announce, counted, find, findAll, make, on, stopAll, words } from "../dom";
import { readTrace } from "./exif";
import type { Flow, StepPart } from "./flow";
import { isPhoto, photoPress } from "./photos";
import { MOST_BYTES } from "./resize";
import { newKey } from "./store";
import type { Photo } from "../outbox";

export function photoStep(flow: Flow, form: HTMLElement): StepPart {
  const say = words("photos");
  const list = find("[data-photo-list]", form)!;
  const status = find("[data-photo-status]", form)!;
  const bottom = find("[data-photo-go]", form)!;
  const without = find("[data-photo-without]", form)!;
  const max = Number(find("[data-photos]", form)!.dataset.max) || 5;
  const { press, stop } = photoPress();
  const previews = new Map<string, string>();
  bottom.classList.remove("without-script");
  bottom.hidden = true;

  function render(): void {
    const { photos } = flow.draft;
    list.replaceChildren(...photos.map(({ key, blob, alt }, at) => {
      const picture = make("img", { src: preview(key, blob), alt: say("preview", { n: at + 1 }) });
      picture.addEventListener("error", () => picture.replaceWith(say("no_preview", { n: at + 1 })));
      const words = make("input", { id: `alt-${key}`, maxlength: "300", "data-alt": String(at), "aria-describedby": `alt-help-${key}` });
      words.value = alt;
      const remove = make("button", { type: "button", class: "button quiet", "aria-label": `${say("remove")}: ${say("preview", { n: at + 1 })}` }, say("remove"));
      remove.addEventListener("click", () => drop(key));
      const label = make("label", { for: words.id }, flow.say("alt"), " ", make("span", { class: "optional" }, `(${flow.say("optional")})`));
      const help = make("p", { class: "help", id: `alt-help-${key}` }, flow.say("alt_help"));
      return make("li", {}, make("div", { class: "photo" }, picture), make("div", { class: "stack-s" }, make("div", { class: "field" }, label, help, words), remove));
    }));
    list.hidden = bottom.hidden = photos.length === 0;
    without.hidden = photos.length > 0;
    findAll(".picker", form).forEach((label) => (label.hidden = photos.length >= max));
    if (photos.length && !status.textContent) status.textContent = counted(say, "ready", photos.length);
  }

  function preview(key: string, blob: Blob): string {
    if (!previews.has(key)) previews.set(key, URL.createObjectURL(blob));
    return previews.get(key)!;
  }

  function drop(key: string): void {
    const at = flow.draft.photos.findIndex((photo) => photo.key === key);
    flow.draft.photos = flow.draft.photos.filter((photo) => photo.key !== key);
    delete flow.draft.traces?.[key];
    URL.revokeObjectURL(previews.get(key) ?? "");
    previews.delete(key);
    status.textContent = say("removed");
    render();
    void flow.save();
    (list.querySelectorAll("button")[Math.min(at, flow.draft.photos.length - 1)] ?? find("input[data-photo-gallery]", form))?.focus();
  }

  /** Takes the photo as it is, so that nothing is lost from here on, and puts the smaller one in its place. */
  async function take(file: File): Promise<void> {
    const photo = { key: newKey(), blob: file as Blob, name: file.name.slice(-60), alt: "" };
    flow.draft.photos = [...flow.draft.photos, photo];
    await shrink(photo);
  }

  async function shrink(photo: Photo): Promise<void> {
    const { draft } = flow;
    const file = photo.blob instanceof File ? photo.blob : new File([photo.blob], photo.name, { type: photo.blob.type });
    (draft.traces ??= {})[photo.key] = readTrace(await file.arrayBuffer().catch(() => new ArrayBuffer(0)));
    const smaller = press(file).then((ready) => {
      const now = draft.photos.find(({ key }) => key === photo.key);
      if (!now || ready === file) return; // taken away meanwhile, or fine as it is
      // A row of its own in the database: the key says whether it is there already.
      const next = { ...now, key: newKey(), blob: ready, name: ready.name };
      draft.photos = draft.photos.map((one) => (one === now ? next : one));
      draft.traces![next.key] = draft.traces![photo.key]!;
      delete draft.traces![photo.key];
    });
    flow.busy = Promise.allSettled([flow.busy, smaller]).then(() => flow.save());
    void flow.busy.then(() => flow.shown() === "photo" && !list.contains(document.activeElement) && render());
  }

  /** Photos that came another way: shared into the app, or the tab was gone before they were small. */
  flow.prepare = () => flow.draft.photos.filter(({ key, blob }) => !flow.draft.traces?.[key] || blob.size > MOST_BYTES).forEach((photo) => void shrink(photo));

  async function add(files: File[]): Promise<void> {
    if (!files.length) return;
    const notes: string[] = [];
    status.textContent = say("preparing");
    for (const file of files) {
      if (!isPhoto(file)) notes.push(say("not_a_photo", { name: file.name }));
      else if (flow.draft.photos.length >= max) notes.push(say("too_many", { max }));
      else await take(file);
    }
    const ready = flow.draft.photos.length ? counted(say, "ready", flow.draft.photos.length) : "";
    status.textContent = [ready, ...new Set(notes)].filter(Boolean).join(" ");
    if (notes.length) return render();
    announce(ready);
    await flow.onward();
  }

  const taking = findAll<HTMLInputElement>("input[type=file]", form).map((input) => on(input, "change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    void add(files);
  }));
  return {
    enter: render,
    async submit(go) {
      if (go === "without") flow.draft.photos = [];
      await flow.onward();
    },
    stop: stopAll(
      ...taking,
      // The camera app may cost the tab its life: what was said so far is on the disk before it opens.
      on(form, "click", ({ target }) => void ((target as Element).closest(".picker") && flow.save())),
      on(list, "input", ({ target }) => {
        const { dataset, value } = target as HTMLInputElement;
        flow.draft.photos = flow.draft.photos.map((photo, at) => (String(at) === dataset.alt ? { ...photo, alt: value } : photo));
      }),
      on(list, "change", () => void flow.save()),
      stop,
    ),
  };
}
