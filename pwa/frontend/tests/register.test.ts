import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { offerUpdates } from "../src/register";

const WORDS = { update: "Es gibt eine neue Version.", update_now: "Neu laden" };
const soon = () => new Promise((resolve) => setTimeout(resolve));

function device(controller: object | null, waiting: object | null) {
  const container = Object.assign(new EventTarget(), { controller });
  vi.stubGlobal("navigator", { serviceWorker: container });
  return { waiting, installing: null, onupdatefound: null } as unknown as ServiceWorkerRegistration & { waiting: object | null };
}

beforeEach(() => {
  document.body.innerHTML = `<aside data-strips></aside><script type="application/json" id="words-app">${JSON.stringify(WORDS)}</script>`;
});
afterEach(() => vi.unstubAllGlobals());

describe("a new version of the app", () => {
  const offered = () => document.querySelector("[data-update]");

  it("is offered to whom an older one serves, and taken by the button", async () => {
    const postMessage = vi.fn();
    const stop = offerUpdates(device({}, { postMessage }));
    await soon();
    offered()!.querySelector("button")!.click();
    expect(postMessage).toHaveBeenCalledWith({ type: "now" });
    stop();
  });

  it("is none on the first visit, while the first worker waits for its turn", async () => {
    const stop = offerUpdates(device(null, { postMessage: vi.fn() }));
    await soon();
    expect(offered()).toBeNull();
    stop();
  });

  it("is not offered if it stopped waiting while we looked whether somebody is writing", async () => {
    const registration = device({}, { postMessage: vi.fn() });
    const stop = offerUpdates(registration);
    (registration as { waiting: object | null }).waiting = null;
    await soon();
    expect(offered()).toBeNull();
    stop();
  });
});
