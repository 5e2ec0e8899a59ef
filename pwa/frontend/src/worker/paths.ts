/** Which pages may lie on the device. What is not named here never does: staff's pages, secret links, sign-in. */

const SHELL = new Set(["/", "/melden/", "/melden/ausgang/", "/meine/", "/offline/"]);
const KEPT = [/^\/meldungen\/(\d{9}\/)?$/, /^\/zustaendig\/(karte\/)?$/, /^\/(impressum|datenschutz|barrierefreiheit|leichte-sprache)\/$/];

export function isShell(pathname: string): boolean {
  return SHELL.has(pathname);
}

export function isKept(pathname: string): boolean {
  return KEPT.some((pattern) => pattern.test(pathname));
}

/** Under which address the copy of a shell page in a language lies. */
export function keyOfPage(path: string, language: string): string {
  return `${path}?sprache=${encodeURIComponent(language)}`;
}

/** A tile is the same whichever moment was asked for (`v`). */
export function keyOfTile(address: string): string {
  const url = new URL(address);
  url.searchParams.delete("v");
  return url.href;
}
