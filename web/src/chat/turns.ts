import { api, ApiError, connection, of, reachable, send, type Schema } from "../api/client";
import { readEvents } from "../api/events";
import { createStore } from "../app/store";
import { device } from "../offline/state";
import { tell } from "../live/live";
import { refresh } from "../shell/conversations";
import { letGo, refusalOf } from "./attached";
import { applied, blank, type Consent, type Turn } from "./turn";

export type { Consent, Turn };

/** The turn of each conversation that this page follows; "" has one whose conversation is not made yet. */
export const turns = createStore<ReadonlyMap<string, Turn>>(new Map());

function put(key: string, turn: Turn | null) {
  const next = new Map(turns.get());
  if (turn) next.set(key, turn);
  else next.delete(key);
  turns.set(next);
}

/** `made` is told the conversation, where the question begins one; `begun`, that the question is kept. */
interface Told {
  made?: (conversation: string) => void;
  begun?: () => void;
}

/** Has a question wait for the server, under the key it may have been sent with; null where this device keeps none. */
function waiting(key: string, body: Schema["AskRequest"]): ((tried: number | null) => Promise<void>) | null {
  // Files wait with the server: a question that has some goes back to where it was written.
  if (device.get() === null || body.files?.length) return null;
  return async (tried) => (await import("../offline/waiting")).wait(key, body, tried);
}

/** Asks, and follows the answer to its end; a connection that breaks is taken up where it broke. */
export async function ask(body: Schema["AskRequest"], told: Told = {}) {
  const key = crypto.randomUUID();
  const later = waiting(key, body);
  try {
    if (later && connection.get() === "lost") return await later(null);
  } catch {
    // It cannot wait here either: that it was not sent is said where it was written.
  }
  const turn = { ...blank, question: body.message, conversation: body.conversation_id ?? null };
  await begin(turn, "/api/chat/stream", body, told, { key, later, files: body.files });
}

/** Has a question answered again beside that answer (or for the first time), or a cut answer go on. */
export const again = (how: "regenerate" | "continue", conversation: string, message: string, before: string, body: Schema["AgainRequest"], told: Told = {}) =>
  begin({ ...blank, conversation, before }, `/api/conversations/${conversation}/messages/${message}/${how}`, body, told);

/** Asks behind an answer that is being written: the server keeps the question, and answers it after that one. */
export async function queue(body: Schema["AskRequest"] & { conversation_id: string }) {
  const idempotency = crypto.randomUUID();
  const later = waiting(idempotency, body);
  if (later && connection.get() === "lost") return later(null);
  const sent = send(() => asking("/api/chat/stream", body, idempotency));
  const answer = await sent.catch((failure: unknown) => {
    if (later && failure instanceof ApiError && failure.status === 0) return later(Date.now());
    throw failure;
  });
  if (!answer) return;
  if (!answer.ok) throw await ApiError.of(answer);
  let turn: Turn = blank;
  // Its stream is let go of once the question is kept: it is followed when its turn comes.
  for await (const event of readEvents(answer)) {
    turn = applied(turn, event);
    if (turn.message !== null || turn.state === "ended") break;
  }
  if (turn.message === null) throw new Error(turn.wrong || "The server sent no answer.");
  letGo(body.files);
  refresh(body.conversation_id);
  tell({ type: "conversation", conversation_id: body.conversation_id });
}

const asking = (path: string, body: object, idempotency: string) =>
  new Request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Idempotency-Key": idempotency },
    body: JSON.stringify(body),
  });

interface Sending {
  key?: string;
  later?: ReturnType<typeof waiting>;
  files?: Schema["AskRequest"]["files"];
}

async function begin(turn: Turn, path: string, body: object, { made, begun }: Told, { key: idempotency = crypto.randomUUID(), later, files }: Sending = {}) {
  let key = turn.conversation ?? "";
  const make = () => asking(path, body, idempotency);
  put(key, turn);
  let kept = false;
  await follow(turn, make, (next) => {
    if (next.unanswered && later) {
      // Until it is known to be kept, it stands where it was.
      const said = key;
      later(Date.now()).then(
        () => put(said, null),
        () => put(said, next),
      );
    } else if (next.conversation !== null && next.conversation !== key) {
      put(key, null);
      key = next.conversation;
      refresh(key);
      put(key, next);
      made?.(key);
    } else {
      put(key, next);
    }
    if (!kept && next.message !== null) {
      kept = true;
      letGo(files);
      begun?.();
    }
  });
}

