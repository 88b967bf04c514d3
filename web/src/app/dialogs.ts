import type { Item } from "../shell/conversations";
import type { Prompt } from "../chat/prompts";
import type { Saved, ToSave } from "../search/saved";
import { createStore } from "./store";

/** What stands over the page; one at a time. */
export type Shown =
  | { name: "palette" | "keys" }
  | { name: "rename" | "folder" | "tags"; item: Item }
  | { name: "share"; item: Item; message: string | null }
  | { name: "fill"; prompt: Prompt; done: (text: string) => void }
  | { name: "saveSearch"; of: Saved | Omit<ToSave, "name"> }
  | { name: "confirm"; title: string; text: string; yes: string; run: () => Promise<void> };

export const dialog = createStore<Shown | null>(null);
export const closeDialog = () => dialog.set(null);
