import { api, messageOf, of, type Schema } from "../api/client";
import { createStore } from "../app/store";
import { tell } from "../live/live";
import { refresh } from "../shell/conversations";
import { say } from "../ui/toasts";
import { letGo } from "./attached";
import { blank, type Turn } from "./turn";
import { eventsOf, follow, followed } from "./turns";

/** Models that are asked side by side, at most: each takes one of a person's five streams, and a column. */
export const mostBeside = 4;

/** Answers that are being made side by side, by the message each becomes. */
export const besides = createStore<ReadonlyMap<string, Turn>>(new Map());

/** The question whose answers stand side by side. */
export const sideBySide = createStore<{ conversation: string; question: string | null } | null>(null);

const put = (message: string, turn: Turn | null) => {
  const next = new Map(besides.get());
  if (turn) next.set(message, turn);
  else next.delete(message);
  besides.set(next);
};

/** Forgets an answer that has ended, once what it became is read. */
export const settle = (message: string) => put(message, null);

/** Asks several models at once, and follows every answer; gives the conversation. */
export async function compare(body: Schema["CompareRequest"]): Promise<string> {
  // News of the answers come before the answer to the request.
  if (body.conversation_id) followed.add(body.conversation_id);
  try {
    const made = await of(api.POST("/api/chat/compare", { params: { header: { "Idempotency-Key": crypto.randomUUID() } }, body }));
    letGo(body.files);
    watch(made.conversation_id, made.question_id, made.turns);
    refresh(made.conversation_id);
    tell({ type: "conversation", conversation_id: made.conversation_id });
    return made.conversation_id;
  } finally {
    if (body.conversation_id) followed.delete(body.conversation_id);
  }
}

/** Follows answers to one question, and shows them side by side. */
export function watch(conversation: string, question: string | null, turns: readonly Pick<Schema["TurnView"], "id" | "message_id">[]) {
  sideBySide.set({ conversation, question });
  for (const one of turns) {
    if (followed.has(one.id)) continue;
    followed.add(one.id);
    const turn: Turn = { ...blank, id: one.id, conversation, message: one.message_id, state: "running" };
    put(one.message_id, turn);
    void follow(turn, eventsOf(one.id, ""), (next) => put(one.message_id, next)).then(() => tell({ type: "conversation", conversation_id: conversation }));
  }
}

/** Stops all answers to that question. */
export const stopAll = (conversation: string, question: string) =>
  of(api.POST("/api/conversations/{id}/messages/{mid}/stop", { params: { path: { id: conversation, mid: question } } }));

/** Has the conversation go on with that answer: the path ends there, or where what followed it ended. */
export async function keep(conversation: string, leaf: string, before: string | null) {
  const write = (active_leaf: string) =>
    of(api.PATCH("/api/conversations/{id}", { params: { path: { id: conversation } }, body: { active_leaf } })).then(() => tell({ type: "conversation", conversation_id: conversation }));
  try {
    await write(leaf);
    sideBySide.set(null);
    say("The conversation goes on with this answer.", before !== null && before !== leaf ? { undo: () => write(before) } : {});
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
  }
}
