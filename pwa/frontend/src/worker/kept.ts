/** Copies of pages: what may be kept, when it was made, and saying so on the page. */

const DATE = "X-Kept-At";

/** Never what the server marked `no-store`, never errors, detours or other people's answers. */
export function mayBeKept(response: Response | undefined): response is Response {
  if (!response || response.status !== 200 || response.type !== "basic" || response.redirected) return false;
  return !/\bno-store\b/.test(response.headers.get("Cache-Control") ?? "");
}

export function keptAt(response: Response, at: number): Response {
  const headers = new Headers(response.headers);
  headers.set(DATE, String(at));
  return new Response(response.body, { status: response.status, headers });
}

/** A kept page says on its <body> from when it is; `offline.ts` puts it into words. */
export async function withDate(response: Response): Promise<Response> {
  const at = Number(response.headers.get(DATE));
  if (!at || !response.headers.get("Content-Type")?.includes("text/html")) return response;
  const html = (await response.text()).replace("<body", `<body data-kept="${at}"`);
  return new Response(html, { status: response.status, headers: response.headers });
}

/** For Workbox's strategies. */
export const keeping = {
  cacheWillUpdate: async ({ response }: { response: Response }) => (mayBeKept(response) ? keptAt(response, Date.now()) : null),
  cachedResponseWillBeUsed: async ({ cachedResponse }: { cachedResponse?: Response | undefined }) => (cachedResponse ? withDate(cachedResponse) : null),
};
