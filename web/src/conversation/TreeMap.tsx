import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Link } from "../app/router";
import { actionOf } from "../keys/keys";
import { Dialog } from "../ui/Dialog";
import { plural } from "../ui/format";
import { placeOf, runsOf } from "./map";
import type { Step, Tree } from "./tree";
import type { useConversation } from "./useConversation";
import "../styles/map.css";

/** How deep lines are set in, at most: deeper ones say how deep they are. */
const deepest = 8;

const rowHeight = 44;

interface Props extends Pick<ReturnType<typeof useConversation>, "message" | "want"> {
  id: string;
  tree: Tree;
  path: readonly Step[];
  /** The message one stands at. */
  at: string | null;
  onGo: (message: string) => void;
  onClose: () => void;
}

/** All branches of a conversation, each run of messages a line; only the lines in sight exist. */
export default function TreeMap({ id, tree, path, at, message, want, onGo, onClose }: Props) {
  const runs = useMemo(() => runsOf(tree), [tree]);
  const here = useMemo(() => placeOf(runs, path, at), [runs, path, at]);
  const shownNow = useMemo(() => new Set(path.map((step) => step.node.id)), [path]);
  const [chosen, setChosen] = useState(Math.max(0, here));
  const scroller = useRef<HTMLDivElement>(null);
  const walked = useRef(true);
  const virtual = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => runs[index]!.first,
    overscan: 8,
    initialOffset: Math.max(0, (here - 4) * rowHeight),
  });
  const rows = virtual.getVirtualItems();
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => want(runs.slice(first, last + 1).map((run) => run.offset)), [runs, first, last, want]);
  useEffect(() => {
    // The line that was walked to may only come to be with the scrolling.
    const to = walked.current ? scroller.current?.querySelector<HTMLElement>(`[data-index="${chosen}"]`) : null;
    if (!to) return;
    walked.current = false;
    to.focus({ preventScroll: true });
  });

  function key(event: KeyboardEvent) {
    // What is pressed here is nothing to the page below.
    if (event.key !== "Escape") event.stopPropagation();
    const action = actionOf("map", event);
    const to = { next: chosen + 1, previous: chosen - 1, pageDown: chosen + 8, pageUp: chosen - 8, first: 0, last: runs.length - 1 }[action as string];
    if (to === undefined) return;
    event.preventDefault();
    walked.current = true;
    const there = Math.min(runs.length - 1, Math.max(0, to));
    setChosen(there);
    const box = scroller.current!;
    box.scrollTop = Math.min(there * rowHeight, Math.max(box.scrollTop, (there + 1) * rowHeight - box.clientHeight));
  }

  return (
    <Dialog title="Map of the conversation" onClose={onClose}>
      <p className="muted">
        {plural(tree.nodes.length, "message", "messages")} in {plural(runs.filter((run) => !run.goesOn).length, "branch", "branches")}
      </p>
      <div ref={scroller} className="map" onKeyDown={key}>
        <div role="tree" aria-label="Branches" style={{ height: virtual.getTotalSize() }}>
          {rows.map((row) => {
            const run = runs[row.index]!;
            const words = message(run.first);
            const indent = Math.min(run.depth, deepest);
            return (
              <Link
                key={row.key}
                to={`/c/${id}/${run.first}`}
                role="treeitem"
                aria-level={run.depth + 1}
                aria-current={row.index === here ? "location" : undefined}
                aria-selected={row.index === chosen}
                data-index={row.index}
                tabIndex={row.index === chosen ? 0 : -1}
                className={`run${shownNow.has(run.first) ? " shown" : ""}${run.goesOn ? " on" : ""}`}
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
                onFocus={() => setChosen(row.index)}
                onClick={() => {
                  onClose();
                  onGo(run.first);
                }}
              >
                {Array.from({ length: indent }, (_, lane) => (
                  <span key={lane} className={lane === indent - 1 ? "lane turn" : "lane"} />
                ))}
                <span className="lane dot" />
                <span className="run-words" dir="auto">
                  {words ? <Begins role={words.role} text={words.content} /> : "\u00a0"}
                </span>
                <span className="number">
                  {run.depth > deepest && <>{run.depth} deep, </>}
                  {plural(run.count, "message", "messages")}
                  {row.index === here && <span className="badge">here</span>}
                </span>
              </Link>
            );
          })}
        </div>
      </div>
    </Dialog>
  );
}

/** A message is told by how it begins. */
const Begins = ({ role, text }: { role: string; text: string }) => (
  <>
    <span className="muted">{role === "user" ? "You: " : ""}</span>
    {text.slice(0, 200).replace(/\s+/g, " ").trim() || "without words"}
  </>
);
