/** Photos on the phone: which files are some, and making them smaller before they are sent. */
import type { Stop } from "../dom";
import { redraw } from "./resize";

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
