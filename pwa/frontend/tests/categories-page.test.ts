import { expect, it } from "vitest";
import { categorySearch } from "../src/form/categories";

it("offers \"Sonstiges\" where nothing is found", () => {
  const group = (name: string, tile: string) => `<details data-category-group><summary>${name}</summary><div><label data-words="${tile}"><input type="radio">${tile}</label></div></details>`;
  document.body.innerHTML = `<div id="all"><input data-category-search><p data-category-count></p>${group("Straße", "Schlagloch")}${group("Sonstiges", "Etwas anderes")}</div>`;
  const stop = categorySearch(document.getElementById("all")!);
  const search = document.querySelector<HTMLInputElement>("[data-category-search]")!;
  const shown = (typed: string) => {
    search.value = typed;
    search.dispatchEvent(new Event("input"));
    return [...document.querySelectorAll<HTMLDetailsElement>("details:not([hidden])")].map((one) => `${one.textContent}${one.open ? "" : " (zu)"}`);
  };
  expect(shown("xyzzy")).toEqual(["SonstigesEtwas anderes"]);
  expect(shown("Schlagloch")).toEqual(["StraßeSchlagloch"]);
  expect(shown("")).toEqual(["StraßeSchlagloch (zu)", "SonstigesEtwas anderes (zu)"]);
  stop();
});
