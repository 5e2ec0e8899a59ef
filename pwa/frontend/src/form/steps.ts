/** Which step comes: the first that still needs something. Pure, so that history, drafts and changes all agree. */
import type { Draft } from "../outbox/types";

export type Step = "photo" | "resume" | "place" | "category" | "danger" | "questions" | "double" | "joined" | "summary" | "queued";
export const STEPS = 4;
const NUMBERS: Partial<Record<Step, number>> = { photo: 1, place: 2, category: 3, danger: 3, questions: 3, double: 3, summary: 4 };
const BEFORE: Partial<Record<Step, Step>> = { place: "photo", category: "place", danger: "category", questions: "category", double: "category", summary: "category" };

/** What is not in the draft itself. */
export interface Circumstances {
  /** One that the stop page was not answered for. */
  danger: boolean;
  /** Something that must be answered is not. */
  questions: boolean;
  /** Reports nearby that nobody said no to yet. */
  doubles: boolean;
}

export function hasPlace({ fields }: Pick<Draft, "fields">): boolean {
  return Boolean(fields.place_source || fields.address || (fields.lon !== undefined && fields.lat !== undefined));
}

export function openStep(draft: Pick<Draft, "fields">, now: Circumstances): Step {
  if (!hasPlace(draft)) return "place";
  if (!draft.fields.category) return "category";
  if (now.danger) return "danger"; // as early as it is known
  if (now.questions) return "questions";
  if (now.doubles) return "double"; // before anything more is typed
  return "summary";
}

/** "Schritt 2 von 4"; pages in between belong to the step before them. */
export function numberOf(step: Step): number | null {
  return NUMBERS[step] ?? null;
}

/** Where "Zurück" leads where the browser has no step before this one. */
export function stepBefore(step: Step): Step | null {
  return BEFORE[step] ?? null;
}

export function isStep(value: unknown): value is Step {
  return typeof value === "string" && (value in NUMBERS || ["resume", "joined", "queued"].includes(value));
}

/** Is there anything in it that somebody would miss? */
export function isWorthKeeping({ fields, photos }: Pick<Draft, "fields" | "photos">): boolean {
  return photos.length > 0 || Boolean(fields.category || fields.description || fields.address || fields.lon !== undefined);
}
