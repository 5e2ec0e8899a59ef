/** Makes photos smaller off the main thread. Message: {id, file} → {id, blob} (null: leave it) or {id, failed}. */
import { redraw } from "./resize";

addEventListener("message", async ({ data: { id, file } }: MessageEvent<{ id: number; file: Blob }>) => {
  try {
    postMessage({ id, blob: await redraw(file) });
  } catch {
    postMessage({ id, failed: true });
  }
});
