/** Every key that does something: what listens looks here, and what `?` shows is made of it. */

export type Scope = "page" | "list" | "messages" | "map" | "find" | "search" | "dates" | "chart" | "tabs" | "rows" | "graph" | "composer";

interface Key {
  scope: Scope;
  action: string;
  /** Any of them; "g h" is one after the other, Mod is Ctrl, or ⌘ on a Mac. */
  keys: readonly string[];
  name: string;
}

export const table = [
  { scope: "page", action: "palette", keys: ["Mod+k"], name: "Go anywhere, do anything" },
  { scope: "page", action: "search", keys: ["/", "g s"], name: "Search" },
  { scope: "page", action: "home", keys: ["g h"], name: "Home" },
  { scope: "page", action: "import", keys: ["g i"], name: "Import" },
  { scope: "page", action: "documents", keys: ["g d"], name: "Documents" },
  { scope: "page", action: "requirements", keys: ["g r"], name: "Requirements" },
  { scope: "page", action: "insight", keys: ["g o"], name: "Overview" },
  { scope: "page", action: "settings", keys: ["g ,"], name: "Settings" },
  { scope: "page", action: "admin", keys: ["g a"], name: "Administration" },
  { scope: "page", action: "list", keys: ["g l"], name: "To the list of conversations" },
  { scope: "page", action: "messages", keys: ["g m"], name: "To the messages" },
  { scope: "page", action: "consent", keys: ["g t"], name: "To what a tool asks" },
  { scope: "page", action: "write", keys: ["c"], name: "Write" },
  { scope: "page", action: "new", keys: ["n"], name: "New conversation" },
  { scope: "page", action: "undo", keys: ["z"], name: "Undo" },
  { scope: "page", action: "keys", keys: ["?"], name: "All keys" },
  { scope: "list", action: "next", keys: ["j", "ArrowDown"], name: "Next" },
  { scope: "list", action: "previous", keys: ["k", "ArrowUp"], name: "Previous" },
  { scope: "list", action: "pageDown", keys: ["PageDown"], name: "Twelve down" },
  { scope: "list", action: "pageUp", keys: ["PageUp"], name: "Twelve up" },
  { scope: "list", action: "first", keys: ["Home", "g g"], name: "First" },
  { scope: "list", action: "last", keys: ["End", "G"], name: "Last" },
  { scope: "list", action: "menu", keys: [".", "Shift+F10", "ContextMenu"], name: "What can be done with it" },
  { scope: "list", action: "rename", keys: ["F2"], name: "Rename" },
  { scope: "list", action: "pin", keys: ["p"], name: "Pin" },
  { scope: "list", action: "star", keys: ["s"], name: "Star" },
  { scope: "list", action: "archive", keys: ["a"], name: "Archive" },
  { scope: "list", action: "bin", keys: ["Delete"], name: "Into the bin" },
  { scope: "list", action: "restore", keys: ["u"], name: "Out of the bin" },
  { scope: "messages", action: "next", keys: ["j"], name: "Next message" },
  { scope: "messages", action: "previous", keys: ["k"], name: "Message before" },
  { scope: "messages", action: "first", keys: ["g g"], name: "First message" },
  { scope: "messages", action: "last", keys: ["G"], name: "Last message" },
  { scope: "messages", action: "versionBefore", keys: ["ArrowLeft"], name: "Version before" },
  { scope: "messages", action: "versionNext", keys: ["ArrowRight"], name: "Next version" },
  { scope: "messages", action: "beside", keys: ["b"], name: "All versions side by side" },
  { scope: "messages", action: "edit", keys: ["e"], name: "Edit the question" },
  { scope: "messages", action: "again", keys: ["r"], name: "Answer again" },
  { scope: "messages", action: "goOn", keys: ["o"], name: "Go on with a cut answer" },
  { scope: "messages", action: "copy", keys: ["y"], name: "Copy" },
  { scope: "messages", action: "pin", keys: ["p"], name: "Pin: told with every question" },
  { scope: "messages", action: "favourite", keys: ["f"], name: "Favourite" },
  { scope: "messages", action: "menu", keys: [".", "Shift+F10", "ContextMenu"], name: "What can be done with it" },
  { scope: "messages", action: "find", keys: ["Mod+f"], name: "Find in the conversation" },
  { scope: "messages", action: "map", keys: ["m"], name: "Map of its branches" },
  { scope: "map", action: "next", keys: ["ArrowDown", "j"], name: "Next" },
  { scope: "map", action: "previous", keys: ["ArrowUp", "k"], name: "Previous" },
  { scope: "map", action: "pageDown", keys: ["PageDown"], name: "Eight down" },
  { scope: "map", action: "pageUp", keys: ["PageUp"], name: "Eight up" },
  { scope: "map", action: "first", keys: ["Home", "g g"], name: "First" },
  { scope: "map", action: "last", keys: ["End", "G"], name: "Last" },
  { scope: "map", action: "open", keys: ["Enter"], name: "Go there" },
  { scope: "find", action: "next", keys: ["Enter"], name: "Next message that has it" },
  { scope: "find", action: "previous", keys: ["Shift+Enter"], name: "Message before that has it" },
  { scope: "find", action: "close", keys: ["Escape"], name: "Close" },
  { scope: "search", action: "next", keys: ["ArrowDown"], name: "Next" },
  { scope: "search", action: "previous", keys: ["ArrowUp"], name: "Previous" },
  { scope: "search", action: "pageDown", keys: ["PageDown"], name: "Six down" },
  { scope: "search", action: "pageUp", keys: ["PageUp"], name: "Six up" },
  { scope: "search", action: "open", keys: ["Enter"], name: "Open" },
  { scope: "search", action: "clear", keys: ["Escape"], name: "Clear" },
  { scope: "dates", action: "next", keys: ["ArrowRight"], name: "Later" },
  { scope: "dates", action: "previous", keys: ["ArrowLeft"], name: "Earlier" },
  { scope: "dates", action: "more", keys: ["Shift+ArrowRight"], name: "Up to later" },
  { scope: "dates", action: "fewer", keys: ["Shift+ArrowLeft"], name: "Up to earlier" },
  { scope: "dates", action: "first", keys: ["Home"], name: "First" },
  { scope: "dates", action: "last", keys: ["End"], name: "Last" },
  { scope: "dates", action: "choose", keys: ["Enter"], name: "Only these" },
  { scope: "dates", action: "close", keys: ["Escape"], name: "None of them" },
  { scope: "chart", action: "next", keys: ["ArrowRight"], name: "Later" },
  { scope: "chart", action: "previous", keys: ["ArrowLeft"], name: "Earlier" },
  { scope: "chart", action: "up", keys: ["ArrowUp"], name: "What is above in the column" },
  { scope: "chart", action: "down", keys: ["ArrowDown"], name: "What is below in the column" },
  { scope: "chart", action: "first", keys: ["Home"], name: "First month" },
  { scope: "chart", action: "last", keys: ["End"], name: "Last month" },
  { scope: "tabs", action: "next", keys: ["ArrowRight"], name: "Next tab" },
  { scope: "tabs", action: "previous", keys: ["ArrowLeft"], name: "Tab before" },
  { scope: "tabs", action: "first", keys: ["Home"], name: "First tab" },
  { scope: "tabs", action: "last", keys: ["End"], name: "Last tab" },
  { scope: "rows", action: "next", keys: ["j"], name: "Next" },
  { scope: "rows", action: "previous", keys: ["k"], name: "Previous" },
  { scope: "rows", action: "first", keys: ["g g"], name: "First" },
  { scope: "rows", action: "last", keys: ["G"], name: "Last" },
  { scope: "graph", action: "right", keys: ["ArrowRight"], name: "To what it leads to" },
  { scope: "graph", action: "left", keys: ["ArrowLeft"], name: "To what leads to it" },
  { scope: "graph", action: "down", keys: ["ArrowDown"], name: "The one below" },
  { scope: "graph", action: "up", keys: ["ArrowUp"], name: "The one above" },
  { scope: "graph", action: "open", keys: ["Enter"], name: "Put it in the middle" },
  { scope: "composer", action: "send", keys: ["Enter", "Mod+Enter"], name: "Send" },
  { scope: "composer", action: "line", keys: ["Shift+Enter"], name: "New line" },
  { scope: "composer", action: "cancel", keys: ["Escape"], name: "Leave an edit" },
] as const satisfies readonly Key[];

