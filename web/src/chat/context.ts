import { createStore } from "../app/store";
import { plural } from "../ui/format";
import { allowed } from "./tools";
import type { Context } from "./turn";

/** As it is read below the answer. */
export function toldOf({ covers, whole, problem }: Context): string {
  if (problem || covers === 0) return `The oldest messages no longer fitted, and were left out: ${problem || "there is no summary of them"}.`.replace(/\.+$/, ".");
  const messages = plural(covers, "message", "messages");
  return whole ? `The first ${messages} were told as a summary.` : `${messages} were told as a summary; older ones were left out.`;
}

/** Whether what no longer fits a model's window is told as a summary, which its model writes before it answers. */
export const summarises = createStore(localStorage.getItem("overflow") === "summarise");
summarises.follow(() => (summarises.get() ? localStorage.setItem("overflow", "summarise") : localStorage.removeItem("overflow")));

/** Whether an answer is to rest on one's own documents and conversations, and names them as its sources. */
export const grounded = createStore(localStorage.getItem("sources") === "own");
grounded.follow(() => (grounded.get() ? localStorage.setItem("sources", "own") : localStorage.removeItem("sources")));

/** Whether models are told what is remembered; they are, unless somebody says otherwise. */
export const remembers = createStore(localStorage.getItem("memories") !== "off");
remembers.follow(() => (remembers.get() ? localStorage.removeItem("memories") : localStorage.setItem("memories", "off")));

/** What every question says beside its words: tools, sources, memories, and what becomes of what does not fit. */
export const manner = () => ({
  ...allowed(),
  ...(summarises.get() && { overflow: "summarise" as const }),
  ...(grounded.get() && { use_rag: true }),
  ...(!remembers.get() && { use_memories: false }),
});