/** Turns that this page saw end: late news of them are none. */
const ended = new Set<string>();

/** Turns that are followed side by side (`beside.ts`), and conversations that are about to have some. */
export const followed = new Set<string>();

/** Answers that are followed because their conversation is open: each takes one of the few streams a person has. */
const watched = new Map<string, AbortController>();

/** Takes up an answer that was begun elsewhere, or before the page was loaded. */
export async function resume(begun: Pick<Schema["TurnView"], "id" | "conversation_id" | "message_id">) {
  const key = begun.conversation_id;
  const known = turns.get().get(key);
  if (ended.has(begun.id) || followed.has(begun.id) || followed.has(key) || (known && known.state !== "ended")) return;
  const turn: Turn = { ...blank, id: begun.id, conversation: key, message: begun.message_id, own: false, state: "running" };
  put(key, turn);
  const own = new AbortController();
  watched.set(key, own);
  // Where it cannot be followed (too many are), the message says that it is unfinished, and news tell of its end.
  const show = (next: Turn) => put(key, next.text === "" && next.wrong !== "" ? { ...next, wrong: "" } : next);
  await follow(turn, eventsOf(begun.id, "", own.signal), show, own.signal);
  if (watched.get(key) === own) watched.delete(key);
}

/** Nobody looks any more: what was taken up there is let go of. What this page asked itself is followed to its end. */
export function leave(conversation: string) {
  const own = watched.get(conversation);
  if (!own) return;
  watched.delete(conversation);
  own.abort();
  put(conversation, null);
}

export const eventsOf = (turn: string, last: string, signal?: AbortSignal) => () =>
  new Request(`/api/chat/turns/${turn}/events`, {
    headers: { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) },
    ...(signal && { signal }),
  });

/** Forgets an answer that has ended, once what it became is read. */
export const forget = (conversation: string) => put(conversation, null);

export async function stop(turn: Turn) {
  if (turn.id) await of(api.POST("/api/chat/turns/{id}/stop", { params: { path: { id: turn.id } } }));
}

/** Answers a tool that asks; the turn's own events say that it was answered. */
export async function consent(turn: Turn, asked: Consent, answer: Schema["ConsentRequest"]) {
  if (!turn.id) return;
  await of(api.POST("/api/chat/turns/{id}/consents/{cid}", { params: { path: { id: turn.id, cid: asked.id } }, body: answer }));
}

/** Reads events until the last one, and shows what each makes of the turn. */
export async function follow(turn: Turn, make: () => Request, show: (turn: Turn) => void, signal?: AbortSignal) {
  let last = "";
  let frame = 0;
  const now = (next: Turn) => {
    cancelAnimationFrame(frame);
    frame = 0;
    turn = next;
    show(turn);
  };
  for (let failures = 0; ; ) {
    try {
      const answer = await send(make);
      if (!answer.ok) throw await ApiError.of(answer);
      for await (const event of readEvents(answer)) {
        failures = 0;
        if (event.id) last = event.id;
        const next = applied(turn, event);
        if (next.message !== turn.message || next.state !== turn.state || next.consents !== turn.consents || next.conversation !== turn.conversation) {
          now(next);
        } else if (next !== turn) {
          turn = next;
          // Words come faster than screens are drawn: they are shown once a frame.
          frame ||= requestAnimationFrame(() => now(turn));
        }
        if (turn.state === "ended") {
          if (turn.id) ended.add(turn.id);
          if (turn.conversation) refresh(turn.conversation);
          return;
        }
      }
      if (turn.id === null) return now({ ...turn, state: "ended", wrong: "The server sent no answer." });
    } catch (failure) {
      if (signal?.aborted) return cancelAnimationFrame(frame);
      if (turn.id === null || (failure instanceof ApiError && failure.status !== 0)) {
        const unanswered = turn.id === null && failure instanceof ApiError && failure.status === 0;
        return now({ ...turn, state: "ended", wrong: refusalOf(failure), unanswered });
      }
    }
    // The connection broke before the last event: the answer goes on without us, and is read on from there.
    make = eventsOf(turn.id!, last, signal);
    await reachable(Math.min(8000, 250 * 2 ** failures++));
    if (signal?.aborted) return;
  }
}
