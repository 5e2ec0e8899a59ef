/** The small card over the map: which reports are under the finger, and the way to their pages. */
import { getJson, make, on, spoken, type Stop, type Words } from "../dom";
import { isState, statePill, type State } from "../states";

export interface Tapped {
  publicId: string;
  state: State | null;
}
interface ReportFeature {
  properties: { category?: { name?: string }; near_address?: string | null; state?: string; url?: string };
}

const MOST = 5;

/** Opens the card in `frame`; an open one is replaced. Returns a function that closes it. */
export function openCard(frame: HTMLElement, tapped: Tapped[], page: string, api: string | null, say: Words): Stop {
  frame.querySelector(".map-card")?.remove();
  const running = new AbortController();
  const close = make("button", { type: "button", class: "close", "aria-label": say("close") }, "×");
  const list = make("ul", {}, ...tapped.slice(0, MOST).map(line));
  const card = make("div", { class: "map-card", role: "group" });
  if (tapped.length > 1) card.append(make("strong", {}, say("here", { count: tapped.length })));
  card.append(list);
  if (tapped.length > MOST) card.append(make("p", { class: "small muted" }, say("more", { count: tapped.length - MOST })));
  card.append(close);
  frame.append(card);

  function line({ publicId, state }: Tapped): HTMLElement {
    const name = say("report", { number: spoken(publicId) });
    const link = make("a", { href: page.replace("{id}", publicId) }, name);
    const near = make("div", { class: "small muted" });
    const item = make("li", { "data-report": publicId }, make("div", { class: "row" }, ...(state ? [statePill(state, say)] : [])), link, near);
    if (api) void describe(api.replace("{id}", publicId), link, near);
    return item;
  }

  async function describe(url: string, link: HTMLElement, near: HTMLElement): Promise<void> {
    try {
      const { properties } = await getJson<ReportFeature>(url, running.signal);
      if (properties.category?.name) link.textContent = properties.category.name;
      near.textContent = properties.near_address ?? "";
    } catch {
      // The number and the link are there already.
    }
  }

  const stops = [on(close, "click", shut), on<KeyboardEvent>(card, "keydown", (event) => event.key === "Escape" && shut())];
  function shut(): void {
    running.abort();
    stops.forEach((stop) => stop());
    card.remove();
  }
  card.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  return shut;
}

export function toTapped(properties: Record<string, unknown>): Tapped {
  return { publicId: String(properties.public_id), state: isState(properties.state) ? properties.state : null };
}
