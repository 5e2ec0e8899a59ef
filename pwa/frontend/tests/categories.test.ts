import { describe, expect, it } from "vitest";
import { fitting, namesHazard } from "../src/form/categories";
import { fit, fitAll, fold, oneTypo, tokens } from "../src/fold";

const entry = (code: string, name: string, synonyms: string) => ({ code, name: tokens(name), words: tokens(`${name} ${synonyms}`) });
const entries = [
  entry("VKE5", "Haltestelle, Wartehaus", "Bus Bank Fahrplan"),
  entry("MUE2", "Papierkorb voll oder defekt", "Mülleimer Abfalleimer"),
  entry("STR1", "Schlagloch, Fahrbahnschaden", "Straßenschaden Loch"),
  entry("GRU4", "Bank, Tisch oder Brunnen defekt", "Parkbank Sitzbank"),
  entry("LIC1", "Laterne ausgefallen", "Straßenlampe dunkel"),
];
const found = (typed: string) => fitting(entries, typed).map(({ code }) => code);

describe("searching a category", () => {
  it("shows everything while nothing is typed", () => expect(found("  ")).toHaveLength(5));
  it("finds by synonym", () => expect(found("Mülleimer")).toEqual(["MUE2"]));
  it("does not care how umlauts and ß are typed", () => {
    for (const typed of ["mulleimer", "Muelleimer", "MÜLLEIMER"]) expect(found(typed)).toEqual(["MUE2"]);
    for (const typed of ["strassenlampe", "Straßenlampe"]) expect(found(typed)).toEqual(["LIC1"]);
  });
  it("forgives one slip in longer words", () => {
    for (const typed of ["Schlaglcoh", "Shlagloch", "Schlagloech"]) expect(found(typed)).toEqual(["STR1"]);
  });
  it("does not forgive in short words, where every slip is another word", () => expect(found("benk")).toEqual([]));
  it("puts the name before the synonyms", () => expect(found("bank")).toEqual(["GRU4", "VKE5"]));
  it("hears what a whole sentence is about", () => {
    expect(found("Der Mülleimer am Bahnhof ist voll")[0]).toBe("MUE2");
    expect(found("Hier steht nichts davon")).toEqual([]);
  });
  it("finds inside long words", () => expect(found("haus")).toEqual(["VKE5"]));
  it("shows slips only where nothing else fits", () => {
    expect(found("Latene")).toEqual(["LIC1"]);
    expect(fitting([...entries, entry("X", "Latenz", "")], "Laten").map(({ code }) => code)).toEqual(["X"]);
  });
  it("finds Ukrainian words in another case and Arabic ones with their article", () => {
    const foreign = [entry("STR1", "Яма на дорозі", "вибоїна"), entry("LIC1", "مصباح مطفأ", "إنارة"), entry("VKE1", "إشارة مرور", "")];
    const code = (typed: string) => fitting(foreign, typed).map((one) => one.code);
    expect(code("вибоїну")).toEqual(["STR1"]);
    expect(code("المصباح")).toEqual(["LIC1"]);
    expect(code("انارة")).toEqual(["LIC1"]);
    expect(code("اشاره")).toEqual(["VKE1"]);
  });
  it("wants every word", () => {
    expect(found("brunnen defekt")).toEqual(["GRU4"]);
    expect(found("brunnen laterne")).toEqual([]);
  });
});

describe("comparing words", () => {
  it("folds", () => expect(fold("Größe Füße Äpfel")).toBe("grosse fusse apfel"));
  it("knows what one slip is", () => {
    expect(oneTypo("laterne", "latene")).toBe(true);
    expect(oneTypo("laterne", "latrene")).toBe(true);
    expect(oneTypo("laterne", "latente")).toBe(false);
    expect(oneTypo("laterne", "laterne")).toBe(true);
  });
  it("finds nothing in nothing", () => expect(fit("loch", [])).toBe(0));
  it("is as good as the worst word", () => expect(fitAll(["brunnen", "latene"], ["brunnen", "laterne"])).toBe(1));
});

describe("hazard words", () => {
  const words = ["Gas", "Kabel", "Bombe"];
  it("are heard at the beginning of a word", () => {
    expect(namesHazard("es riecht nach Gas", words)).toBe(true);
    for (const word of ["Gasgeruch", "Erdgas", "Stromkabel", "Gastank"]) expect(namesHazard(word, words)).toBe(true);
    expect(namesHazard("Kabel hängt", words)).toBe(true);
    expect(namesHazard("запах газу", ["газ"])).toBe(true);
    expect(namesHazard("رائحة الغاز", ["غاز"])).toBe(true);
  });
  it("are not heard in a lane or a walk with the dog", () => {
    expect(namesHazard("Gasse gesperrt", words)).toBe(false);
    expect(namesHazard("Gassi-Beutel", words)).toBe(false);
    expect(namesHazard("газон не підстрижено", ["газ"])).toBe(false);
    expect(namesHazard("", words)).toBe(false);
  });
});
