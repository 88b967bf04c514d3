import { api, ApiError, messageOf, of, type Schema } from "../api/client";
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

/** Rows that are read anew at most; below them stands what was known. */
const mostAnew = 2000;

/** Reads the list from its beginning, as far as it is shown; what stands stays until the answers are there. */
export async function reload(space: string | null = conversations.get().space) {
  const turn = ++asked;
  const before = conversations.get();
  const same = before.space === space;
  conversations.set(same ? { ...before, state: "loading" } : { space, ...blank });
  const filter = { ...(space === null ? {} : { space }), archived: false };
  const list = (query: object) => of(api.GET("/api/conversations", { params: { query: { ...filter, ...query } } }));
  try {
    const wanted = Math.min(same ? before.items.length : 0, mostAnew);
    const [pinned, first] = await Promise.all([list({ pinned: true, limit: 100 }), list({ pinned: false, limit: wanted > 100 ? 200 : 100 })]);
    let items: readonly Item[] = first.items;
    let next = first.next_cursor;
    while (next !== null && items.length < wanted && turn === asked) {
      const page = await list({ pinned: false, limit: 200, cursor: next });
      items = joined(items, page.items);
      next = page.next_cursor;
    }
    if (turn !== asked) return;
    conversations.set({ space, pinned: pinned.items, ...(same ? extended(before, items, next) : { items, next }), state: "ready", reason: "" });
  } catch (failure) {
    if (turn === asked) conversations.set({ ...conversations.get(), state: "failed", reason: messageOf(failure) });
  }
}

/** Both, what stands in both once: one that moved up since stands there already. */
function joined(items: readonly Item[], below: readonly Item[]): Item[] {
  const known = new Set(items.map((item) => item.id));
  return items.concat(below.filter((item) => !known.has(item.id)));
}

/** What was read anew, and below it what was shown there. */
export function extended(before: Pick<List, "items" | "next">, items: readonly Item[], next: string | null): Pick<List, "items" | "next"> {
  const last = items.at(-1);
  if (next === null || !last || before.items.length <= items.length) return { items, next };
  return { items: joined(items, before.items.filter((item) => timeOf(item) < timeOf(last))), next: before.next };
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
    conversations.set({ ...now, items: joined(now.items, page.items), next: page.next_cursor, state: "ready" });
  } catch (failure) {
    if (turn === asked) conversations.set({ ...conversations.get(), state: "failed", reason: messageOf(failure) });
  }
}

/** Changed conversations that are looked at one by one, at most; more are the list anew. */
const mostAlone = 8;
const changed = new Set<string>();
let timer: ReturnType<typeof setTimeout> | null = null;

/** Has a conversation that changed looked at soon, and put where it belongs; nothing else in the list moves. */
export function refresh(id: string) {
  changed.add(id);
  timer ??= setTimeout(() => void look(), 150);
}

async function look() {
  timer = null;
  // An answer that is on its way may be of before.
  if (conversations.get().state === "loading") return void (timer = setTimeout(() => void look(), 150));
  const ids = [...changed];
  changed.clear();
  if (ids.length > mostAlone) return void reload();
  await Promise.all(
    ids.map(async (id) => {
      try {
        const item = await of(api.GET("/api/conversations/{id}", { params: { path: { id }, query: { limit: 0 } } }));
        conversations.set(placed(conversations.get(), item));
      } catch (failure) {
        if (failure instanceof ApiError && failure.status === 404) remove(id);
        // A server that does not answer is said so elsewhere, and the list is read anew once it does.
      }
    }),
  );
}

export const remove = (id: string) => conversations.set(gone(conversations.get(), id));

/** The list without it. */
export function gone(list: List, id: string): List {
  const others = (items: readonly Item[]) => (items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items);
  return { ...list, pinned: others(list.pinned), items: others(list.items) };
}

const timeOf = (item: Item) => Date.parse(item.updated_at ?? item.created_at ?? "") || 0;

/** The list with that state of a conversation in it, where it belongs by its time; without it where it does not. */
export function placed(list: List, item: Item): List {
  const rest = gone(list, item.id);
  if (item.archived || item.deleted_at || (list.space !== null && item.space !== list.space)) return rest;
  const among = item.pinned ? rest.pinned : rest.items;
  const below = among.findIndex((one) => timeOf(one) <= timeOf(item));
  // Further down than the list is known it comes with its page.
  if (below < 0 && !item.pinned && rest.next !== null) return rest;
  const here = among.toSpliced(below < 0 ? among.length : below, 0, item);
  return item.pinned ? { ...rest, pinned: here } : { ...rest, items: here };
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
