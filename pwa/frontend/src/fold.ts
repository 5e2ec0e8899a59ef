/** Words compared the way people type them: case, accents and umlauts do not count. */

/** "Straße" → "strasse", "Mülleimer" → "mulleimer" (and "Muelleimer" → "mulleimer"); Arabic without vowel signs, "ة" as "ه". */
export function fold(text: string): string {
  const plain = text.toLowerCase().replace(/ß/g, "ss").normalize("NFD").replace(/[\p{M}\u0640]/gu, "");
  return plain.replace(/([aou])e/g, "$1").replace(/ة/g, "ه").replace(/ى/g, "ي");
}

/** The folded words; "الحفرة" as "حفره", for Arabic writes the article with the word. */
export function tokens(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean).map((word) => word.replace(/^(?:[وب]?ال|لل)(?=\p{L}{3})/u, ""));
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

/** How well one typed word fits the known ones: 3 begins one, 2 sits inside a long one, 1 is a slip away (from five letters), 0 not at all. */
export function fit(word: string, known: string[]): number {
  if (known.some((candidate) => candidate.startsWith(word))) return 3;
  if (word.length >= 4 && known.some((candidate) => candidate.includes(word))) return 2;
  return word.length >= 5 && known.some((candidate) => [0, 1, -1].some((d) => oneTypo(word, candidate.slice(0, word.length + d)))) ? 1 : 0;
}

/** The worst fit of all typed words: every one of them has to fit. */
export function fitAll(typed: string[], known: string[]): number {
  return Math.min(...typed.map((word) => fit(word, known)));
}
