import { api, ApiError, messageOf, of, reachable, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { navigate } from "../app/router";
import { focusOn } from "../keys/ahead";
import { tell } from "../live/live";
import { conversations, gone, placed, refresh, reload, type Item } from "../shell/conversations";
import { readPlaces } from "../shell/views";
import { say } from "../ui/toasts";
import { opened } from "./opened";

/** What is done to conversations: shown at once, put back where the server refuses, undone by what it was before. */

type Change = Schema["ChangeConversation"];

const nameOf = (item: Item) => `“${item.title ?? "Untitled"}”`;

/** Everybody who shows it looks at it: the list, and the conversation where it is open. */
const changed = (id: string) => {
  refresh(id);
  tell({ type: "conversation", conversation_id: id });
};

async function write(id: string, body: Change) {
  try {
    await of(api.PATCH("/api/conversations/{id}", { params: { path: { id } }, body }));
  } finally {
    changed(id);
  }
}

/** Changes it, and says so with the way back; nothing where the server refuses but its reason. */
export async function change(item: Item, body: Change, shown: Partial<Item>, back: Change, said: string) {
  // What is not in the list (archived, further down) is not put there by what may be refused.
  const list = conversations.get();
  if ([...list.pinned, ...list.items].some((one) => one.id === item.id)) conversations.set(placed(list, { ...item, ...shown }));
  try {
    await write(item.id, body);
    say(said, { undo: () => write(item.id, back) });
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
  }
}

export const rename = (item: Item, title: string) =>
  change(item, { title }, { title: title || null }, { title: item.title ?? "" }, title ? `It is called “${title}” now.` : "It has no title now.");

export const pin = (item: Item) =>
  change(item, { pinned: !item.pinned }, { pinned: !item.pinned }, { pinned: item.pinned }, `${nameOf(item)} is ${item.pinned ? "no longer pinned" : "pinned"}.`);

export const star = (item: Item) =>
  change(item, { starred: !item.starred }, { starred: !item.starred }, { starred: item.starred }, `${nameOf(item)} is ${item.starred ? "no longer starred" : "starred"}.`);

export const archive = (item: Item) =>
  change(item, { archived: !item.archived }, { archived: !item.archived }, { archived: item.archived }, `${nameOf(item)} is ${item.archived ? "back in the list" : "archived: search still finds it"}.`);

/** Folders and tags that are new are there to be shown. */
const filed = (work: Promise<void>) => work.then(readPlaces);

export const moveTo = (item: Item, folder: { id: string; name: string } | null) =>
  filed(change(item, { folder: folder?.id ?? "" }, { folder }, { folder: item.folder?.id ?? "" }, folder ? `${nameOf(item)} lies in ${folder.name} now.` : `${nameOf(item)} lies in no folder now.`));

export const tag = (item: Item, tags: readonly string[]) =>
  filed(change(item, { tags: [...tags] }, { tags: [...tags] }, { tags: item.tags }, tags.length > 0 ? `Its tags are ${tags.join(", ")}.` : "It has no tags now."));

const put = (id: string) => of(api.DELETE("/api/conversations/{id}", { params: { path: { id } } }));
const takeOut = (id: string) => of(api.POST("/api/conversations/{id}/restore", { params: { path: { id } } }));

/** Out of the bin. */
export async function restore(item: Item) {
  conversations.set(gone(conversations.get(), item.id));
  try {
    await takeOut(item.id);
    say(`${nameOf(item)} is back.`, {
      undo: async () => {
        await put(item.id);
        changed(item.id);
      },
    });
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
  }
  changed(item.id);
}

/** Deletes it for good, at once or where the server asks for patience after that; what is gone already is. */
async function erase(id: string) {
  for (;;) {
    try {
      return void (await of(api.DELETE("/api/conversations/{id}", { params: { path: { id }, query: { permanent: true } } })));
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (failure.status === 404) return;
      if (failure.status !== 429) throw failure;
      await reachable(1000 * (failure.retryAfter ?? 1));
    }
  }
}

export const purge = (item: Item) =>
  dialog.set({
    name: "confirm",
    title: `Delete ${nameOf(item)} for good?`,
    text: "Its messages and files go with it. It cannot be undone.",
    yes: "Delete",
    run: async () => {
      await erase(item.id);
      conversations.set(gone(conversations.get(), item.id));
      if (opened.get()?.id === item.id) leave();
      say(`${nameOf(item)} is deleted.`);
    },
  });

/** Deletes all that lies in the bin, also what is not listed yet; the server says where it is more than it deletes at once. */
export async function emptyBin() {
  while ((await of(api.DELETE("/api/bin"))).more);
  await reload();
  say("The bin is empty.");
}

/** What was open is no more. */
function leave() {
  navigate("/");
  focusOn("#main.home", 2000);
}

/** Into the bin, whence it comes back for thirty days. */
export async function bin(item: Item) {
  const before = conversations.get();
  conversations.set(gone(before, item.id));
  try {
    await put(item.id);
    if (opened.get()?.id === item.id) leave();
    say(`${nameOf(item)} is in the bin for 30 days.`, {
      undo: async () => {
        await takeOut(item.id);
        changed(item.id);
      },
    });
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
    changed(item.id);
  }
}

export async function fork(item: Item) {
  try {
    const params = { path: { id: item.id }, header: { "Idempotency-Key": crypto.randomUUID() } };
    const made = await of(api.POST("/api/conversations/{id}/fork", { params, body: { tree: true } }));
    refresh(made.id);
    navigate(`/c/${made.id}`);
    say("This is a copy with all its branches.");
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
  }
}
