/** The outbox, as the form and the pages use it. */
export { dropDraft, loadDraft, saveDraft } from "./drafts";
export { start } from "./retry";
export { send } from "./send";
export type { Draft, Outcome, Photo, Problem, Sent } from "./types";
