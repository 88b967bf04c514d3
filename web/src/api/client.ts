import createClient from "openapi-fetch";
import { createStore } from "../app/store";
import type { components, paths } from "./schema.gen";

export type Schema = components["schemas"];
export type Problem = Schema["Problem"];

/** What the server refused, or that it did not answer (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: readonly { field: string; message: string }[] = [],
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  static async of(answer: Response): Promise<ApiError> {
    const problem = (await answer.json().catch(() => null)) as Problem | null;
    const after = Number(answer.headers.get("Retry-After")) || undefined;
    if (!problem) return new ApiError(answer.status, "", `The server answered ${answer.status}.`, [], after);
    return new ApiError(answer.status, problem.code, sentence(problem.detail ?? problem.title), problem.errors ?? [], after);
  }
}

/** Problem texts are parts of sentences; shown alone they begin and end as one. */
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** Whether the server answers. While it does not, somebody asks it again every now and then. */
export const connection = createStore<"ok" | "lost">("ok");

/** Called when a session has ended and cannot be renewed. */
let onSignedOut = () => {};
export const whenSignedOut = (call: () => void) => void (onSignedOut = call);

async function reach(request: Request | string, init?: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(request, init);
    if (connection.get() === "lost") connection.set("ok");
    return answer;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    lose();
    throw new ApiError(0, "unreachable", "The server does not answer. Is it still running?");
  }
}

/** Says that the server does not answer, and looks for when it does. */
export function lose() {
  if (connection.get() === "lost") return;
  connection.set("lost");
  const ask = () => {
    if (connection.get() !== "lost") return;
    fetch("/health/live").then(
      () => connection.set("ok"),
      () => (timer = setTimeout(ask, 2000)),
    );
  };
  let timer = setTimeout(ask, 1000);
  // The network is there again: that is not yet the server, but a good time to look.
  addEventListener("online", () => (clearTimeout(timer), ask()), { once: true });
}

/** After so many ms, and once the server answers. */
export const reachable = (after: number) =>
  new Promise<void>((resolve) => {
    setTimeout(() => {
      if (connection.get() === "ok") return resolve();
      const stop = connection.follow(() => (stop(), resolve()));
    }, after);
  });

/**
 * A refresh token is good once, and one that is used twice ends the session (S11): tabs take turns, and who comes
 * second finds the work done.
 */
const renew = async (): Promise<boolean> =>
  await navigator.locks.request("parley-refresh", async () => {
    if ((await reach("/api/auth/me")).ok) return true;
    const body = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
    return (await reach("/api/auth/refresh", body)).ok;
  });

let renewing: Promise<boolean> | null = null;

/** Sends a request; where the session's token has run out, renews it and sends the request again. */
export async function send(make: () => Request): Promise<Response> {
  const answer = await reach(make());
  if (answer.status !== 401 || /\/api\/auth\/(signin|signup|refresh|passkeys\/signin)/.test(answer.url)) return answer;
  renewing ??= renew().finally(() => (renewing = null));
  if (await renewing) return reach(make());
  onSignedOut();
  return answer;
}

export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => {
    const copy = request.clone();
    let first = true;
    return send(() => (first ? ((first = false), request) : copy));
  },
});

/** The body of an answer; what was refused is thrown. */
export async function of<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  const problem = error as Problem | undefined;
  if (!problem?.title) throw new ApiError(response.status, "", `The server answered ${response.status}.`);
  throw new ApiError(
    response.status,
    problem.code,
    sentence(problem.detail ?? problem.title),
    problem.errors ?? [],
    Number(response.headers.get("Retry-After")) || undefined,
  );
}

export const isAbort = (failure: unknown) => failure instanceof DOMException && failure.name === "AbortError";
export const messageOf = (failure: unknown) => (failure instanceof Error ? failure.message : String(failure));
