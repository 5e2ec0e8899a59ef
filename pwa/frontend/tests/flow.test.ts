import { describe, expect, it } from "vitest";
import { belonging, dangers, isDangerous, isOpen, isPrivate, isShown, missing, plainNotices, suggestedBy, toAskFirst, toAskLater, type Category, type FlowData, type Question } from "../src/form/catalogue";
import { givenFields } from "../src/form/flow";
import { hasPlace, isWorthKeeping, numberOf, openStep, stepBefore } from "../src/form/steps";
import { sureOne } from "../src/form/step-place";
import { newKey } from "../src/form/store";

const question = (code: string, more: Partial<Question> = {}): Question => ({ code, kind: "single", text: code, help: null, options: [], required: false, hazard_if: [], private_if: [], shown_if: null, ...more });
const depth = question("tiefe", { required: true, hazard_if: ["gefahr"], options: [{ code: "flach", text: "flach" }, { code: "gefahr", text: "Gefahr" }] });
const how = question("wie", { shown_if: { question: "tiefe", options: ["tief", "gefahr"] }, kind: "text" });
const notice = question("hinweis", { kind: "notice" });
const lane = question("spur");
const pothole: Category = { name: "Schlagloch", lang: "de", place: "required", layers: ["road", "owner"], hazard: "by_answer", private: false, needs_text_or_photo: false, questions: [depth, how, notice, lane] };
const data = { categories: { STR1: pothole, WAS2: { ...pothole, hazard: "always", questions: [] } }, hazard_words: ["gas", "kabel"] } as unknown as FlowData;

describe("questions", () => {
  it("belong to the answer they hang on, single or several", () => {
    expect([{}, { tiefe: "flach" }, { tiefe: "gefahr" }, { tiefe: ["flach", "tief"] }].map((answers) => isShown(how, answers))).toEqual([false, false, true, true]);
  });
  it("that routing or danger needs come first, with what hangs on them; notices and the rest later", () => {
    expect(toAskFirst(pothole.questions)).toEqual([depth, how]);
    expect(plainNotices(pothole.questions)).toEqual([notice]);
    expect(toAskLater(pothole.questions)).toEqual([lane]);
  });
  it("that are not shown are neither missed nor sent", () => {
    const asked = [depth, { ...how, required: true }];
    expect(missing(asked, {})).toEqual([depth]);
    expect(missing(asked, { tiefe: "gefahr" }).map(({ code }) => code)).toEqual(["wie"]);
    expect(belonging(asked, { tiefe: "flach", wie: "quer", fremd: "x", place: "none" })).toEqual({ tiefe: "flach", place: "none" });
    expect(belonging(asked, { tiefe: "gefahr", wie: "" })).toEqual({ tiefe: "gefahr" });
  });
});

describe("danger", () => {
  it("speaks from the matter, an answer or a word", () => {
    expect(isDangerous(data, "STR1", { tiefe: "flach" }, "")).toBe(false);
    expect(isDangerous(data, "STR1", { tiefe: "gefahr" }, "")).toBe(true);
    expect(isDangerous(data, "WAS2", {}, "")).toBe(true);
    expect(isDangerous(data, "STR1", {}, "Es riecht nach Gas")).toBe(true);
    expect(isDangerous(data, "STR1", {}, "In der Gasse liegt ein Brett")).toBe(false);
    // Each by a name of its own, so that one which comes later is asked about, too.
    expect(dangers(data, "STR1", { tiefe: "gefahr" }, "Gasgeruch am Kabel")).toEqual(["tiefe=gefahr", "gas", "kabel"]);
    expect(dangers(data, "WAS2", {}, "Loch")).toEqual(["WAS2"]);
  });
  it("a private answer makes the report private", () => expect([isPrivate(pothole, {}), isPrivate({ ...pothole, questions: [question("wer", { private_if: ["ich"] })] }, { wer: "ich" })]).toEqual([false, true]));
});

describe("hours", () => {
  const hours = { days: [0, 1, 2, 3, 4], from: "08:00", to: "15:00", zone: "Europe/Berlin", free: ["2026-12-25"] };
  const at = (text: string) => isOpen(hours, new Date(text));
  it("are the city's, whatever the device's zone", () => {
    expect([at("2026-11-23T06:59:00Z"), at("2026-11-23T07:00:00Z"), at("2026-11-23T14:00:00Z")]).toEqual([false, true, false]);
    expect([at("2026-11-22T09:00:00Z"), at("2026-12-25T09:00:00Z")]).toEqual([false, false]); // Sunday, Christmas
  });
});

describe("the way through the steps", () => {
  const draft = (fields: object, danger: "" | "calm" = "") => ({ fields: fields as Record<string, unknown>, danger });
  const calm = { danger: false, questions: false, doubles: false };
  it("leads to the first that still needs something", () => {
    expect(openStep(draft({}), calm)).toBe("place");
    expect(openStep(draft({ place_source: "none" }), calm)).toBe("category");
    const there = draft({ lon: 11, lat: 50, category: "STR1" });
    expect(openStep(there, calm)).toBe("summary");
    expect(openStep(there, { danger: true, questions: true, doubles: true })).toBe("danger");
    expect(openStep(there, { danger: false, questions: true, doubles: true })).toBe("questions");
    expect(openStep(there, { ...calm, doubles: true })).toBe("double");
  });
  it("is counted, and can be walked back", () => {
    expect((["photo", "place", "double", "summary", "queued"] as const).map(numberOf)).toEqual([1, 2, 3, 4, null]);
    expect((["photo", "place", "summary"] as const).map(stepBefore)).toEqual([null, "photo", "category"]);
  });
  it("asks nobody about a draft with nothing in it", () => {
    expect(isWorthKeeping({ fields: {}, photos: [] })).toBe(false);
    expect(isWorthKeeping({ fields: { category: "STR1" }, photos: [] })).toBe(true);
    expect(hasPlace({ fields: { address: "Markt" } })).toBe(true);
  });
  it("takes over what the finder hands on, and nothing else", () => {
    expect(givenFields("?category=STR1&lon=11.3&lat=50.9&x=1", data.categories)).toEqual({ category: "STR1", lon: "11.3", lat: "50.9", place_source: "map" });
    expect(givenFields("?category=NIX&lon=abc&lat=50.9", data.categories)).toEqual({ lat: "50.9" });
  });
  it("suggests what follows the ground first", () => {
    expect(suggestedBy(["district", "road"], { STR1: pothole, X: { ...pothole, layers: ["owner", "road"] } })).toEqual(["STR1"]);
    expect(suggestedBy(["district"], { STR1: pothole })).toEqual([]);
  });
});

describe("a typed address", () => {
  const found = [{ label: "Schillerstraße 12, Weimar", lon: 11, lat: 51 }, { label: "Schillerstraße 13, Weimar", lon: 11, lat: 51 }];
  it("is sure where one is exactly that", () => {
    expect(sureOne(found, "schillerstrasse 12")).toBe(found[0]);
    expect(sureOne(found, "Schillerstraße 13, Weimar")).toBe(found[1]);
    expect(sureOne(found, "Schillerstraße")).toBe(null);
  });
});

it("a key is a UUID, also without TLS", () => {
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  expect(newKey()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  Object.defineProperty(crypto, "randomUUID", { value: randomUUID, configurable: true });
});
