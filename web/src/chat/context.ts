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

/** What every question says beside its words: the tools its model may call, and what becomes of what does not fit. */
export const manner = () => ({ ...allowed(), ...(summarises.get() && { overflow: "summarise" as const }) });
