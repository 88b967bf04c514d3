import { api, ApiError, connection, of, type Schema } from "../api/client";
import { whenNews } from "../live/live";
import { beyond, mostKept, mostOfOne } from "./bounds";
import { asked, asOwner } from "./database";
import { owner, show } from "./device";
import { findIn, ordered, wantedOf, type Words } from "./find";
import { device, type Kept } from "./state";

/** A kept conversation, whole: its shape and all its words, as the API gave them. */
export interface Whole extends Words {
  id: string;
  nodes: readonly Schema["OutlineItem"][];
}

type Head = Schema["ConversationView"];

/** How long a conversation rests before it is read anew: an answer is many changes. In ms. */
const rest = 1500;

export async function readKept(id: string): Promise<(Whole & { head: Head }) | null> {
  const me = owner();
  if (me === null) return null;
  return asOwner(me, "readonly", async (at) => {
    const kept = (await asked(at("kept").get(id))) as Kept | undefined;
    const words = (await asked(at("words").get(id))) as Omit<Whole, "head"> | undefined;
    return kept && words ? { ...words, head: kept.head } : null;
  });
}

/** What the kept conversations say of it, in the shape of the server's own answer. */
export async function searchKept(q: string, sort: "relevance" | "newest" | "oldest", grouped: boolean): Promise<Schema["SearchResult"]> {
  const begun = performance.now();
  const wanted = wantedOf(q);
  const hits: Schema["SearchItem"][] = [];
  // One at a time: all of them may be 30 MB.
  for (const { id } of device.get()?.kept ?? []) {
    const whole = await readKept(id);
    if (whole) hits.push(...findIn(whole, wanted));
  }
  const items = ordered(hits, sort, grouped);
  const notes = ["On this device: only the conversations that are kept here were searched."];
  if (wanted.more) notes.push("Filters and OR take the server; they were left out.");
  const total = items.length;
  return { items, total, total_at_least: total, total_estimate: total, next_cursor: null, sort, mode: "text", complete: true, cut: false, timed_out: false, rebuilding: false, facets: {}, notes, took_ms: performance.now() - begun };
}

async function forget(id: string) {
  const me = owner();
  if (me === null || !device.get()?.kept.some((one) => one.id === id)) return;
  await asOwner(me, "readwrite", async (at) => {
    at("kept").delete(id);
    at("words").delete(id);
  });
  await show(true);
}

/** Reads a conversation whole and keeps it, where it changed since it was kept; `at` says how recent it is. */
async function gather(id: string, at: number) {
  const me = owner();
  if (me === null) return;
  let head: Head;
  try {
    head = await of(api.GET("/api/conversations/{id}", { params: { path: { id }, query: { limit: 0 } } }));
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 404) return forget(id);
    throw failure;
  }
  // What others share can be taken back by them, which a device that is away would not hear.
  if (head.deleted_at || head.shared) return forget(id);
  const known = device.get()?.kept.find((one) => one.id === id);
  if (known?.head.version === head.version) return touch({ ...known, head, at: Math.max(known.at, at) });
  const nodes = await pages((cursor) => of(api.GET("/api/conversations/{id}/messages/outline", { params: { path: { id }, query: cursor } })));
  if (nodes.reduce((sum, node) => sum + node.size, 0) > mostOfOne) return forget(id);
  const messages: Schema["MessageView"][] = [];
  while (messages.length < nodes.length) {
    const query = { tree: true, limit: 200, offset: messages.length };
    const page = await of(api.GET("/api/conversations/{id}/messages", { params: { path: { id }, query } }));
    messages.push(...page.items);
    if (page.items.length === 0) break;
  }
  const whole = { id, nodes, messages };
  const bytes = new TextEncoder().encode(JSON.stringify(whole)).length;
  if (bytes > mostOfOne) return forget(id);
  await asOwner(me, "readwrite", async (store) => {
    const kept: Kept = { id, owner: me, at: Math.max(known?.at ?? 0, at), bytes, head };
    store("kept").put(kept);
    store("words").put(whole);
    for (const gone of beyond((await asked(store("kept").getAll())) as Kept[])) {
      store("kept").delete(gone);
      store("words").delete(gone);
    }
  });
  await show(true);
}

async function touch(kept: Kept) {
  await asOwner(kept.owner, "readwrite", async (at) => at("kept").put(kept));
  await show(true);
}

async function pages<T>(read: (cursor: { cursor?: string }) => Promise<{ items: T[]; next_cursor: string | null }>): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await read(cursor === null ? {} : { cursor });
    all.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === null) return all;
  }
}

/** Conversations to be looked at, and how recent each is. */
const due = new Map<string, number>();
let running = false;
let timer = 0;

function soon(id: string, at: number) {
  due.set(id, Math.max(due.get(id) ?? 0, at));
  clearTimeout(timer);
  timer = window.setTimeout(() => void work(), rest);
}

/** One after the other, and for all tabs in one of them; what the server refuses or cuts off comes with the next load. */
async function work() {
  if (running) return;
  running = true;
  try {
    await navigator.locks.request("parley-keep", async () => {
      for (let next; (next = due.entries().next().value) && connection.get() === "ok" && owner() !== null; ) {
        due.delete(next[0]);
        await gather(...next);
      }
    });
  } catch {
    due.clear();
  } finally {
    running = false;
  }
}

/** It is being read: it stays longest. */
export const opened = (head: Head) => owner() !== null && soon(head.id, Date.now());

/** The newest conversations, and those that were kept before: what changed since is read, what is no more goes. */
export async function keepNewest() {
  const list = await of(api.GET("/api/conversations", { params: { query: { limit: mostKept } } }));
  const kept = new Map(device.get()?.kept.map((one) => [one.id, one]));
  for (const item of list.items) {
    const known = kept.get(item.id);
    kept.delete(item.id);
    if (known?.head.version !== item.version) soon(item.id, Date.parse(item.updated_at ?? item.created_at ?? "") || 0);
  }
  for (const [id, { at }] of kept) soon(id, at);
}

let following = false;

/** Keeps up with what happens, from now on. */
export function keepUp() {
  if (following) return;
  following = true;
  whenNews((news) => {
    if (owner() === null) return;
    if (news.type === "resync") void keepNewest().catch(() => {});
    else if (news.type === "conversation" && news.conversation_id) {
      if (news.deleted) void forget(news.conversation_id).catch(() => {});
      else soon(news.conversation_id, Date.now());
    }
  });
}
