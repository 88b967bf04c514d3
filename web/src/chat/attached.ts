import { api, ApiError, messageOf, send, type Schema } from "../api/client";
import { createStore } from "../app/store";

/** A file that is to go with a question. */
export interface Attached {
  key: number;
  name: string;
  size: number;
  /** As the server knows it; null while it is on its way, or where it was refused. */
  id: string | null;
  image: boolean;
  wrong: string;
}

/** As many as a question takes. */
export const most = 16;

/** By draft: what one attaches stays while one looks elsewhere. */
const drafts = createStore<ReadonlyMap<string, readonly Attached[]>>(new Map());
export const attachedTo = drafts;

const none: readonly Attached[] = [];
export const of = (all: ReadonlyMap<string, readonly Attached[]>, draft: string) => all.get(draft) ?? none;

function put(draft: string, change: (now: readonly Attached[]) => readonly Attached[]) {
  const next = new Map(drafts.get());
  const items = change(of(next, draft));
  if (items.length > 0) next.set(draft, items);
  else next.delete(draft);
  drafts.set(next);
}

let last = 0;

/** Brings files to the server, one after the other. Gives how many were too many. */
export function attach(draft: string, files: readonly File[]): number {
  const room = Math.max(0, most - of(drafts.get(), draft).length);
  const taken = files.slice(0, room).map((file) => ({ file, key: ++last }));
  put(draft, (now) => [...now, ...taken.map(({ file, key }) => ({ key, name: file.name, size: file.size, id: null, image: false, wrong: "" }))]);
  void bring(draft, taken);
  return files.length - taken.length;
}

async function bring(draft: string, files: readonly { file: File; key: number }[]) {
  for (const { file, key } of files) {
    const learn = (what: Partial<Attached>) => put(draft, (now) => now.map((one) => (one.key === key ? { ...one, ...what } : one)));
    try {
      const answer = await send(
        () =>
          new Request(`/api/files?${new URLSearchParams({ name: file.name })}`, {
            method: "POST",
            headers: { "Content-Type": "application/octet-stream" },
            body: file,
          }),
      );
      if (!answer.ok) throw await ApiError.of(answer);
      const { id, media_type: type } = ((await answer.json()) as Schema["FileViewPage"]).items[0]!;
      if (of(drafts.get(), draft).some((one) => one.key === key)) learn({ id, image: type?.startsWith("image/") ?? false });
      else letGo([id]);
    } catch (failure) {
      learn({ wrong: messageOf(failure) });
    }
  }
}

/** Takes one away again. */
export function detach(draft: string, file: Attached) {
  put(draft, (now) => now.filter((one) => one !== file));
  if (file.id !== null) letGo([file.id]);
}

/** They go with the question; where it could not be asked, `give` puts them back. */
export function take(draft: string): readonly Attached[] {
  const items = of(drafts.get(), draft).filter((one) => one.id !== null);
  put(draft, (now) => now.filter((one) => one.id === null));
  return items;
}

export const give = (draft: string, items: readonly Attached[]) => put(draft, (now) => [...items, ...now]);

/** Why a question was refused; of a file, without the name its field has. */
export const refusalOf = (failure: unknown) => {
  const file = failure instanceof ApiError ? failure.fields.find((one) => one.field.startsWith("files[")) : undefined;
  return file ? `${file.message}.` : messageOf(failure);
};

/** What a question kept is not needed apart from it. */
export function letGo(files: readonly string[] | null | undefined) {
  for (const id of files ?? []) void api.DELETE("/api/files/{id}", { params: { path: { id } } }).catch(() => undefined);
}
