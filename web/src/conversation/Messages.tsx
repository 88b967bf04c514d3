import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import type { Acts } from "../actions/messages";
import type { Turn } from "../chat/turn";
import { actionOf } from "../keys/keys";
import { useStore } from "../app/store";
import { toastsTop } from "../ui/toasts";
import { useHeldFocus } from "../ui/useHeldFocus";
import { MessageItem } from "./MessageItem";
import { heightOf, type Step } from "./tree";
import type { useConversation } from "./useConversation";

interface MessagesProps extends Pick<ReturnType<typeof useConversation>, "message" | "want" | "failed" | "again"> {
  path: readonly Step[];
  aim: string | null;
  /** Counts goings to it. */
  visit: number;
  marked: readonly string[];
  model: string;
  onBranch: (from: Step, to: string) => void;
  onBeside: (step: Step) => void;
  /** Shown in place of the message, where all versions of it stand side by side. */
  beside: (step: Step) => ReactNode;
  turn: Turn | undefined;
  acts: Acts | null;
}

const none: readonly string[] = [];

/** The messages of a path, any number of them: only those in sight exist. */
export function Messages({ path, aim, visit, marked, model, onBranch, onBeside, beside, turn, acts, message, want, failed, again }: MessagesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useRef<number | null>(null);
  // What was said of an action stands over the end: the last lines can be read above it.
  const toasts = useStore(toastsTop);
  const covered = toasts === null ? 0 : Math.max(0, (scroller.current?.getBoundingClientRect().bottom ?? 0) - toasts + 12);
  const virtual = useVirtualizer({
    count: path.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(path[index]!.node, scroller.current?.clientWidth ?? 720),
    getItemKey: (index) => path[index]!.node.id,
    overscan: 3,
    paddingEnd: Math.max(48, covered),
    scrollPaddingEnd: covered,
    paddingStart: 8,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;

  useEffect(() => {
    want(path.slice(Math.max(0, first - 8), last + 9).map((step) => step.offset));
  }, [first, last, path, want]);

  // Where one comes in: at the message that was asked for, else at the end.
  const aimAt = aim === null ? -1 : path.findIndex((step) => step.node.id === aim);
  const placed = useRef<string | null>(null);
  useEffect(() => {
    const place = `${aim ?? ""} ${visit}`;
    if (placed.current === place) return;
    if (placed.current !== null && aim === null) return;
    placed.current = place;
    if (aimAt >= 0) virtual.scrollToIndex(aimAt, { align: "start" });
    else virtual.scrollToIndex(path.length - 1, { align: "end" });
  }, [aim, visit, aimAt, path.length, virtual]);

  // Who is at the end stays there while it grows; who reads elsewhere is left in peace.
  const atEnd = useRef(aim === null);
  const size = virtual.getTotalSize();
  useEffect(() => {
    if (atEnd.current) virtual.scrollToIndex(path.length - 1, { align: "end" });
  }, [size, covered, path.length, virtual]);
  useEffect(() => {
    if (turn?.state === "asked") atEnd.current = true;
  }, [turn?.state]);

  useEffect(() => {
    // The message that was walked to may only come to be with the scrolling.
    const to = focused.current === null ? null : scroller.current?.querySelector<HTMLElement>(`[data-index="${focused.current}"]`);
    if (!to) return;
    focused.current = null;
    to.focus({ preventScroll: true });
  });

  useHeldFocus(scroller, () => scroller.current?.focus({ preventScroll: true }));

  function key(event: KeyboardEvent<HTMLDivElement>) {
    const action = actionOf("messages", event);
    if (action === null) return;
    const here = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    const from = here ? Number(here.dataset["index"]) : first - 1;
    const to = { next: from + 1, previous: from - 1, first: 0, last: path.length - 1 }[action as string];
    if (to === undefined) {
      // What has a button is done by it: it is there where it can be done.
      const button = here?.querySelector<HTMLButtonElement>(`[data-action="${action}"]:not(:disabled)`);
      if (!button) return;
      event.preventDefault();
      button.click();
      if (action === "versionBefore" || action === "versionNext") focused.current = from;
      return;
    }
    if (to < 0 || to >= path.length) return;
    event.preventDefault();
    focused.current = to;
    atEnd.current = to === path.length - 1;
    virtual.scrollToIndex(to, { align: "start" });
    const there = scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`);
    if (!there) return;
    there.focus({ preventScroll: true });
    focused.current = null;
  }

  return (
    <div className="messages" ref={scroller} tabIndex={0} role="region" aria-label="Messages" onKeyDown={key}
      onScroll={({ currentTarget: box }) => (atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 64)}
    >
      <div className="spread" role="feed" aria-label="Messages" aria-busy={shown.some((entry) => !message(path[entry.index]!.node.id))} style={{ height: virtual.getTotalSize() }}>
        {shown.map((entry) => {
          const step = path[entry.index]!;
          const known = message(step.node.id);
          return (
            <article
              key={entry.key}
              data-index={entry.index}
              ref={virtual.measureElement}
              tabIndex={-1}
              aria-posinset={entry.index + 1}
              aria-setsize={path.length}
              aria-label={`${step.node.role === "user" ? "You" : step.node.role}, message ${entry.index + 1} of ${path.length}`}
              style={{ transform: `translateY(${entry.start}px)` }}
            >
              {beside(step) ?? (known ? (
                <MessageItem
                  step={step}
                  message={known}
                  model={model}
                  words={marked.length > 0 ? marked : none}
                  aimed={step.node.id === aim}
                  onBranch={onBranch}
                  onBeside={onBeside}
                  acts={acts}
                  busy={turn !== undefined && turn.state !== "ended"}
                  last={entry.index === path.length - 1}
                  turn={turn && turn.message === step.node.id && (turn.state !== "ended" || known.status === "streaming" || known.status === "pending") ? turn : undefined}
                />
              ) : (
                <div className="message" style={{ minHeight: heightOf(step.node, 720) }}>
                  {failed(step.offset) && (
                    <p role="alert">
                      This message could not be read. <button onClick={again}>Try again</button>
                    </p>
                  )}
                </div>
              ))}
            </article>
          );
        })}
      </div>
    </div>
  );
}
