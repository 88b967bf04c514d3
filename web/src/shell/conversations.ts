import { api, ApiError, connection, messageOf, of, type Schema } from "../api/client";
import { createStore } from "../app/store";
import { device } from "../offline/state";
import { dateGroup } from "../ui/format";
import { everything, filterOf, keyOf, shows, type View } from "./views";

export type Item = Schema["ConversationItem"];

export interface List {
  /** What is shown. */
  view: View;
  pinned: readonly Item[];
  items: readonly Item[];
  /** Where the list goes on; null at its end. */
  next: string | null;
  state: "loading" | "ready" | "failed";
  reason: string;
}

const blank = { pinned: [], items: [], next: null, state: "loading", reason: "" } as const;
export const conversations = createStore<List>({ view: everything, ...blank });

let asked = 0;

/** Rows that are read anew at most; below them stands what was known. */
const mostAnew = 2000;

/** A page of what is shown there. */
const pageOf = (view: View, query: { limit: number; cursor?: string; pinned?: boolean }) =>
  view.kind === "bin"
    ? of(api.GET("/api/bin", { params: { query } }))
    : of(api.GET("/api/conversations", { params: { query: { ...filterOf(view), ...query } } }));

/** Pinned ones stand apart among all; where conversations were put away they are like others. */
const apart = (view: View) => (view.kind === "list" ? { pinned: false } : {});

/** Reads the list from its beginning, as far as it is shown; what stands stays until the answers are there. */
export async function reload(view: View = conversations.get().view) {
  const turn = ++asked;
  const before = conversations.get();
  const same = keyOf(before.view) === keyOf(view);
  if (connection.get() === "lost" && device.get()) return conversations.set(keptOf(view));
  conversations.set(same ? { ...before, state: "loading" } : { view, ...blank });
  try {
    const wanted = Math.min(same ? before.items.length : 0, mostAnew);
    const [pinned, first] = await Promise.all([
      view.kind === "list" ? pageOf(view, { pinned: true, limit: 100 }).then((page) => page.items) : [],
      pageOf(view, { ...apart(view), limit: wanted > 100 ? 200 : 100 }),
    ]);
    let items: readonly Item[] = first.items;
    let next = first.next_cursor;
    while (next !== null && items.length < wanted && turn === asked) {
      const page = await pageOf(view, { ...apart(view), limit: 200, cursor: next });
      items = joined(items, page.items);
      next = page.next_cursor;
    }
    if (turn !== asked) return;
    conversations.set({ view, pinned, ...(same ? extended(before, items, next) : { items, next }), state: "ready", reason: "" });
  } catch (failure) {
    if (turn !== asked) return;
    const away = failure instanceof ApiError && failure.status === 0 && device.get() !== null;
    conversations.set(away ? keptOf(view) : { ...conversations.get(), state: "failed", reason: messageOf(failure) });
  }
}

/** What this device keeps of a view, for when the server is away. */
function keptOf(view: View): List {
  const heads = (device.get()?.kept ?? []).map((one) => one.head).filter((head) => shows(view, head));
  const items = heads.toSorted((a, b) => timeOf(b) - timeOf(a));
  const above = (item: Item) => item.pinned && view.kind === "list";
  return { view, pinned: items.filter(above), items: items.filter((item) => !above(item)), next: null, state: "ready", reason: "" };
}

/** Shows something else. */
export const show = (view: View) => reload(view);

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
  const { state, next, view } = conversations.get();
  if (state !== "ready" || next === null) return;
  const turn = asked;
  conversations.set({ ...conversations.get(), state: "loading" });
  try {
    const page = await pageOf(view, { ...apart(view), limit: 200, cursor: next });
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

/** The time an item stands at: in the bin, when it came there. */
export const momentOf = (item: Item) => item.deleted_at ?? item.updated_at ?? item.created_at;

const timeOf = (item: Item) => Date.parse(momentOf(item) ?? "") || 0;

/** The list with that state of a conversation in it, where it belongs by its time; without it where it does not. */
export function placed(list: List, item: Item): List {
  const rest = gone(list, item.id);
  if (!shows(list.view, item)) return rest;
  const above = item.pinned && list.view.kind === "list";
  const among = above ? rest.pinned : rest.items;
  const below = among.findIndex((one) => timeOf(one) <= timeOf(item));
  // Further down than the list is known it comes with its page.
  if (below < 0 && !above && rest.next !== null) return rest;
  const here = among.toSpliced(below < 0 ? among.length : below, 0, item);
  return above ? { ...rest, pinned: here } : { ...rest, items: here };
}

export type Row = { kind: "head"; label: string } | { kind: "item"; item: Item };

/** Pins first, then by date; a heading before each group. */
export function rowsOf(list: Pick<List, "pinned" | "items">, now = new Date()): Row[] {
  const rows: Row[] = [];
  if (list.pinned.length > 0) rows.push({ kind: "head", label: "Pinned" });
  for (const item of list.pinned) rows.push({ kind: "item", item });
  let group = "";
  for (const item of list.items) {
    const label = dateGroup(momentOf(item), now);
    if (label !== group) rows.push({ kind: "head", label });
    group = label;
    rows.push({ kind: "item", item });
  }
  return rows;
}
