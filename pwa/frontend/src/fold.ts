/** Words compared the way people type them: case, accents and umlauts do not count. */

/** "Straße" → "strasse", "Mülleimer" → "mulleimer" (and "Muelleimer" → "mulleimer"). */
export function fold(text: string): string {
  return text.toLowerCase().replace(/ß/g, "ss").normalize("NFD").replace(/\p{M}/gu, "").replace(/([aou])e/g, "$1");
}

export function tokens(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** Are the two at most one insertion, deletion, exchange or swap of neighbours apart? */
export function oneTypo(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  const restA = a.slice(start);
  const restB = b.slice(start);
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

/** Does every typed word begin (or, from five letters, nearly begin) a word of `known`, or sit inside a long one? */
export function matches(typed: string[], known: string[]): boolean {
  return typed.every((word) =>
    known.some((candidate) =>
      candidate.startsWith(word) ||
      (word.length >= 4 && candidate.includes(word)) ||
      (word.length >= 5 && [0, 1, -1].some((d) => oneTypo(word, candidate.slice(0, word.length + d))))));
}
