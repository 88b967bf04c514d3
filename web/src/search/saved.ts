import { api, messageOf, of, type Schema } from "../api/client";
import { createStore } from "../app/store";
import { say } from "../ui/toasts";

export type Saved = Schema["SavedSearch"];
export type ToSave = Schema["SaveSearch"];

/** By name; null until they are read. */
export const saved = createStore<readonly Saved[] | null>(null);

/** Those that are shown at most. */
const most = 200;

/** Reads them anew. */
export async function readSaved() {
  const page = await of(api.GET("/api/search/saved", { params: { query: { limit: most } } }));
  saved.set(page.items);
}

/** Where it leads. */
export const addressOf = ({ query, sort, group }: Pick<Saved, "query" | "sort" | "group">) =>
  `/search?${new URLSearchParams({ q: query, ...(sort !== "relevance" && { sort }), ...(group !== "none" && { group }) })}`;

const bodyOf = ({ name, query, sort, group }: Saved): ToSave => ({ name, query, sort, group });

export async function save(body: ToSave) {
  await of(api.POST("/api/search/saved", { params: { header: { "Idempotency-Key": crypto.randomUUID() } }, body }));
  await readSaved();
  say(`“${body.name}” is saved.`);
}

export async function rename(one: Saved, name: string) {
  const write = (body: ToSave) => of(api.PUT("/api/search/saved/{id}", { params: { path: { id: one.id } }, body })).then(readSaved);
  await write({ ...bodyOf(one), name });
  say(`It is called “${name}” now.`, { undo: () => write(bodyOf(one)) });
}

export async function forget(one: Saved) {
  try {
    await of(api.DELETE("/api/search/saved/{id}", { params: { path: { id: one.id } } }));
    await readSaved();
    say(`“${one.name}” is no longer saved.`, {
      undo: async () => {
        await of(api.POST("/api/search/saved", { params: { header: { "Idempotency-Key": crypto.randomUUID() } }, body: bodyOf(one) }));
        await readSaved();
      },
    });
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
  }
}
