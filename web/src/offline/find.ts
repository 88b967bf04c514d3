import type { Schema } from "../api/client";
import { tokens } from "../search/query";

/** A conversation with its words. */
export interface Words {
  head: Schema["ConversationView"];
  messages: readonly Schema["MessageView"][];
}

type Hit = Schema["SearchItem"];

const around = 80;
const escaped = (word: string) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
const pattern = (word: string, flags: string) => new RegExp(escaped(word).replace(/\s+/g, "\\s+"), flags);

/** What a text has to say, and must not, whatever the case of its letters; filters are the server's. */
export interface Wanted {
  all: readonly RegExp[];
  none: readonly RegExp[];
  marks: RegExp | null;
  /** Filters and OR, which mean nothing here. */
  more: boolean;
}

export function wantedOf(query: string): Wanted {
  const said = tokens(query).map((token) => ({ ...token, value: token.value.replace(/\*$/, "").trim() }));
  const words = said.filter((token) => token.filter === null && token.value !== "" && (token.quoted || token.value !== "OR"));
  const wanted = words.filter((token) => !token.negated).map((token) => token.value);
  return {
    all: wanted.map((word) => pattern(word, "iu")),
    none: words.filter((token) => token.negated).map((token) => pattern(token.value, "iu")),
    marks: wanted.length > 0 ? new RegExp(wanted.map((word) => pattern(word, "iu").source).join("|"), "giu") : null,
    more: said.some((token) => token.filter !== null || (!token.quoted && token.value === "OR")),
  };
}

const says = ({ all, none }: Wanted, text: string) => all.length > 0 && all.every((word) => word.test(text)) && !none.some((word) => word.test(text));

/** A piece of a text with what was found in it. */
export function snippetOf(text: string, marks: RegExp): Schema["Snippet"] {
  const first = text.search(new RegExp(marks.source, "iu"));
  const start = first <= around ? 0 : first - around;
  const end = Math.min(text.length, start + 4 * around);
  // One blank for each line break and tab, so that places stay.
  const piece = text.slice(start, end).replace(/[\r\n\t]/g, " ");
  const lead = start > 0 ? "… " : "";
  const highlights = [...piece.matchAll(marks)].map((found) => ({ start: found.index + lead.length, end: found.index + found[0].length + lead.length }));
  return { text: lead + piece + (end < text.length ? " …" : ""), highlights };
}

/** The messages and titles of one conversation that say all of it. */
export function findIn({ head, messages }: Words, wanted: Wanted): Hit[] {
  const { marks } = wanted;
  if (!marks) return [];
  const common = { conversation_id: head.id, document_id: null, title: head.title, provider: head.provider, score: 0, more: 0, found_by: "words" as const };
  const hits: Hit[] = [];
  if (head.title && says(wanted, head.title)) {
    hits.push({ ...common, kind: "title", message_id: null, model: head.model, role: null, created_at: head.updated_at ?? head.created_at, path: null, field: "title", snippet: snippetOf(head.title, marks) });
  }
  for (const message of messages) {
    if (message.hidden || !says(wanted, message.content)) continue;
    hits.push({ ...common, kind: "message", message_id: message.id, model: message.model, role: message.role, created_at: message.created_at, path: message.active, field: message.role === "user" ? "prompt" : "answer", snippet: snippetOf(message.content, marks) });
  }
  return hits;
}

const timeOf = (hit: Hit) => Date.parse(hit.created_at ?? "") || 0;

/** Titles first, then the newest; there is no other measure of what is best here. */
export function ordered(hits: readonly Hit[], sort: "relevance" | "newest" | "oldest", grouped: boolean): Hit[] {
  const title = (hit: Hit) => (sort === "relevance" && hit.kind === "title" ? 1 : 0);
  const all = hits.toSorted((a, b) => title(b) - title(a) || (sort === "oldest" ? timeOf(a) - timeOf(b) : timeOf(b) - timeOf(a)));
  if (!grouped) return all;
  const first = new Map<string | null, Hit>();
  for (const hit of all) {
    const known = first.get(hit.conversation_id);
    first.set(hit.conversation_id, known ? { ...known, more: known.more + 1 } : hit);
  }
  return [...first.values()];
}
