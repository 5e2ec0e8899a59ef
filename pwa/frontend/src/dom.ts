/** Small helpers around the page. URLs and words come from it, never from here. */

export type Stop = () => void;

export function find<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

export function findAll<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** Like addEventListener, but hands back how to stop. */
export function on<E extends Event = Event>(target: EventTarget, type: string, listener: (event: E) => void, options?: AddEventListenerOptions): Stop {
  target.addEventListener(type, listener as EventListener, options);
  return () => target.removeEventListener(type, listener as EventListener, options);
}

export function stopAll(...stops: (Stop | null | undefined)[]): Stop {
  return () => stops.forEach((stop) => stop?.());
}

/** An element with text; attributes as on the page. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export type Words = (key: string, values?: Record<string, string | number>) => string;

/** The translated words of a topic, put on the page by `{% words "topic" %}`. A missing one shows its key. */
export function words(topic: string): Words {
  const script = document.getElementById(`words-${topic}`);
  const table = (script ? JSON.parse(script.textContent ?? "{}") : {}) as Record<string, string>;
  return (key, values = {}) => (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** One or many: picks `key_one` or `key_many`. */
export function counted(say: Words, key: string, count: number): string {
  return say(count === 1 ? `${key}_one` : `${key}_many`, { count });
}

/** Say something to screen readers; the page's live region is in `pwa/base.html`. */
export function announce(text: string): void {
  const region = document.getElementById("ansage");
  if (!region) return;
  region.textContent = "";
  // A reader hears a change only if the region was empty for a moment.
  setTimeout(() => (region.textContent = text), 50);
}

export class HttpError extends Error {
  constructor(readonly status: number, readonly problem: { title?: string; detail?: string } = {}) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
  }
}

/** GET JSON; raises HttpError with the problem+json of the answer. */
export async function getJson<T>(url: string | URL, signal?: AbortSignal): Promise<T> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: signal ?? null });
  if (response.ok) return (await response.json()) as T;
  throw new HttpError(response.status, await response.json().catch(() => ({})));
}

/** `url` with parameters; empty ones stay away. */
export function withParams(url: string, params: Record<string, string | number | null | undefined>): URL {
  const full = new URL(url, document.baseURI);
  for (const [name, value] of Object.entries(params)) if (value !== null && value !== undefined && value !== "") full.searchParams.set(name, String(value));
  return full;
}

/** 417203858 → "417 203 858", with narrow no-break spaces. */
export function spoken(publicId: string): string {
  return publicId.replace(/(\d{3})(?=\d)/g, "$1\u202f");
}

/** Runs `action` once the calls have paused for `ms`. */
export function debounce<A extends unknown[]>(action: (...args: A) => void, ms: number): ((...args: A) => void) & { cancel: Stop } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (...args: A): void => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), ms);
  };
  return Object.assign(later, { cancel: () => clearTimeout(timer) });
}
