import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Link, routeOf, usePlace } from "../app/router";
import { useStore } from "../app/store";
import { fullTime, plural, providerName, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { conversations, more, reload, rowsOf, type Item } from "./conversations";

const coarse = matchMedia("(pointer: coarse)").matches;
const rowHeight = coarse ? 44 : 32;
const headHeight = 30;

/** The conversations, any number of them: only the rows in sight exist. j, k and the arrows walk, Enter opens. */
export function ConversationList() {
  const list = useStore(conversations);
  const rows = useMemo(() => rowsOf(list), [list]);
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<string | null>(null);
  const moved = useRef(false);
  const { path } = usePlace();
  const route = routeOf(path);
  const open = route.name === "conversation" ? route.id : null;

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === "head" ? headHeight : rowHeight),
    getItemKey: (index) => {
      const row = rows[index]!;
      return row.kind === "head" ? `head ${row.label}` : row.item.id;
    },
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 60) void more();
  }, [last, rows.length]);

  const ids = useMemo(() => rows.flatMap((row, index) => (row.kind === "item" ? [{ id: row.item.id, index }] : [])), [rows]);
  // One row takes part in the tab order: where one walked to, else what is open, else the first.
  const tabbable = ids.some((entry) => entry.id === at) ? at : ids.some((entry) => entry.id === open) ? open : (ids[0]?.id ?? null);

  useEffect(() => {
    if (!moved.current || at === null) return;
    moved.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-id="${at}"]`)?.focus();
  });

  function walk(event: KeyboardEvent) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || event.metaKey || event.ctrlKey || event.altKey || ids.length === 0) return;
    event.preventDefault();
    const from = Math.max(0, ids.findIndex((entry) => entry.id === tabbable));
    const to = ids[Math.min(ids.length - 1, Math.max(0, from + step))]!;
    moved.current = true;
    setAt(to.id);
    virtual.scrollToIndex(to.index, { align: "auto" });
  }

  if (list.state === "failed" && rows.length === 0) {
    return (
      <div className="list-state" role="alert">
        <p>{list.reason}</p>
        <button onClick={() => void reload()}>Try again</button>
      </div>
    );
  }
  if (list.state === "loading" && rows.length === 0) return <div className="list-state" aria-busy="true" aria-label="Conversations" />;
  if (rows.length === 0) return <p className="list-state">{list.space === null ? "No conversations yet." : "Nothing in this space yet."}</p>;

  return (
    <div className="list" ref={scroller} onKeyDown={walk}>
      <ul style={{ height: virtual.getTotalSize() }} aria-label="Conversations">
        {shown.map((entry) => {
          const row = rows[entry.index]!;
          return (
            <li key={entry.key} className={row.kind} style={{ height: entry.size, transform: `translateY(${entry.start}px)` }}>
              {row.kind === "head" ? (
                <h2>{row.label}</h2>
              ) : (
                <Entry item={row.item} open={row.item.id === open} tabbable={row.item.id === tabbable} onFocus={() => setAt(row.item.id)} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface EntryProps {
  item: Item;
  open: boolean;
  tabbable: boolean;
  onFocus: () => void;
}

const Entry = ({ item, open, tabbable, onFocus }: EntryProps) => {
  const at = item.updated_at ?? item.created_at;
  const hint = [item.title ?? "Untitled", `${providerName(item.provider)}, ${plural(item.message_count, "message", "messages")}`, fullTime(at)];
  return (
    <Link
      to={`/c/${item.id}`}
      data-id={item.id}
      tabIndex={tabbable ? 0 : -1}
      aria-current={open ? "page" : undefined}
      title={hint.filter(Boolean).join("\n")}
      onFocus={onFocus}
    >
      <span className="title" dir="auto">
        {item.title ?? item.last_message_preview ?? "Untitled"}
      </span>
      {item.starred && <span className="star" aria-label="starred">★</span>}
      {item.pinned ? <Icon name="pin" /> : <time dateTime={at ?? undefined}>{when(at)}</time>}
    </Link>
  );
};
