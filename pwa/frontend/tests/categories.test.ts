import { describe, expect, it } from "vitest";
import { fitting, namesHazard } from "../src/form/categories";
import { fold, matches, oneTypo, tokens } from "../src/fold";

const entries = [
  { code: "MUE2", words: tokens("Papierkorb voll oder defekt Mülleimer Abfalleimer") },
  { code: "STR1", words: tokens("Schlagloch, Fahrbahnschaden Straßenschaden Loch") },
  { code: "GRU4", words: tokens("Bank, Tisch oder Brunnen defekt Parkbank Sitzbank") },
  { code: "LIC1", words: tokens("Laterne ausgefallen Straßenlampe dunkel") },
];
const found = (typed: string) => fitting(entries, typed).map(({ code }) => code);

describe("searching a category", () => {
  it("shows everything while nothing is typed", () => expect(found("  ")).toHaveLength(4));
  it("finds by synonym", () => expect(found("Mülleimer")).toEqual(["MUE2"]));
  it("does not care how umlauts and ß are typed", () => {
    for (const typed of ["mulleimer", "Muelleimer", "MÜLLEIMER"]) expect(found(typed)).toEqual(["MUE2"]);
    for (const typed of ["strassenlampe", "Straßenlampe"]) expect(found(typed)).toEqual(["LIC1"]);
  });
  it("forgives one slip in longer words", () => {
    for (const typed of ["Schlaglcoh", "Shlagloch", "Schlagloech"]) expect(found(typed)).toEqual(["STR1"]);
  });
  it("does not forgive in short words, where every slip is another word", () => expect(found("benk")).toEqual([]));
  it("finds inside long words", () => expect(found("bank")).toEqual(["GRU4"]));
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
  it("finds nothing in nothing", () => expect(matches(["loch"], [])).toBe(false));
});

describe("hazard words", () => {
  const words = ["Gas", "Kabel", "Bombe"];
  it("are heard at the beginning of a word", () => {
    expect(namesHazard("es riecht nach Gas", words)).toBe(true);
    expect(namesHazard("Gasgeruch", words)).toBe(true);
    expect(namesHazard("Kabel hängt", words)).toBe(true);
  });
  it("are not heard in a lane or a walk with the dog", () => {
    expect(namesHazard("Gasse gesperrt", words)).toBe(false);
    expect(namesHazard("Gassi-Beutel", words)).toBe(false);
    expect(namesHazard("", words)).toBe(false);
  });
});
