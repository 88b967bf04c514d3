import { api, of, type Schema } from "../api/client";
import { createStore } from "../app/store";
import type { Item } from "./conversations";

/** What the list shows: a space or all of them, or what lies elsewhere. */
export type View =
  | { kind: "list"; space: string | null }
  | { kind: "archive" }
  | { kind: "bin" }
  | { kind: "folder"; id: string; name: string }
  | { kind: "tag"; name: string };

export const everything: View = { kind: "list", space: null };

/** One spelling of each, for what has to name it. */
export function keyOf(view: View): string {
  if (view.kind === "list") return view.space === null ? "list" : `space ${view.space}`;
  if (view.kind === "folder") return `folder ${view.id}`;
  return view.kind === "tag" ? `tag ${view.name}` : view.kind;
}

export function nameOf(view: View): string {
  if (view.kind === "list") return view.space ?? "All conversations";
  if (view.kind === "tag") return `#${view.name}`;
  return view.kind === "folder" ? view.name : view.kind === "bin" ? "Bin" : "Archive";
}

export const emptyOf = (view: View) =>
  ({ list: "No conversations yet.", archive: "Nothing is archived.", bin: "The bin is empty.", folder: "Nothing lies in this folder.", tag: "Nothing has this tag." })[view.kind];

/** What the list is asked for; pinned ones stand apart only among all. */
export function filterOf(view: View): { space?: string; folder?: string; tag?: string[]; archived: boolean } {
  return {
    archived: view.kind === "archive",
    ...(view.kind === "list" && view.space !== null && { space: view.space }),
    ...(view.kind === "folder" && { folder: view.id }),
    ...(view.kind === "tag" && { tag: [view.name] }),
  };
}

/** Whether a conversation in that state is shown there. */
export function shows(view: View, item: Item): boolean {
  if (view.kind === "bin") return Boolean(item.deleted_at);
  if (item.deleted_at) return false;
  if (view.kind === "archive") return item.archived;
  if (item.archived) return false;
  if (view.kind === "folder") return item.folder?.id === view.id;
  if (view.kind === "tag") return item.tags.some((tag) => tag.toLowerCase() === view.name.toLowerCase());
  return view.space === null || item.space === view.space;
}

export interface Places {
  spaces: readonly Schema["LabelView"][];
  folders: readonly Schema["FolderView"][];
  tags: readonly Schema["LabelView"][];
}

/** Where conversations can lie: what is chosen from. */
export const places = createStore<Places>({ spaces: [], folders: [], tags: [] });

/** The first of each kind; what is not among them is found by search. */
const most = 200;

export async function readPlaces() {
  const params = { params: { query: { limit: most } } };
  try {
    const [spaces, folders, tags] = await Promise.all([of(api.GET("/api/spaces", params)), of(api.GET("/api/folders", params)), of(api.GET("/api/tags", params))]);
    places.set({ spaces: spaces.items, folders: folders.items, tags: tags.items });
  } catch {
    // The list beside it says what is wrong; without them it shows everything.
  }
}

/** Each place by itself, as one goes there. */
export function viewsOf({ spaces, folders, tags }: Places): View[] {
  return [
    everything,
    ...(spaces.length > 1 ? spaces.map((one): View => ({ kind: "list", space: one.name })) : []),
    { kind: "archive" },
    { kind: "bin" },
    ...folders.map((one): View => ({ kind: "folder", id: one.id, name: one.name })),
    ...tags.map((one): View => ({ kind: "tag", name: one.name })),
  ];
}
