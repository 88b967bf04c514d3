import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { actionOf } from "../keys/keys";
import { useHeldFocus } from "../ui/useHeldFocus";

interface Props {
  label: string;
  count: number;
  /** Height of a row that was not measured yet, in px. */
  estimate: number;
  row: (index: number) => ReactNode;
  /** Names of the columns: with them it is a table, whose rows bring their own cells. */
  columns?: readonly string[];
  /** Called with the rows that are in sight. */
  want?: (first: number, last: number) => void;
  /** The row that was asked for; -1: none. */
  aim?: number;
  /** Another one wherever somebody goes to it, to the same row too. */
  visit?: string;
  /** Room below the last row, in px: what was said of an action stands over the end. */
  end?: number;
}

/** Rows of any height and number: only those in sight exist. */
export function Rows({ label, count, estimate, row, columns, want, aim = -1, visit = "", end = 64 }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  /** The row that focus is to go to once it is there. */
  const focused = useRef<number | null>(null);
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => estimate, overscan: 4, paddingEnd: end });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (count > 0) want?.(first, last);
  }, [first, last, count, want]);

  const placed = useRef("");
  useEffect(() => {
    if (aim < 0 || aim >= count || placed.current === visit) return;
    placed.current = visit;
    focused.current = aim;
    virtual.scrollToIndex(aim, { align: "center" });
  }, [aim, visit, count, virtual]);
  useEffect(() => {
    // A row that is far may only come to be with the scrolling.
    const to = focused.current === null ? null : scroller.current?.querySelector<HTMLElement>(`[data-index="${focused.current}"]`);
    if (!to) return;
    focused.current = null;
    to.focus({ preventScroll: true });
  });
  useHeldFocus(scroller, () => scroller.current?.focus({ preventScroll: true }));

  function key(event: KeyboardEvent<HTMLDivElement>) {
    const action = actionOf("rows", event);
    if (action === null) return;
    const here = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    const from = here ? Number(here.dataset["index"]) : first - 1;
    const to = { next: from + 1, previous: from - 1, first: 0, last: count - 1 }[action];
    event.preventDefault();
    if (to < 0 || to >= count) return;
    focused.current = to;
    virtual.scrollToIndex(to, { align: "auto" });
    const there = scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`);
    if (!there) return;
    there.focus({ preventScroll: true });
    focused.current = null;
  }

  const list = (
    <div role={columns ? "rowgroup" : "list"} aria-label={columns ? undefined : label} className="spread" style={{ height: virtual.getTotalSize() }}>
      {shown.map((entry) => (
        <div
          key={entry.key}
          role={columns ? "row" : "listitem"}
          data-index={entry.index}
          ref={virtual.measureElement}
          tabIndex={-1}
          className={entry.index === aim ? "entry aimed" : "entry"}
          {...(columns ? { "aria-rowindex": entry.index + 2 } : { "aria-posinset": entry.index + 1, "aria-setsize": count })}
          style={{ transform: `translateY(${entry.start}px)` }}
        >
          {row(entry.index)}
        </div>
      ))}
    </div>
  );
  return (
    <div className={columns ? "rows-box table" : "rows-box"} ref={scroller} tabIndex={0} role="region" aria-label={label} onKeyDown={key}>
      {columns ? (
        <div role="table" aria-label={label} aria-rowcount={count + 1}>
          <div role="rowgroup" className="heads">
            <div role="row" aria-rowindex={1} className="entry">
              {columns.map((name) => (
                <span key={name} role="columnheader">
                  {name}
                </span>
              ))}
            </div>
          </div>
          {list}
        </div>
      ) : (
        list
      )}
    </div>
  );
}
