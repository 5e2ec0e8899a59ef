/** Photos of a report: two buttons, previews, smaller before sending. The plain file input stays the one that is sent. */
import { counted, find, make, on, stopAll, words, type Stop } from "../dom";
import { redraw } from "./resize";

interface Chosen {
  file: File;
  preview: string | null;
}
const HEIC = /\.(heic|heif)$/i;

export function isPhoto(file: { type: string; name: string }): boolean {
  return file.type.startsWith("image/") || HEIC.test(file.name);
}

/** Keeps the name, says JPEG: "IMG_1.HEIC" → "IMG_1.jpg". */
export function jpegName(name: string): string {
  return `${name.replace(/\.[^.]+$/, "") || "foto"}.jpg`;
}

/** One worker for all photos; on devices without OffscreenCanvas the page does it itself. */
export function photoPress(): { press: (file: File) => Promise<File>; stop: Stop } {
  const worker = typeof Worker === "function" && typeof OffscreenCanvas === "function" ? new Worker(new URL("./resize.worker.ts", import.meta.url), { type: "module" }) : null;
  const waiting = new Map<number, (answer: { blob?: Blob | null; failed?: boolean }) => void>();
  let last = 0;
  if (worker) {
    worker.onmessage = ({ data }) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
    worker.onerror = () => waiting.forEach((done, id) => (done({ failed: true }), waiting.delete(id)));
  }

  async function press(file: File): Promise<File> {
    const id = ++last;
    const answer = worker
      ? await new Promise<{ blob?: Blob | null; failed?: boolean }>((done) => {
          waiting.set(id, done);
          worker.postMessage({ id, file });
        })
      : await redraw(file).then((blob) => ({ blob }), () => ({ blob: null }));
    // What this device cannot decode (HEIC on Android) goes as it is; the server can.
    return answer.blob ? new File([answer.blob], jpegName(file.name), { type: "image/jpeg", lastModified: file.lastModified }) : file;
  }
  return { press, stop: () => worker?.terminate() };
}

/** Enhances `pwa/_photo_field.html`. Returns a function that stops it. */
export function photoField(root: HTMLElement): Stop {
  const say = words("photos");
  const input = find<HTMLInputElement>("input[type=file]", root)!;
  const list = find("[data-photo-list]", root)!;
  const status = find("[data-photo-status]", root)!;
  const max = Number(root.dataset.max) || 5;
  const { press, stop } = photoPress();
  let chosen: Chosen[] = [];
  let busy: Promise<void> = Promise.resolve();

  // One hidden picker per way in; the named input only carries what is sent.
  const picker = (attributes: Record<string, string>) => make("input", { type: "file", accept: input.accept, tabindex: "-1", "aria-hidden": "true", ...attributes });
  const camera = picker({ capture: "environment", accept: "image/*" });
  const gallery = picker({ multiple: "" });
  camera.hidden = gallery.hidden = true;
  root.append(camera, gallery);
  find("[data-photo-actions]", root)!.hidden = false;
  input.hidden = true;

  function store(): void {
    const carrier = new DataTransfer();
    chosen.forEach(({ file }) => carrier.items.add(file));
    input.files = carrier.files;
    render();
  }

  function render(): void {
    list.replaceChildren(...chosen.map(({ preview }, at) => {
      const frame = make("div", { class: "photo" }, preview ? make("img", { src: preview, alt: say("preview", { n: at + 1 }) }) : say("no_preview", { n: at + 1 }));
      const remove = make("button", { type: "button", class: "button quiet", "aria-label": `${say("remove")}: ${say("preview", { n: at + 1 })}` }, say("remove"));
      remove.addEventListener("click", () => drop(at));
      return make("li", {}, frame, remove);
    }));
  }

  function drop(at: number): void {
    const [gone] = chosen.splice(at, 1);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    store();
    status.textContent = say("removed");
    (list.querySelectorAll("button")[Math.min(at, chosen.length - 1)] ?? find("[data-photo-gallery]", root))?.focus();
  }

  async function decodable(file: File): Promise<string | null> {
    const url = URL.createObjectURL(file);
    const image = new Image();
    image.src = url;
    return image.decode().then(() => url, () => (URL.revokeObjectURL(url), null));
  }

  async function add(files: File[]): Promise<void> {
    const notes: string[] = [];
    root.setAttribute("aria-busy", "true");
    status.textContent = say("preparing");
    for (const file of files) {
      if (!isPhoto(file)) notes.push(say("not_a_photo", { name: file.name }));
      else if (chosen.length >= max) notes.push(say("too_many", { max }));
      else {
        const ready = await press(file);
        chosen.push({ file: ready, preview: await decodable(ready) });
      }
    }
    root.removeAttribute("aria-busy");
    store();
    status.textContent = [chosen.length ? counted(say, "ready", chosen.length) : "", ...new Set(notes)].filter(Boolean).join(" ");
  }

  const takeFrom = (source: HTMLInputElement): Stop => on(source, "change", () => {
    const files = [...(source.files ?? [])];
    source.value = "";
    busy = busy.then(() => add(files));
  });
  // A press of "Weiter" while a photo is still being drawn waits for it.
  const form = input.form;
  const stopWait = form && on<SubmitEvent>(form, "submit", (event) => {
    if (!root.hasAttribute("aria-busy")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void busy.then(() => form.requestSubmit(event.submitter));
  }, { capture: true });

  return stopAll(
    on(find("[data-photo-camera]", root)!, "click", () => camera.click()),
    on(find("[data-photo-gallery]", root)!, "click", () => gallery.click()),
    takeFrom(camera), takeFrom(gallery), stopWait, stop,
  );
}
