/** What a browser under `require-trusted-types-for 'script'` (S23) wants to be told of an address of a script. */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(input: string): string };
}

/** Installs the worker that keeps the page itself (`src/worker/sw.ts`), and has a newer one take over when it may. */
export async function installWorker() {
  // Without a secure context (http at another name than localhost) there are no workers; `npm run dev` has none.
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const script = policies?.createPolicy("worker", { createScriptURL: () => "/sw.js" }).createScriptURL("") ?? "/sw.js";
  const registration = await navigator.serviceWorker.register(script, { scope: "/", updateViaCache: "none" });
  const entry = document.querySelector<HTMLScriptElement>("script[type=module]")?.src;
  const offer = () => entry && registration.waiting?.postMessage(new URL(entry).pathname);
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
}
