/**
 * Keeps the counting pages usable without a network: the last page seen and the files it needs. It looks after nothing
 * but the addresses below its own; what is counted is queued by the page itself.
 */

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asking extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope extends EventTarget {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  registration: { scope: string };
}

const scope = self as unknown as Scope;
const CACHE = "counting-1";
const FILES = "/static/";

scope.addEventListener("install", (event) => (event as Lasting).waitUntil(scope.skipWaiting()));

scope.addEventListener("activate", (event) => {
  const clear = async (): Promise<void> => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("counting-") && name !== CACHE).map((name) => caches.delete(name)));
    await scope.clients.claim();
  };
  (event as Lasting).waitUntil(clear());
});

scope.addEventListener("fetch", (event) => {
  const asking = event as Asking;
  const { request } = asking;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith(FILES)) asking.respondWith(fromStoreFirst(request));
  else if (request.mode === "navigate" && request.url.startsWith(scope.registration.scope)) asking.respondWith(fromNetFirst(request));
});

// The page asks for what it has already loaded to be kept: it was loaded before there was a worker.
scope.addEventListener("message", (event) => {
  const { data } = event as MessageEvent<{ keep?: string[] }>;
  const wanted = (data.keep ?? []).filter((url) => new URL(url).origin === location.origin);
  const keep = async (): Promise<void> => {
    const store = await caches.open(CACHE);
    await Promise.all(wanted.map(async (url) => (await store.match(url)) ?? store.add(url).catch(() => undefined)));
  };
  (event as unknown as Lasting).waitUntil(keep());
});

/** Names of our files carry the hash of their content: what is kept is never out of date. */
async function fromStoreFirst(request: Request): Promise<Response> {
  const store = await caches.open(CACHE);
  const kept = await store.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await store.put(request, answer.clone());
  return answer;
}

async function fromNetFirst(request: Request): Promise<Response> {
  const store = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await store.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await store.match(request);
    if (kept) return kept;
    throw error;
  }
}
