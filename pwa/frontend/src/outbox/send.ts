/** "Meldung senden": into the outbox, out at once if there is a way, and never a longer wait than 15 s (GOALS U11). */
import { words } from "../dom";
import { solve } from "../work";
import * as box from "./box";
import { sendWhole } from "./deliver";
import { flush } from "./flush";
import { onChange } from "./news";
import { askForSync } from "./retry";
import type { Draft, Outcome } from "./types";

const PATIENCE_MS = 15_000;

/** Sends a draft. Once this resolves to "queued" the page may be closed: the report is on the disk and goes by itself. */
export async function send(draft: Draft): Promise<Outcome> {
  try {
    await box.enqueue(draft);
  } catch {
    return sendUnkept(draft); // a browser that keeps nothing: as good as it goes while the page is open
  }
  void navigator.storage?.persist?.().catch(() => false);
  void askForSync();
  if (navigator.onLine === false) return { kind: "queued" };
  const outcome = outcomeOf(draft.key);
  void flush({ nudged: true }).catch(() => null);
  return outcome;
}

/** Resolves as soon as the report arrived or was refused, wherever on this device it was sent; "queued" after 15 s. */
function outcomeOf(key: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const finish = (outcome: Outcome): void => {
      stop();
      clearTimeout(timer);
      resolve(outcome);
    };
    const look = async (): Promise<void> => {
      const arrived = await box.mineByKey(key);
      if (arrived) return finish({ kind: "sent", report: { public_id: arrived.public_id, tracking_url: arrived.tracking_url } });
      const item = (await box.items()).find((one) => one.key === key);
      if (item?.state === "refused" && (await box.toDraft(key))) finish({ kind: "refused", problems: item.problems });
    };
    const stop = onChange(() => void look());
    const timer = setTimeout(() => finish({ kind: "queued" }), PATIENCE_MS);
    void look();
  });
}

async function sendUnkept(draft: Draft): Promise<Outcome> {
  let answer = await sendWhole(draft);
  if (answer.kind === "later" && answer.work) answer = await sendWhole(draft, await solve(answer.work).catch(() => ""));
  if (answer.kind === "arrived") return { kind: "sent", report: answer.report };
  return answer.kind === "refused" ? answer : { kind: "refused", problems: [{ field: "", message: words("app")("not_kept") }] };
}
