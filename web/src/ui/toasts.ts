import { createStore } from "../app/store";

/** One sentence about what was done, and the way back where there is one. */
export interface Toast {
  id: number;
  text: string;
  wrong: boolean;
  undo: (() => Promise<void>) | null;
}

export const toasts = createStore<readonly Toast[]>([]);

/** Where the topmost of them begins, in px from the top of the window; null while there is none. */
export const toastsTop = createStore<number | null>(null);
const most = 3;
let made = 0;

export function say(text: string, options: { undo?: () => Promise<void>; wrong?: boolean } = {}) {
  const toast: Toast = { id: ++made, text, wrong: options.wrong ?? false, undo: options.undo ?? null };
  toasts.set([...toasts.get(), toast].slice(-most));
}

export const drop = (id: number) => toasts.set(toasts.get().filter((toast) => toast.id !== id));

/** Takes back what was done last; says so where that cannot be. */
export async function undoLast() {
  const last = toasts.get().findLast((toast) => toast.undo !== null);
  if (last) await undo(last);
}

export async function undo(toast: Toast) {
  drop(toast.id);
  try {
    await toast.undo?.();
    say("Undone.");
  } catch (failure) {
    say(failure instanceof Error ? failure.message : String(failure), { wrong: true });
  }
}
