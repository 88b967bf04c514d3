import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { archive, bin, pin, purge, restore, star } from "../actions/conversations";
import { entriesOf } from "../actions/entries";
import { dialog } from "../app/dialogs";
import { Link, routeOf, usePlace } from "../app/router";
import { useStore } from "../app/store";
import { turns, type Turn } from "../chat/turns";
import { actionOf } from "../keys/keys";
import { fullTime, plural, providerName, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { useHeldFocus } from "../ui/useHeldFocus";
import { conversations, momentOf, more, reload, rowsOf, type Item } from "./conversations";
import { emptyOf } from "./views";

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
  const [menu, setMenu] = useState<{ item: Item; anchor: HTMLElement } | null>(null);
  const running = useStore(turns);
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
    // It may only come to be with the scrolling.
    const to = scroller.current?.querySelector<HTMLElement>(`[data-id="${at}"]`);
    if (!to) return;
    moved.current = false;
    to.focus({ preventScroll: true });
  });

  // A row that goes (binned, archived, here or elsewhere) leaves focus to what takes its place; one that was scrolled away keeps it.
  const place = useRef(0);
  const known = ids.findIndex((entry) => entry.id === at);
  if (known >= 0) place.current = known;
  useHeldFocus(scroller, () => {
    if (known >= 0) return;
    if (ids.length > 0) walkTo(Math.min(place.current, ids.length - 1));
    else document.querySelector<HTMLElement>(".sidebar .find")?.focus();
  });

  function walk(event: KeyboardEvent) {
    const action = actionOf("list", event);
    const from = Math.max(0, ids.findIndex((entry) => entry.id === tabbable));
    const here = ids[from];
    if (action === null || !here) return;
    event.preventDefault();
    const step = { next: 1, previous: -1, pageDown: 12, pageUp: -12, first: -Infinity, last: Infinity }[action as string];
    if (step === undefined) {
      const row = rows[here.index];
      if (row?.kind === "item") act(action, row.item);
      return;
    }
    walkTo(Math.min(ids.length - 1, Math.max(0, from + step)));
  }

  function walkTo(place: number) {
    const to = ids[place];
    if (!to) return;
    moved.current = true;
    setAt(to.id);
    virtual.scrollToIndex(to.index, { align: "auto" });
  }

  function act(action: string, item: Item) {
    if (action === "menu") {
      const anchor = scroller.current?.querySelector<HTMLElement>(`[data-id="${item.id}"]`);
      if (anchor) setMenu({ item, anchor });
    }
    // Marks of a shared one are its owner's.
    if (item.shared) return;
    if (item.deleted_at) {
      if (action === "restore") void restore(item);
      if (action === "bin") purge(item);
      return;
    }
    if (action === "rename") dialog.set({ name: "rename", item });
    if (action === "pin") void pin(item);
    if (action === "star") void star(item);
    if (action !== "archive" && action !== "bin") return;
    void (action === "bin" ? bin(item) : archive(item));
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
  if (rows.length === 0) return <p className="list-state" tabIndex={-1}>{list.view.kind === "list" && list.view.space !== null ? "Nothing in this space yet." : emptyOf(list.view)}</p>;

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
                <Entry item={row.item} open={row.item.id === open} tabbable={row.item.id === tabbable} state={stateOf(running.get(row.item.id))} onFocus={() => setAt(row.item.id)} onMenu={(anchor) => setMenu({ item: row.item, anchor })} />
              )}
            </li>
          );
        })}
      </ul>
      {menu && <Menu label={`With ${menu.item.title ?? "Untitled"}`} anchor={menu.anchor} entries={entriesOf(menu.item)} onClose={() => setMenu(null)} />}
    </div>
  );
}

/** What goes on in a conversation that this page follows. */
const stateOf = (turn: Turn | undefined) => (!turn || turn.state === "ended" ? null : turn.consents.length > 0 ? "asks" : "answering");

interface EntryProps {
  item: Item;
  open: boolean;
  tabbable: boolean;
  state: "asks" | "answering" | null;
  onFocus: () => void;
  onMenu: (anchor: HTMLElement) => void;
}

const Entry = ({ item, open, tabbable, state, onFocus, onMenu }: EntryProps) => {
  const at = momentOf(item);
  const hint = [
    item.title ?? "Untitled",
    `${providerName(item.provider)}, ${plural(item.message_count, "message", "messages")}`,
    fullTime(at),
    item.folder?.name,
    item.tags.map((tag) => `#${tag}`).join(" "),
  ];
  return (
    <>
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
      {item.starred && <span className="star" role="img" aria-label="starred">★</span>}
      {state !== null && <span className={`going ${state}`} role="img" aria-label={state === "asks" ? "a tool asks" : "being answered"} />}
      {item.pinned && !item.deleted_at ? <Icon name="pin" /> : <time dateTime={at ?? undefined}>{when(at)}</time>}
    </Link>
    <button className="plain row-menu" tabIndex={tabbable ? 0 : -1} aria-haspopup="menu" onFocus={onFocus} onClick={(event) => onMenu(event.currentTarget)}>
      <Icon name="more" />
      <span className="sr" dir="auto">
        With {item.title ?? "Untitled"}
      </span>
    </button>
    </>
  );
};
