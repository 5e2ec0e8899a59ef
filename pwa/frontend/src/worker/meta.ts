/** Small things the worker has to know again when it wakes up. */
import { database } from "../outbox/database";

export interface Meta {
  language: string;
  shellAt: number;
  cursor: string;
  caughtUpAt: number;
}

export async function recall<K extends keyof Meta>(name: K): Promise<Meta[K] | undefined> {
  return (await (await database()).get("meta", name)) as Meta[K] | undefined;
}

export async function note<K extends keyof Meta>(name: K, value: Meta[K]): Promise<void> {
  await (await database()).put("meta", value, name);
}
