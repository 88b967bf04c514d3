import { ApiError, connection, isAbort, send } from "../api/client";
import type { Schema } from "../api/client";
import { readEvents } from "../api/events";
import { refusalOf } from "../chat/attached";
import { applied, blank } from "../chat/turn";
import { tell } from "../live/live";
import { refresh } from "../shell/conversations";
import { say } from "../ui/toasts";
import { owner, shelf } from "./device";
import { sendAll, type Outcome, type Waiting } from "./queue";
import { device, returned, sending } from "./state";

/** How long the server has to say that it keeps a message, in ms. */
const patience = 30_000;

/** How long what the server had no time for rests, in ms. */
const rest = 20_000;

/** One tab sends at a time, and none while a message is taken back. */
const alone = <T>(work: () => Promise<T>) => navigator.locks.request("parley-waiting", work);

/** Files wait with the server, not here: a question that has some goes back to where it was written. */
export const canWait = (body: Schema["AskRequest"]) => device.get() !== null && !body.files?.length;

/** Keeps a message until the server is there; `tried` where it may have arrived already. Throws where it cannot be kept. */
export async function wait(key: string, body: Schema["AskRequest"], tried: number | null) {
  const me = owner();
  if (me === null) throw new Error("nothing is kept on this device");
  const last = device.get()?.waiting.at(-1)?.written ?? 0;
  await shelf.change([{ key, owner: me, written: Math.max(Date.now(), last + 1), body, tried, refused: null }]);
  if (connection.get() === "ok") void flush();
}

/** Sends what waits. */
export async function flush() {
  if (owner() === null || !device.get()?.waiting.length) return;
  const end = await alone(() => sendAll(shelf, post, Date.now)).catch(() => "away");
  if (end === "away" && connection.get() === "ok") setTimeout(() => void flush(), rest);
}

async function post(item: Waiting): Promise<Outcome> {
  sending.set(item.key);
  try {
    return await posted(item);
  } finally {
    sending.set(null);
  }
}

async function posted({ key, body }: Waiting): Promise<Outcome> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), patience);
  try {
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream", "Idempotency-Key": key };
    const answer = await send(() => new Request("/api/chat/stream", { method: "POST", headers, body: JSON.stringify(body), signal: ending.signal }));
    if (!answer.ok) throw await ApiError.of(answer);
    let turn = blank;
    for await (const event of readEvents(answer)) {
      turn = applied(turn, event);
      if (turn.message !== null || turn.state === "ended") break;
    }
    if (turn.message === null) return turn.wrong ? { kind: "refused", reason: turn.wrong } : { kind: "away" };
    if (turn.conversation !== null) {
      refresh(turn.conversation);
      tell({ type: "conversation", conversation_id: turn.conversation });
    }
    say("A message that waited was sent.");
    return { kind: "kept", answer: turn.message };
  } catch (failure) {
    if (isAbort(failure) || !(failure instanceof ApiError) || later.has(failure.status)) return { kind: "away" };
    return { kind: "refused", reason: refusalOf(failure) };
  } finally {
    clearTimeout(timer);
  }
}

/** Answers that say nothing of the message: nobody is there, or signed in, or has time. */
const later = new Set([0, 401, 408, 425, 429, 502, 503, 504]);

/** Takes a message out of the queue; null where it is no longer there. */
const take = (key: string) =>
  alone(async () => {
    const item = (await shelf.all()).find((one) => one.key === key) ?? null;
    if (item) await shelf.change([], key);
    return item;
  });

/** Puts a message back where it was written. */
export async function edit(key: string) {
  const item = await take(key);
  if (item) returned.set({ draft: item.body.conversation_id ?? "new", text: item.body.message });
  else say("It has been sent already.");
}

export async function discard(key: string) {
  const item = await take(key);
  if (item) say("The message is discarded.", { undo: () => shelf.change([item]) });
  else say("It has been sent already.");
}

/** Sends one again that was refused: as a new message, since the server has not kept it, or its person has looked. */
export async function sendAgain(key: string) {
  await alone(async () => {
    const item = (await shelf.all()).find((one) => one.key === key);
    if (item) await shelf.change([{ ...item, key: crypto.randomUUID(), tried: null, refused: null }], key);
  });
  await flush();
}
