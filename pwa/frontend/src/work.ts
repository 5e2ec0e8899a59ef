/** Proof of work while the city is flooded with reports: find the number behind a SHA-256. No library, no third party.
 * Works on pages, in workers and in the service worker, also where `crypto.subtle` is missing (plain http). */

const K = new Uint32Array(64);
const START = new Uint32Array(8);

// SHA-256's constants (FIPS 180-4): the first bits of the roots of the first primes.
for (let prime = 2, found = 0; found < 64; prime += 1) {
  let divisor = 2;
  while (divisor * divisor <= prime && prime % divisor) divisor += 1;
  if (divisor * divisor <= prime) continue;
  const bits = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) >>> 0;
  if (found < 8) START[found] = bits(Math.sqrt(prime));
  K[found] = bits(Math.cbrt(prime));
  found += 1;
}

const schedule = new Uint32Array(64);

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** One block of 64 bytes, in place. */
function compress(hash: Uint32Array, block: Uint8Array, at: number): void {
  const w = schedule;
  for (let i = 0; i < 16; i += 1) w[i] = (block[at + 4 * i]! << 24) | (block[at + 4 * i + 1]! << 16) | (block[at + 4 * i + 2]! << 8) | block[at + 4 * i + 3]!;
  for (let i = 16; i < 64; i += 1) {
    const early = w[i - 15]!, late = w[i - 2]!;
    w[i] = (w[i - 16]! + (turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)) + w[i - 7]! + (turned(late, 17) ^ turned(late, 19) ^ (late >>> 10))) | 0;
  }
  let a = hash[0]!, b = hash[1]!, c = hash[2]!, d = hash[3]!, e = hash[4]!, f = hash[5]!, g = hash[6]!, h = hash[7]!;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + two) | 0;
  }
  hash[0]! += a; hash[1]! += b; hash[2]! += c; hash[3]! += d;
  hash[4]! += e; hash[5]! += f; hash[6]! += g; hash[7]! += h;
}

/** SHA-256 of an ASCII text, in hexadecimal letters. */
export function sha256(text: string): string {
  const blocks = new Uint8Array(((text.length + 8) >> 6 << 6) + 64);
  for (let i = 0; i < text.length; i += 1) blocks[i] = text.charCodeAt(i);
  blocks[text.length] = 0x80;
  new DataView(blocks.buffer).setUint32(blocks.length - 4, text.length * 8);
  const hash = START.slice();
  for (let at = 0; at < blocks.length; at += 64) compress(hash, blocks, at);
  return [...hash].map((word) => word.toString(16).padStart(8, "0")).join("");
}

const SLICE_MS = 30;

/** Solves the `work` of a 429 problem (EXPIRES.NONCE.TARGET.MOST.SIGNATURE). The answer goes into the header
 * `Proof-Of-Work` of the same request, same Idempotency-Key. Works in slices, so that the page stays awake.
 * Raises RangeError for what is no challenge of ours. */
export async function solve(challenge: string): Promise<string> {
  const [expires, nonce, target, most, signature] = challenge.split(".");
  if (!expires || !nonce || !target || !signature || !(Number(most) > 0)) throw new RangeError("no challenge");
  let pause = performance.now() + SLICE_MS;
  for (let number = 0; number < Number(most); number += 1) {
    if (sha256(`${expires}.${nonce}.${number}`) === target) return `${challenge}.${number}`;
    if (number % 64 === 0 && performance.now() > pause) {
      await new Promise((resolve) => setTimeout(resolve));
      pause = performance.now() + SLICE_MS;
    }
  }
  throw new RangeError("no solution");
}
