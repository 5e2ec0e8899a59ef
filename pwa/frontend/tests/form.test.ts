import { beforeEach, describe, expect, it } from "vitest";
import { guardSubmit } from "../src/form/guard";
import { shownIf } from "../src/form/reason";
import { isShortcut, rowAfter } from "../src/shortcuts";

let form: HTMLFormElement;
const part = (selector: string) => document.querySelector<HTMLInputElement>(selector)!;

describe("the guard around sending", () => {
  beforeEach(() => {
    document.body.innerHTML = '<form><button data-busy="Wird gesendet …">Senden</button></form>';
    form = document.querySelector("form")!;
  });
  const send = () => {
    const event = new SubmitEvent("submit", { cancelable: true, submitter: part("button") });
    form.dispatchEvent(event);
    return !event.defaultPrevented;
  };

  it("lets the first press through and holds the second", () => {
    const stop = guardSubmit(form);
    expect([send(), send(), send()]).toEqual([true, false, false]);
    expect(part("button").textContent).toBe("Wird gesendet …");
    expect(part("button").disabled).toBe(false); // its name and value must still be sent
    stop();
  });
  it("opens again when the page comes back from the cache", () => {
    const stop = guardSubmit(form);
    send();
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(part("button").textContent).toBe("Senden");
    expect(send()).toBe(true);
    stop();
  });
});

describe("questions that belong to an answer", () => {
  beforeEach(() => {
    document.body.innerHTML = `<form><input type="radio" name="depth" value="flat" checked><input type="radio" name="depth" value="deep">
      <div data-shown-if="depth" data-shown-if-values="deep danger"><input name="how" value="x"></div></form>`;
    form = document.querySelector("form")!;
  });
  it("are hidden and not sent without it, there with it", () => {
    const stop = shownIf(form);
    expect([part("[data-shown-if]").hidden, part("[name=how]").disabled]).toEqual([true, true]);
    part("[value=deep]").checked = true;
    form.dispatchEvent(new Event("change"));
    expect([part("[data-shown-if]").hidden, part("[name=how]").disabled]).toEqual([false, false]);
    stop();
  });
});

describe("shortcuts", () => {
  const key = (extra: object = {}) => ({ key: "e", ctrlKey: false, altKey: false, metaKey: false, target: document.body, ...extra });
  it("are single keys outside of fields", () => {
    document.body.innerHTML = "<textarea></textarea>";
    expect(isShortcut(key())).toBe(true);
    expect(isShortcut(key({ ctrlKey: true }))).toBe(false);
    expect(isShortcut(key({ key: "Enter" }))).toBe(false);
    expect(isShortcut(key({ target: document.querySelector("textarea") }))).toBe(false);
  });
  it("walk the rows and stop at the ends", () => expect([rowAfter(0, 3, -1), rowAfter(0, 3, 1), rowAfter(2, 3, 1)]).toEqual([0, 1, 2]));
});
