import { dialog } from "../app/dialogs";
import type { Item } from "../shell/conversations";
import type { MenuEntry } from "../ui/Menu";
import { archive, bin, fork, pin, purge, restore, star } from "./conversations";

/** What can be done with a conversation; the menus and the palette show the same. Null is a line between groups. */
export function entriesOf(item: Item): (MenuEntry | null)[] {
  if (item.deleted_at) {
    return [{ name: "Take out of the bin", icon: "again", run: () => void restore(item) }, null, { name: "Delete for good…", icon: "trash", danger: true, run: () => purge(item) }];
  }
  const file = (format: "markdown" | "json") => `/api/export/conversations/${item.id}/${format}`;
  const all: (MenuEntry | null)[] = [
    { name: "Export as Markdown", icon: "import", href: file("markdown") },
    { name: "Export as JSON, all branches", icon: "import", href: file("json") },
  ];
  // Marks, folder and tags of a shared one are its owner's.
  if (item.shared) return [{ name: "Copy into one of my own", icon: "fork", run: () => void fork(item) }, null, ...all];
  return [
    { name: "Rename…", icon: "edit", run: () => dialog.set({ name: "rename", item }) },
    { name: item.pinned ? "Unpin" : "Pin", icon: "pin", run: () => void pin(item) },
    { name: item.starred ? "Take the star away" : "Star", icon: "star", run: () => void star(item) },
    { name: "Folder…", icon: "folder", run: () => dialog.set({ name: "folder", item }) },
    { name: "Tags…", icon: "tag", run: () => dialog.set({ name: "tags", item }) },
    null,
    { name: "Share…", icon: "share", run: () => dialog.set({ name: "share", item, message: null }) },
    { name: "Copy it", icon: "fork", run: () => void fork(item) },
    ...all,
    null,
    { name: item.archived ? "Take out of the archive" : "Archive", icon: "archive", run: () => void archive(item) },
    { name: "Into the bin", icon: "trash", danger: true, run: () => void bin(item) },
  ];
}
