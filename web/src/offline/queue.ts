import type { Schema } from "../api/client";

/** A message that was written while the server was away. */
export interface Waiting {
  /** Its `Idempotency-Key`: however often it is sent, the server keeps it once. */
  key: string;
  owner: string;
  /** When it was written, in ms; no two are alike. */
  written: number;
  body: Schema["AskRequest"];
  /** When it was first sent without an answer, in ms; null where the server cannot have it. */
  tried: number | null;
  /** Why it is not sent; null while it waits. */
  refused: string | null;
}

/** What became of one that was sent. */
export type Outcome =
  | { kind: "kept"; answer: string }
  | { kind: "refused"; reason: string }
  /** Nobody knows whether it arrived, or the server has no time: later. */
  | { kind: "away" };

/** Where they are kept. `change` is one transaction. */
export interface Shelf {
  all(): Promise<readonly Waiting[]>;
  change(put: readonly Waiting[], without?: string): Promise<void>;
}

/** The server knows a key for 24 hours: after that a message may be taken for a new one. */
const safeFor = 23 * 60 * 60 * 1000;

/** Messages of one conversation go in their order; one that begins a conversation stands alone. */
export const threadOf = (item: Waiting) => item.body.conversation_id ?? item.key;

/** Those that wait behind one that was refused. */
export function blocked(items: readonly Waiting[]): ReadonlySet<string> {
  const stopped = new Set<string>();
  const keys = new Set<string>();
  for (const item of items.toSorted((a, b) => a.written - b.written)) {
    if (stopped.has(threadOf(item))) keys.add(item.key);
    else if (item.refused !== null) stopped.add(threadOf(item));
  }
  return keys;
}

/** The oldest that may be sent. */
export function nextOf(items: readonly Waiting[]): Waiting | null {
  const behind = blocked(items);
  return items.filter((item) => item.refused === null && !behind.has(item.key)).toSorted((a, b) => a.written - b.written)[0] ?? null;
}

/** Once a message has its answer begun, what was written behind it follows that answer. */
export const following = (items: readonly Waiting[], sent: Waiting, answer: string): Waiting[] =>
  items.filter((item) => item.key !== sent.key && item.tried === null && threadOf(item) === threadOf(sent)).map((item) => ({ ...item, body: { ...item.body, parent_id: answer } }));

/**
 * Sends what waits, one after the other, until nothing does or the server is away. A message is marked before it is sent
 * and gone once it is kept, so that a page that dies in between sends the very same again, under the same key.
 */
export async function sendAll(shelf: Shelf, post: (item: Waiting) => Promise<Outcome>, now: () => number): Promise<"done" | "away"> {
  for (;;) {
    const items = await shelf.all();
    const item = nextOf(items);
    if (!item) return "done";
    if (item.tried !== null && now() - item.tried > safeFor) {
      await shelf.change([{ ...item, refused: "It was sent more than a day ago without an answer, and may have arrived. Look before you send it again." }]);
      continue;
    }
    const tried = { ...item, tried: item.tried ?? now() };
    await shelf.change([tried]);
    const outcome = await post(tried);
    if (outcome.kind === "away") return "away";
    if (outcome.kind === "kept") await shelf.change(following(await shelf.all(), item, outcome.answer), item.key);
    else await shelf.change([{ ...item, tried: null, refused: outcome.reason }]);
  }
}
