import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { entriesOf } from "../actions/entries";
import { opened } from "../actions/opened";
import { api, isAbort, of, type Schema } from "../api/client";
import { navigate } from "../app/router";
import { useStore } from "../app/store";
import { theme } from "../app/theme";
import { table } from "../keys/keys";
import { Caps } from "../keys/KeyMap";
import { run } from "../keys/run";
import { focusOn } from "../keys/ahead";
import { conversations, show } from "../shell/conversations";
import { drawer } from "../shell/drawer";
import { keyOf, nameOf, places, viewsOf, type View } from "../shell/views";
import { Dialog } from "../ui/Dialog";
import { plural } from "../ui/format";
import { addressOf, readSaved, saved } from "../search/saved";
import { matching, searches, titled, type Entry, type Group } from "./entries";

/** How long typing rests before the server is asked, in ms. */
const rest = 90;

const kinds: Record<View["kind"], string> = { list: "in the list", archive: "in the list", bin: "in the list", folder: "folder", tag: "tag" };

/** Shows it in the list, and goes there. */
function turnTo(view: View) {
  drawer.set(true);
  // What stands there before is not what is gone to.
  void show(view).then(() => focusOn(".list a[tabindex='0'], p.list-state", 2000));
}

/** Goes anywhere and does anything by what it is called. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const suggested = useSuggestions(typed);
  const list = useStore(conversations);
  const head = useStore(opened);
  const known = useStore(places);
  const kept = useStore(saved);
  // Without them all else can be gone to.
  useEffect(() => void readSaved().catch(() => {}), []);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();

  const groups = useMemo(() => {
    const go = (to: string) => navigate(to);
    const open = head
      ? entriesOf(head).flatMap((one): Entry[] => (one ? [{ id: `this ${one.name}`, name: one.name, hint: "this conversation", run: one.run ?? (() => location.assign(one.href!)) }] : []))
      : [];
    const pages = table.flatMap((key): Entry[] =>
      key.scope === "page" && key.action !== "palette" ? [{ id: key.action, name: key.name, hint: "", keys: key.keys[0], run: () => run(key.action) }] : [],
    );
    const looks = (["light", "dark", "system"] as const).map((one): Entry => ({ id: `theme ${one}`, name: `Appearance: ${one}`, hint: "", run: () => theme.set(one) }));
    const views = viewsOf(known).map((view): Entry => ({ id: `show ${keyOf(view)}`, name: nameOf(view), hint: kinds[view.kind], run: () => turnTo(view) }));
    const all: Group[] = [
      { name: "Conversations", entries: titled(typed, [...list.pinned, ...list.items], suggested, go) },
      { name: "This conversation", entries: matching(open, typed) },
      { name: "Saved searches", entries: matching((kept ?? []).map((one): Entry => ({ id: `saved ${one.id}`, name: one.name, hint: one.name === one.query ? "" : one.query, run: () => go(addressOf(one)) })), typed).slice(0, 6) },
      { name: "Places and actions", entries: matching([...pages, ...(typed.trim() === "" ? views.slice(0, 8) : views), ...looks], typed) },
      { name: "Search", entries: searches(typed, suggested, go) },
    ];
    return all.filter((group) => group.entries.length > 0);
  }, [typed, suggested, list, head, known, kept]);
  const entries = groups.flatMap((group) => group.entries);
  const selected = Math.min(at, entries.length - 1);

  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [selected, entries.length]);

  function choose(entry: Entry | undefined) {
    if (!entry) return;
    // Focus goes back first: what runs may take it elsewhere, or open another dialog.
    onClose();
    setTimeout(entry.run);
  }

  function key(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const to = { ArrowDown: selected + 1, ArrowUp: selected - 1, PageDown: Math.min(selected + 8, entries.length - 1), PageUp: Math.max(selected - 8, 0) }[event.key];
    if (to !== undefined && entries.length > 0) {
      event.preventDefault();
      setAt((to + entries.length) % entries.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(entries[selected]);
    }
  }

  let number = -1;
  return (
    <Dialog title="Go anywhere, do anything" bare onClose={onClose}>
      <input
        className="palette-field"
        role="combobox"
        aria-label="Go anywhere, do anything"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={entries.length > 0 ? `${id}-${selected}` : undefined}
        placeholder="A conversation, a place, something to do…"
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        maxLength={500}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={key}
      />
      <div ref={box} id={`${id}-list`} className="palette-list" role="listbox" aria-label="What it may be">
        {groups.map((group) => (
          <div key={group.name} role="group" aria-label={group.name}>
            <p className="group" aria-hidden="true">
              {group.name}
            </p>
            {group.entries.map((entry) => {
              const index = ++number;
              return (
                <div key={entry.id} id={`${id}-${index}`} role="option" aria-selected={index === selected} onPointerMove={() => setAt(index)} onClick={() => choose(entry)}>
                  <span className="name" dir="auto">
                    {entry.name}
                  </span>
                  {entry.hint && <span className="muted">{entry.hint}</span>}
                  {entry.keys && <Caps keys={entry.keys} />}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p className="sr" role="status">
        {plural(entries.length, "entry", "entries")}
      </p>
    </Dialog>
  );
}

/** What the server knows of that begins so; a question that was overtaken by typing is given up. */
function useSuggestions(typed: string): Schema["SuggestResult"] | null {
  const [found, setFound] = useState<Schema["SuggestResult"] | null>(null);
  useEffect(() => {
    const q = typed.trim();
    if (q === "") return setFound(null);
    const own = new AbortController();
    const timer = setTimeout(() => {
      of(api.GET("/api/search/suggest", { params: { query: { q, limit: 8 } }, signal: own.signal })).then(
        (answer) => own.signal.aborted || setFound(answer),
        (failure: unknown) => isAbort(failure) || setFound(null), // what is known here stands, and search is there
      );
    }, rest);
    return () => {
      clearTimeout(timer);
      own.abort();
    };
  }, [typed]);
  return found;
}
