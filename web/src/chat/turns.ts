import { api, ApiError, connection, messageOf, of, send, type Schema } from "../api/client";
import { readEvents, type ServerEvent } from "../api/events";
import { createStore } from "../app/store";
import { reload } from "../shell/conversations";

/** An answer that is being made, as far as it has come. */
export interface Turn {
  id: string | null;
  question: string;
  conversation: string | null;
  /** The message it becomes. */
  message: string | null;
  text: string;
  thinking: string;
  state: "asked" | "running" | "ended";
  /** What went wrong; "" where nothing did. */
  wrong: string;
}

const blank: Turn = { id: null, question: "", conversation: null, message: null, text: "", thinking: "", state: "asked", wrong: "" };

/** The turn of each conversation that this page follows; "" has one whose conversation is not made yet. */
export const turns = createStore<ReadonlyMap<string, Turn>>(new Map());

function put(key: string, turn: Turn | null) {
  const next = new Map(turns.get());
  if (turn) next.set(key, turn);
  else next.delete(key);
  turns.set(next);
}

/**
 * Asks, and follows the answer to its end; a connection that breaks is taken up where it broke.
 * `made` is told the conversation, where the question begins one.
 */
export async function ask(body: Schema["AskRequest"], made: (conversation: string) => void = () => {}) {
  let key = body.conversation_id ?? "";
  const idempotency = crypto.randomUUID();
  const make = () =>
    new Request("/api/chat/stream", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Idempotency-Key": idempotency },
      body: JSON.stringify(body),
    });
  const turn: Turn = { ...blank, question: body.message, conversation: body.conversation_id ?? null };
  put(key, turn);
  await follow(turn, make, (next) => {
    if (next.conversation !== null && next.conversation !== key) {
      put(key, null);
      key = next.conversation;
      put(key, next);
      void reload();
      made(key);
    } else {
      put(key, next);
    }
  });
}

/** Takes up an answer that was begun elsewhere, or before the page was loaded. */
export async function resume(begun: Schema["TurnView"]) {
  const key = begun.conversation_id;
  const known = turns.get().get(key);
  if (known && known.state !== "ended") return;
  const turn: Turn = { ...blank, id: begun.id, conversation: key, message: begun.message_id, state: "running" };
  put(key, turn);
  await follow(turn, eventsOf(begun.id, ""), (next) => put(key, next));
}

const eventsOf = (turn: string, last: string) => () =>
  new Request(`/api/chat/turns/${turn}/events`, { headers: { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) } });

/** Forgets an answer that has ended, once what it became is read. */
export const forget = (conversation: string) => put(conversation, null);

export async function stop(turn: Turn) {
  if (turn.id) await of(api.POST("/api/chat/turns/{id}/stop", { params: { path: { id: turn.id } } }));
}

/** Reads events until the last one, and tells what each makes of the turn. */
async function follow(turn: Turn, make: () => Request, tell: (turn: Turn) => void) {
  let last = "";
  let frame = 0;
  const now = (next: Turn) => {
    cancelAnimationFrame(frame);
    frame = 0;
    turn = next;
    tell(turn);
  };
  for (let failures = 0; ; ) {
    try {
      const answer = await send(make);
      if (!answer.ok) throw await ApiError.of(answer);
      for await (const event of readEvents(answer)) {
        failures = 0;
        if (event.id) last = event.id;
        const next = applied(turn, event);
        if (next.message !== turn.message || next.conversation !== turn.conversation || next.state !== turn.state) {
          now(next);
        } else if (next !== turn) {
          turn = next;
          // Words come faster than screens are drawn: they are shown once a frame.
          frame ||= requestAnimationFrame(() => now(turn));
        }
        if (turn.state === "ended") return void reload();
      }
      if (turn.id === null) return now({ ...turn, state: "ended", wrong: "The server sent no answer." });
    } catch (failure) {
      if (turn.id === null || (failure instanceof ApiError && failure.status !== 0)) {
        return now({ ...turn, state: "ended", wrong: messageOf(failure) });
      }
    }
    // The connection broke before the last event: the answer goes on without us, and is read on from there.
    make = eventsOf(turn.id!, last);
    await reachable(Math.min(8000, 250 * 2 ** failures++));
  }
}

/** After a while, and once the server answers. */
const reachable = (after: number) =>
  new Promise<void>((resolve) => {
    setTimeout(() => {
      if (connection.get() === "ok") return resolve();
      const stop = connection.follow(() => (stop(), resolve()));
    }, after);
  });

export function applied(turn: Turn, { event, data }: ServerEvent): Turn {
  const said = JSON.parse(data) as Record<string, string | null>;
  switch (event) {
    case "conversation_created":
      return { ...turn, conversation: said["conversation_id"] ?? null };
    case "message_created":
      return { ...turn, id: said["turn_id"] ?? null, conversation: said["conversation_id"] ?? null, message: said["message_id"] ?? null, state: "running" };
    case "token":
      return { ...turn, text: turn.text + (said["content"] ?? "") };
    case "thinking":
      return { ...turn, thinking: turn.thinking + (said["content"] ?? "") };
    case "done":
      return { ...turn, state: "ended" };
    case "error":
      return { ...turn, state: "ended", wrong: said["message"] ?? "The answer broke off." };
    default:
      return turn;
  }
}
