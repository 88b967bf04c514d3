import { isPage } from "./addresses";

/** Filled in by scripts/shell.mjs: the SHA-256 of the page, and the addresses of every file it may load. */
declare const __SHELL__: { page: string; files: readonly string[] };
declare const self: ServiceWorkerGlobalScope;

const shell = __SHELL__;
const kept = "shell ";
const own = kept + shell.page;
const files = new Set(shell.files);

/** How long the server has to answer before the kept page stands in for its own, in ms. */
const patience = 3000;

/**
 * Keeps the page and its files, and nothing else: what is private comes over the API, which this worker never touches.
 * A page and the files it names are one version, kept and thrown away together.
 */
async function install() {
  const page = await fetch("/", { cache: "reload", credentials: "omit" });
  const bytes = await page.clone().arrayBuffer();
  const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // A server that was replaced meanwhile has another worker too, which comes with the next load.
  if (!page.ok || hash !== shell.page) throw new Error("this worker is not of the page that is served");
  const cache = await caches.open(own);
  await cache.addAll([...files]);
  await cache.put("/", page);
}

/** Pages of other versions are gone by now: a worker takes over once none is open, or by the leave of the only one. */
async function activate() {
  for (const name of await caches.keys()) if (name.startsWith(kept) && name !== own) await caches.delete(name);
  await self.clients.claim();
}

/** The server's own page wherever it answers; the kept one where it does not, or not soon. */
async function page(request: Request): Promise<Response> {
  const asked = fetch(request);
  const cache = await caches.open(own);
  const standing = await cache.match("/");
  if (!standing) return asked;
  let timer = 0;
  const late = new Promise<Response>((resolve) => (timer = self.setTimeout(() => resolve(standing), patience)));
  try {
    return await Promise.race([asked, late]);
  } catch {
    return standing;
  } finally {
    clearTimeout(timer);
  }
}

const file = async (request: Request) => (await (await caches.open(own)).match(request.url)) ?? fetch(request);

/** The open page asks to be taken over: only the one page there is may, and only where it is of this version. */
async function takeOver(entry: unknown) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.length === 1 && typeof entry === "string" && files.has(entry)) await self.skipWaiting();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.waitUntil(takeOver(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (isPage(pathname)) event.respondWith(page(request));
  } else if (files.has(pathname)) event.respondWith(file(request));
});