export type Action<S extends Scope> = Extract<(typeof table)[number], { scope: S }>["action"];

/** What a key event has to say; React's and the browser's both do. */
interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  timeStamp: number;
  target: EventTarget | null;
}

/** How long the first of two keys waits for the second, in ms. */
const patience = 1500;
let prefix = { key: "", at: 0 };
let seen: { event: object; combination: string } | null = null;

const own = (event: Pressed): Pressed => ("nativeEvent" in event ? (event.nativeEvent as Pressed) : event);

/** What was pressed, as the table spells it; asked as often as one likes. */
export function combination(event: Pressed): string {
  const native = own(event);
  if (seen?.event === native) return seen.combination;
  const waited = prefix.key !== "" && native.timeStamp - prefix.at < patience ? prefix.key : "";
  const key = spelled(native);
  // Keys that are held down while others are pressed are none by themselves.
  if (!/^(Shift|Control|Alt|Meta|AltGraph)$/.test(native.key)) prefix = { key: key === "g" && waited === "" ? "g" : "", at: native.timeStamp };
  seen = { event: native, combination: waited === "" ? key : `${waited} ${key}` };
  return seen.combination;
}

function spelled({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string {
  // Shift is in the character already, but Caps Lock is not meant.
  const name = key.length === 1 ? (/[a-z]/i.test(key) ? (shiftKey ? key.toUpperCase() : key.toLowerCase()) : key) : shiftKey ? `Shift+${key}` : key;
  return (ctrlKey || metaKey ? "Mod+" : "") + (altKey ? "Alt+" : "") + name;
}

export const typing = (target: EventTarget | null) =>
  typeof HTMLElement !== "undefined" &&
  target instanceof HTMLElement &&
  (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT" || (target.tagName === "INPUT" && !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type)));

/** What the key means there; null: nothing. Nothing but Mod combinations means anything while somebody types. */
export function actionOf<S extends Scope>(scope: S, event: Pressed): Action<S> | null {
  const pressed = combination(event);
  const fields = scope === "find" || scope === "search" || scope === "composer";
  if (!fields && !pressed.startsWith("Mod+") && typing(event.target)) return null;
  const found = table.find((key) => key.scope === scope && (key.keys as readonly string[]).includes(pressed));
  return (found?.action ?? null) as Action<S> | null;
}

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
const caps: Record<string, string> = { Mod: isMac ? "⌘" : "Ctrl", ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", ContextMenu: "Menu", Escape: "Esc" };

/** A combination as it is read: each cap by itself. */
export const capsOf = (keys: string): string[] => keys.split(/[ +]/).map((cap) => caps[cap] ?? cap);
