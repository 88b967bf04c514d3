import { api, of, type Schema } from "../api/client";
import { createStore } from "../app/store";

/** Something one asks often: one's own, or one that comes with Parley. */
export interface Prompt {
  id: string;
  /** The word it is called by. */
  command: string;
  title: string;
  content: string;
}

/** Null until they were read. */
export const prompts = createStore<readonly Prompt[] | null>(null);

/** Reads them; one's own come first. */
export async function readPrompts() {
  const own: Schema["PromptView"][] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Schema["PromptViewPage"] = await of(api.GET("/api/prompts", { params: { query: { limit: 200, ...(cursor !== null && { cursor }) } } }));
    own.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === null) break;
  }
  const given = await of(api.GET("/api/prompts/templates"));
  const named = (one: { id: string; title: string; content: string }, command: string): Prompt => ({ id: one.id, command, title: one.title, content: one.content });
  prompts.set([...own.map((one) => named(one, one.command ?? slug(one.title))), ...given.items.map((one) => named(one, one.id))]);
}

const slug = (title: string) => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
