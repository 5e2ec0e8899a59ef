import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha256, solve } from "../src/work";

describe("proof of work", () => {
  it("hashes as everybody does, at every length of a block", () => {
    for (let length = 0; length < 200; length += 1) {
      const text = "x".repeat(length);
      expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
    }
  });
  it("finds the number behind a challenge and hands it back with it", async () => {
    const target = sha256("1790000000.abc.4711");
    expect(await solve(`1790000000.abc.${target}.100000.signed`)).toBe(`1790000000.abc.${target}.100000.signed.4711`);
  });
  it("is quick enough for an old phone", async () => {
    const began = performance.now();
    await solve(`1.abc.${sha256("1.abc.49999")}.100000.signed`);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
  it("refuses what is no challenge, and what has no solution", async () => {
    await expect(solve("nonsense")).rejects.toThrow(RangeError);
    await expect(solve("1.abc.00.50.signed")).rejects.toThrow(RangeError);
  });
});
