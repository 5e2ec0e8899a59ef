/** A photo shared into the app becomes a draft; the form opens with it. */
import { loadDraft, saveDraft } from "../outbox/drafts";
import type { Draft, Photo } from "../outbox/types";
import { recall } from "./meta";

export const SHARE = "/melden/teilen/";
const FORM = "/melden/";
const MOST_PHOTOS = 5;

export async function takeShared(request: Request): Promise<Response> {
  try {
    const form = await request.formData();
    const files = form.getAll("photos").filter((file): file is File => file instanceof File && file.size > 0);
    const words = ["title", "text"].map((name) => form.get(name)).filter((text): text is string => typeof text === "string" && text !== "");
    await saveDraft(withShared((await loadDraft()) ?? (await fresh()), files, words.join("\n")));
  } catch {
    // Nothing to read, or no room to keep it: the form opens empty, as ever.
  }
  return Response.redirect(FORM, 303);
}

async function fresh(): Promise<Draft> {
  const language = (await recall("language").catch(() => undefined)) ?? "de";
  return { key: crypto.randomUUID(), begunAt: Date.now(), step: "photo", fields: {}, language, photos: [], notIt: [], danger: "" };
}

/** The shared photos beside those that are there, five at most; shared words become the description of an empty one. */
export function withShared(draft: Draft, files: File[], words: string): Draft {
  const added: Photo[] = files.map((file) => ({ key: crypto.randomUUID(), blob: file, name: file.name, alt: "" }));
  const fields = words && !draft.fields.description ? { ...draft.fields, description: words.slice(0, 4000) } : draft.fields;
  return { ...draft, step: "photo", fields, photos: [...draft.photos, ...added].slice(0, MOST_PHOTOS) };
}
