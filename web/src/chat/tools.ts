import { useEffect } from "react";
import { api, of, type Schema } from "../api/client";
import { createStore, useStore } from "../app/store";

const known = createStore<readonly Schema["ToolView"][]>([]);
let asked = false;

/** The tools that a question may let its model call. */
export function useTools() {
  useEffect(() => {
    if (asked) return;
    asked = true;
    of(api.GET("/api/tools")).then(
      (list) => known.set(list.items),
      () => void (asked = false), // questions are asked without; the next conversation asks again
    );
  }, []);
  return useStore(known);
}

function kept(): readonly string[] {
  try {
    const names: unknown = JSON.parse(localStorage.getItem("tools") ?? "[]");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return []; // not what this page wrote
  }
}

/** Names of those that one lets models call, also where they are not there now. */
export const chosen = createStore(kept());
chosen.follow(() => localStorage.setItem("tools", JSON.stringify(chosen.get())));

export const toggle = (name: string) => {
  const now = chosen.get();
  chosen.set(now.includes(name) ? now.filter((one) => one !== name) : [...now, name]);
};

/** What a question says of them: only what is there, nothing where nothing is. */
export function allowed(): { tools?: string[] } {
  const names = known.get().flatMap((tool) => (chosen.get().includes(tool.name) ? [tool.name] : []));
  return names.length > 0 ? { tools: names } : {};
}
