import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { words } from "../src/dom";
import { applyToCards, CHANGES_EVENT, liveList } from "../src/live-list";
import { statePill } from "../src/states";

const WORDS = { received: "Eingegangen", resolved: "Erledigt", changed: "Meldung {number}: {state}", news_one: "1 Neuigkeit anzeigen", news_many: "{count} Neuigkeiten anzeigen", list_renewed: "Neu", list_failed: "Fehler" };

function page(inner = "") {
  document.body.innerHTML = `<script type="application/json" id="words-app">${JSON.stringify(WORDS)}</script><div id="ansage"></div>
    <div data-live="/api/v1/changes/" data-cursor="a"><button data-news hidden></button><div data-live-list>${inner}</div></div>`;
  const card = document.createElement("article");
  card.dataset.report = "417203858";
  card.append(statePill("received", words("app")));
  document.querySelector("[data-live-list]")!.append(card);
  return card;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("news on a page", () => {
  it("take away what is offered while a report is open, and bring it back", () => {
    const card = page();
    card.insertAdjacentHTML("beforeend", '<form data-states="received accepted"></form>');
    const offer = card.querySelector<HTMLElement>("form")!;
    applyToCards(document, [{ public_id: "417203858", state: "resolved" }], words("app"));
    expect(offer.hidden).toBe(true);
    applyToCards(document, [{ public_id: "417203858", state: "accepted" }], words("app"));
    expect(offer.hidden).toBe(false);
  });
  it("turn the pill of a card in place: class, shape and word, and say so", () => {
    const card = page();
    const before = card.querySelector("path")!.getAttribute("d");
    const rest = applyToCards(document, [{ public_id: "417203858", state: "resolved" }], words("app"));
    vi.advanceTimersByTime(100);
    expect(rest).toEqual([]);
    expect(card.querySelector("[data-state]")!.className).toContain("resolved");
    expect(card.querySelector("[data-state-word]")!.textContent).toBe("Erledigt");
    expect(card.querySelector("path")!.getAttribute("d")).not.toBe(before);
    expect(document.getElementById("ansage")!.textContent).toBe("Meldung 417\u202f203\u202f858: Erledigt");
  });

  it("that the list has no place for wait behind the button, and the list does not move", async () => {
    const card = page();
    const changes = ["1", "2", "1"].map((public_id) => ({ public_id, state: "received" }));
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ cursor: "b", changes })));
    const heard: string[] = [];
    document.addEventListener(CHANGES_EVENT, (event) => heard.push((event as CustomEvent).detail.cursor), { once: true });
    const stop = liveList(document.querySelector("[data-live]")!);
    await vi.advanceTimersByTimeAsync(4_100);
    stop();
    const button = document.querySelector<HTMLButtonElement>("[data-news]")!;
    expect([button.hidden, button.textContent]).toEqual([false, "2 Neuigkeiten anzeigen"]);
    expect(document.querySelector("[data-live-list]")!.children).toHaveLength(1);
    expect(card.isConnected).toBe(true);
    expect(heard).toEqual(["b"]);
  });

  it("count on a report's own page only where they are its own", async () => {
    page();
    const list = document.querySelector("[data-live-list]")!;
    list.before(document.querySelector("article")!); // the report stands above its timeline
    const changes = ["1", "417203858"].map((public_id) => ({ public_id, state: "resolved" }));
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ cursor: "b", changes })));
    const stop = liveList(document.querySelector("[data-live]")!);
    await vi.advanceTimersByTimeAsync(4_100);
    stop();
    expect(document.querySelector("[data-news]")!.textContent).toBe("1 Neuigkeit anzeigen");
    expect(document.querySelector("[data-state-word]")!.textContent).toBe("Erledigt");
  });

  it("about a report that is gone dim its card and wait, too", () => {
    const card = page();
    const rest = applyToCards(document, [{ public_id: "417203858", state: null, gone: true }], words("app"));
    expect(rest).toHaveLength(1);
    expect(card.classList.contains("gone")).toBe(true);
  });

  it("with a state the page does not know leave the pill alone", () => {
    const card = page();
    applyToCards(document, [{ public_id: "417203858", state: "exploded" }], words("app"));
    expect(card.querySelector("[data-state-word]")!.textContent).toBe("Eingegangen");
  });
});
