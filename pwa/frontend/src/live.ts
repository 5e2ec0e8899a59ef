/** Follows `/api/v1/changes/`: asks every few seconds, rests while nobody looks, backs off when the server is away. */
import type { Stop } from "./dom";

export interface Change {
  public_id: string;
  state: string | null;
  gone?: boolean;
}
export interface Changes {
  cursor: string;
  changes: Change[];
}
interface Answer extends Changes {
  more?: boolean;
}

export interface LiveOptions {
  url: string;
  /** The moment the page shows; left out, the first answer tells it. */
  cursor?: string | undefined;
  onChange: (news: Changes) => void;
  random?: () => number;
}

const PAUSE_MS = 3_000;
const JITTER_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const TIMEOUT_MS = 15_000;

/** How long to wait after `failures` misses in a row: 3–4 s, then doubling to a minute. `random` is 0 … 1. */
export function pauseAfter(failures: number, random: number): number {
  return Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) + random * JITTER_MS * (failures + 1);
}

/** Starts following. Returns a function that stops it. */
export function followChanges({ url, cursor, onChange, random = Math.random }: LiveOptions): Stop {
  let etag = "";
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | null = null;
  let stopped = false;

  async function ask(): Promise<boolean> {
    const address = new URL(url, document.baseURI);
    if (cursor) address.searchParams.set("since", cursor);
    running = new AbortController();
    const timeout = setTimeout(() => running?.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(address, { signal: running.signal, headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
      if (response.status === 304) return false;
      if (response.status === 400 && cursor) cursor = undefined; // a cursor the server no longer knows: start from now
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const answer = (await response.json()) as Answer;
      // The tag belongs to this cursor's answer; another cursor is another address.
      etag = answer.cursor === cursor ? (response.headers.get("ETag") ?? "") : "";
      cursor = answer.cursor;
      if (answer.changes.length && !stopped) onChange({ cursor, changes: answer.changes });
      return answer.more ?? false;
    } finally {
      clearTimeout(timeout);
      running = null;
    }
  }

  async function round(): Promise<void> {
    let more = false;
    try {
      more = await ask();
      failures = 0;
    } catch {
      failures += 1;
    }
    if (!stopped && !document.hidden) timer = setTimeout(round, more ? 0 : pauseAfter(failures, random()));
  }

  function look(): void {
    clearTimeout(timer);
    if (!document.hidden && !running && !stopped) void round();
  }

  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  timer = setTimeout(round, cursor ? pauseAfter(0, random()) : 0);

  return () => {
    stopped = true;
    clearTimeout(timer);
    running?.abort();
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("online", look);
  };
}
