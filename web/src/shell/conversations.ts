import { api, messageOf, of, type Schema } from "../api/client";
import { createStore } from "../app/store";
import { dateGroup } from "../ui/format";

export type Item = Schema["ConversationItem"];

export interface List {
  /** Name of the space that is shown; null: all of them. */
  space: string | null;
  pinned: readonly Item[];
  items: readonly Item[];
  /** Where the list goes on; null at its end. */
  next: string | null;
  state: "loading" | "ready" | "failed";
  reason: string;
}

const blank = { pinned: [], items: [], next: null, state: "loading", reason: "" } as const;
export const conversations = createStore<List>({ space: null, ...blank });

let asked = 0;

/** Reads the list from its beginning; what stands stays until the answer is there. */
export async function reload(space: string | null = conversations.get().space) {
  const turn = ++asked;
  const before = conversations.get();
  conversations.set(before.space === space ? { ...before, state: "loading" } : { space, ...blank });
  const filter = { ...(space === null ? {} : { space }), archived: false };
  try {
    const [pinned, page] = await Promise.all([
      of(api.GET("/api/conversations", { params: { query: { ...filter, pinned: true, limit: 100 } } })),
      of(api.GET("/api/conversations", { params: { query: { ...filter, pinned: false, limit: 100 } } })),
    ]);
    if (turn !== asked) return;
    conversations.set({ space, pinned: pinned.items, items: page.items, next: page.next_cursor, state: "ready", reason: "" });
  } catch (failure) {
    if (turn === asked) conversations.set({ ...conversations.get(), state: "failed", reason: messageOf(failure) });
  }
}

/** Reads the next page, once at a time. */
export async function more() {
  const { state, next, space } = conversations.get();
  if (state !== "ready" || next === null) return;
  const turn = asked;
  conversations.set({ ...conversations.get(), state: "loading" });
  const query = { ...(space === null ? {} : { space }), archived: false, pinned: false, limit: 200, cursor: next };
  try {
    const page = await of(api.GET("/api/conversations", { params: { query } }));
    if (turn !== asked) return;
    const now = conversations.get();
    conversations.set({ ...now, items: now.items.concat(page.items), next: page.next_cursor, state: "ready" });
  } catch (failure) {
    if (turn === asked) conversations.set({ ...conversations.get(), state: "failed", reason: messageOf(failure) });
  }
}

export type Row = { kind: "head"; label: string } | { kind: "item"; item: Item };

/** Pins first, then by date; a heading before each group. */
export function rowsOf(list: Pick<List, "pinned" | "items">, now = new Date()): Row[] {
  const rows: Row[] = [];
  if (list.pinned.length > 0) rows.push({ kind: "head", label: "Pinned" });
  for (const item of list.pinned) rows.push({ kind: "item", item });
  let group = "";
  for (const item of list.items) {
    const label = dateGroup(item.updated_at ?? item.created_at, now);
    if (label !== group) rows.push({ kind: "head", label });
    group = label;
    rows.push({ kind: "item", item });
  }
  return rows;
}
