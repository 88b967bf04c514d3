import type { Prompt } from "./prompts";

export interface Variable {
  name: string;
  /** What stands there where nothing is given; "" too where nothing is said. */
  standard: string;
}

/** As the server reads them: `{{name}}` or `{{name:what else}}`; anything else in braces is text. */
const braces = /\{\{((?:(?!\}\})[\s\S])*)\}\}/g;
const own = /^[\p{L}\p{Nd} _-]{1,60}$/u;

function partsOf(inner: string): { name: string; standard: string | null } | null {
  const colon = inner.indexOf(":");
  const name = (colon < 0 ? inner : inner.slice(0, colon)).trim();
  return own.test(name) ? { name, standard: colon < 0 ? null : inner.slice(colon + 1) } : null;
}

/** What has to be given, each once, in order. */
export function variablesOf(content: string): Variable[] {
  const found = new Map<string, Variable>();
  for (const [, inner] of content.matchAll(braces)) {
    const parts = partsOf(inner!);
    if (parts && !/^CURRENT_(DATE|TIME)$/.test(parts.name) && !found.has(parts.name)) found.set(parts.name, { name: parts.name, standard: parts.standard ?? "" });
  }
  return [...found.values()];
}

/** The text with what was given; date and time are known. */
export function filled(content: string, given: ReadonlyMap<string, string>, now = new Date()): string {
  return content.replace(braces, (whole, inner: string) => {
    const parts = partsOf(inner);
    if (!parts) return whole;
    if (parts.name === "CURRENT_DATE") return now.toISOString().slice(0, 10);
    if (parts.name === "CURRENT_TIME") return now.toISOString().slice(11, 16);
    return given.get(parts.name) || (parts.standard ?? whole);
  });
}

/** Those that are meant by a word: by its beginning first, then by what is in it. */
export function meant(all: readonly Prompt[], typed: string, most = 8): Prompt[] {
  const wanted = typed.toLowerCase();
  const close = ({ command, title }: Prompt) => {
    const [word, name] = [command.toLowerCase(), title.toLowerCase()];
    return word.startsWith(wanted) ? 3 : name.startsWith(wanted) ? 2 : word.includes(wanted) || name.includes(wanted) ? 1 : 0;
  };
  return all
    .map((prompt) => ({ prompt, how: close(prompt) }))
    .filter(({ how }) => how > 0)
    .toSorted((a, b) => b.how - a.how)
    .slice(0, most)
    .map(({ prompt }) => prompt);
}
