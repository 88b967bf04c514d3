import type { Item } from "../shell/conversations";
import type { Schema } from "../api/client";

export interface Entry {
  id: string;
  name: string;
  /** What kind it is, or how else it is done. */
  hint: string;
  /** Keys that do it too. */
  keys?: string;
  run: () => void;
}

export interface Group {
  name: string;
  entries: readonly Entry[];
}

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** How well a name is meant by what was typed: 0 not at all; a beginning of it before a beginning of a word before the rest. */
export function closeness(name: string, typed: string): number {
  const [hay, wanted] = [fold(name), fold(typed).trim()];
  if (wanted === "") return 1;
  if (hay.startsWith(wanted)) return 4;
  const words = wanted.split(/\s+/);
  const begins = (word: string) => hay.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word));
  if (words.every(begins)) return 3;
  return words.every((word) => hay.includes(word)) ? 2 : 0;
}

export const matching = (entries: readonly Entry[], typed: string): Entry[] =>
  entries
    .map((entry) => ({ entry, close: closeness(entry.name, typed) }))
    .filter(({ close }) => close > 0)
    .toSorted((a, b) => b.close - a.close)
    .map(({ entry }) => entry);

/** Conversations by title: those of the list at once, and what the server knows of all others, each once. */
export function titled(typed: string, known: readonly Item[], suggested: Schema["SuggestResult"] | null, go: (to: string) => void, most = 8): Entry[] {
  const found = new Map<string, string>();
  const near = known.filter((item) => closeness(item.title ?? item.last_message_preview ?? "Untitled", typed) > 0);
  for (const item of near.slice(0, most)) found.set(item.id, item.title ?? item.last_message_preview ?? "Untitled");
  for (const title of suggested?.titles ?? []) if (found.size < most) found.set(title.conversation_id, found.get(title.conversation_id) ?? title.title);
  return [...found].map(([id, name]) => ({ id, name, hint: "", run: () => go(`/c/${id}`) }));
}

/** Searches: for what was typed, and for what it may become. */
export function searches(typed: string, suggested: Schema["SuggestResult"] | null, go: (to: string) => void): Entry[] {
  const asked = typed.trim();
  if (asked === "") return [];
  const texts = [...new Set([asked, ...(suggested?.spelling ?? []).map((one) => one.text), ...(suggested?.completions ?? []).slice(0, 3).map((one) => one.text)])];
  return texts.map((text) => ({ id: `search ${text}`, name: `Search for “${text}”`, hint: "", run: () => go(`/search?${new URLSearchParams({ q: text })}`) }));
}
