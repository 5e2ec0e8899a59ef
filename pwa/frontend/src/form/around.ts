/** What the server knows about place and matter: who is responsible, one question about the spot, reports nearby. Offline: nothing. */
import { findAll, getJson, withParams } from "../dom";
import type { Question } from "./catalogue";
import type { Flow } from "./flow";

export interface Around {
  /** Place and matter it was asked for. */
  key: string;
  office: string;
  officeCode?: string;
  reason: string;
  /** Said where the place is outside the city. */
  outside: string;
  layers: string[];
  question: Question | null;
  /** Cards of reports that may be the same, as HTML of our own server. */
  doubles: string;
  doubleIds: string[];
}
interface Responsibility {
  office: { code: string; name: string } | null;
  reason: string | null;
  inside_city: boolean;
  zones: { layer: string }[];
  question: { code: string; text: string; options: { code: string; text: string }[] } | null;
}
/** Nobody waits longer for what is only a help. */
const PATIENCE_MS = 2_500;

export const NOTHING: Around = { key: "", office: "", reason: "", outside: "", layers: [], question: null, doubles: "", doubleIds: [] };

function askedAs(question: NonNullable<Responsibility["question"]>): Question {
  return { ...question, kind: "single", help: null, required: true, hazard_if: [], private_if: [], shown_if: null };
}

async function responsibility(flow: Flow, signal: AbortSignal): Promise<Partial<Around>> {
  const { category, lon, lat, accuracy_m } = flow.draft.fields as Record<string, string | number | undefined>;
  if (lon === undefined && !category) return {};
  const { place: _place, ...answers } = flow.answers();
  const told = Object.keys(answers).length && category ? JSON.stringify(answers) : null;
  const found = await getJson<Responsibility>(withParams(flow.root.dataset.responsibility!, { lon, lat, accuracy: accuracy_m, category, answers: told }), signal);
  return {
    office: found.office?.name ?? "",
    officeCode: found.office?.code ?? "",
    reason: found.reason ?? "",
    outside: found.inside_city ? "" : (found.reason ?? ""),
    layers: found.zones.map(({ layer }) => layer),
    question: found.question ? askedAs(found.question) : null,
  };
}

async function doubles(flow: Flow, signal: AbortSignal): Promise<Partial<Around>> {
  const { category, lon, lat, accuracy_m } = flow.draft.fields as Record<string, string | number | undefined>;
  if (!category || lon === undefined) return {};
  const url = withParams(flow.root.dataset.doubles!, { category, lon, lat, accuracy_m });
  flow.draft.notIt.forEach((id) => url.searchParams.append("not", id));
  const response = await fetch(url, { credentials: "same-origin", signal });
  if (response.status !== 200) return {};
  const html = await response.text();
  const page = new DOMParser().parseFromString(html, "text/html");
  return { doubles: html, doubleIds: findAll("[data-double]", page).map((card) => card.dataset.double!) };
}

let newest = "";

/** Asks once for each place and matter; fills `flow.around`. Never fails, never takes long. */
export async function lookAround(flow: Flow): Promise<void> {
  const { category, lon, lat, accuracy_m } = flow.draft.fields;
  const key = JSON.stringify([category, lon, lat, accuracy_m, flow.answers()]);
  if (flow.around.key === key) return;
  newest = key;
  flow.around = { ...NOTHING, layers: flow.around.layers };
  if (navigator.onLine === false) return;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const answers = await Promise.allSettled([responsibility(flow, patience.signal), doubles(flow, patience.signal)]);
  clearTimeout(timer);
  if (newest !== key) return; // somebody went on: a newer question makes the older answer worthless
  const found = answers.map((answer) => (answer.status === "fulfilled" ? answer.value : {}));
  const whole = answers.every(({ status }) => status === "fulfilled");
  flow.around = Object.assign({ ...NOTHING, key: whole ? key : "" }, ...found) as Around;
}
