import { spelled } from "./dates";

/** The query language as the server reads it, as far as the page has to: which parts of a text are filters. */

const keys = ["provider", "role", "model", "tag", "space", "conversation", "has", "in", "before", "after", "branch", "is"] as const;
export type FilterKey = (typeof keys)[number];

export interface Token {
  start: number;
  end: number;
  /** Null: words to find. */
  filter: FilterKey | null;
  negated: boolean;
  value: string;
  quoted: boolean;
}

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  const blank = (i: number) => i >= text.length || /\s/.test(text[i]!);
  while (at < text.length) {
    if (blank(at)) {
      at++;
      continue;
    }
    const start = at;
    const negated = text[at] === "-" && !blank(at + 1) && text[at + 1] !== "-";
    if (negated) at++;
    const named = /^([a-z]+):/i.exec(text.slice(at));
    const filter = named ? (keys.find((key) => key === named[1]!.toLowerCase()) ?? null) : null;
    if (filter) at += named![0].length;
    const quoted = text[at] === '"';
    const from = quoted ? at + 1 : at;
    if (quoted) {
      const close = text.indexOf('"', from);
      at = close < 0 ? text.length : close + 1;
      found.push({ start, end: at, filter, negated, quoted, value: text.slice(from, close < 0 ? text.length : close) });
    } else {
      while (!blank(at)) at++;
      found.push({ start, end: at, filter, negated, quoted, value: text.slice(from, at) });
    }
  }
  // A filter that is still being typed is no filter yet.
  return found.map((token) => (token.filter && token.value === "" ? { ...token, filter: null } : token));
}

export const filtersOf = (text: string) => tokens(text).filter((token) => token.filter !== null);

export function without(text: string, token: Token): string {
  return (text.slice(0, token.start).trimEnd() + " " + text.slice(token.end).trimStart()).trim();
}

/** Null where the value cannot be said in the language. */
export function spell(key: FilterKey, value: string): string | null {
  if (value.includes('"')) return null;
  return /\s/.test(value) || value === "" ? `${key}:"${value}"` : `${key}:${value}`;
}

export const has = (text: string, key: FilterKey, value: string) =>
  filtersOf(text).some((t) => t.filter === key && !t.negated && t.value.toLowerCase() === value.toLowerCase());

/** Adds the filter at the end, or takes it out where it is. */
export function toggle(text: string, key: FilterKey, value: string): string {
  const there = filtersOf(text).find((t) => t.filter === key && !t.negated && t.value.toLowerCase() === value.toLowerCase());
  if (there) return without(text, there);
  const said = spell(key, value);
  return said === null ? text : `${text.trim()} ${said}`.trim();
}

/** Without whatever dates there are; the same text where there are none. */
export function undated(text: string): string {
  let rest = text;
  for (let date; (date = filtersOf(rest).find((t) => t.filter === "before" || t.filter === "after")); ) rest = without(rest, date);
  return rest;
}

/** From that day on and before the other, in place of whatever dates there were. */
export const between = (text: string, start: string, end: string) => `${undated(text)} after:${spelled(start)} before:${spelled(end)}`.trim();

/** In place of whatever dates there were. */
export function inMonth(text: string, month: string): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
  const dated = has(text, "after", month) && has(text, "before", next);
  const rest = undated(text);
  return dated ? rest : `${rest} after:${month} before:${next}`.trim();
}

/** What is sent while somebody is still typing: the last word may go on. */
export function unfinished(text: string): string {
  const last = tokens(text).at(-1);
  return last && last.end === text.length && !last.filter && !last.quoted && /[\p{L}\p{N}]{2,}$/u.test(last.value) && !/^(OR|\w+:.*)$/.test(last.value)
    ? text + "*"
    : text;
}

/** The words that were asked for, to be shown where they stand. */
export const wordsOf = (text: string): string[] =>
  tokens(text)
    .filter((t) => !t.filter && !t.negated && t.value !== "OR")
    .map((t) => t.value.replace(/\*$/, "").trim())
    .filter((value) => value.length > 1);
