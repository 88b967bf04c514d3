import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { dialog } from "../app/dialogs";
import { navigate, usePlace } from "../app/router";
import { useStore } from "../app/store";
import { actionOf } from "../keys/keys";
import { count, providerName } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { Dates } from "./Dates";
import { Facets } from "./Facets";
import { addressOf, HitRow, keyOf } from "./HitRow";
import { filtersOf, unfinished, without } from "./query";
import { readSaved, saved } from "./saved";
import { SavedSearches } from "./SavedSearches";
import { Tips } from "./Tips";
import { useSearch, type Asked } from "./useSearch";
import "../styles/search.css";

const modes = { hybrid: "Words and meaning", text: "Words only", semantic: "Meaning only" } as const;
const sorts = { relevance: "Best first", newest: "Newest first", oldest: "Oldest first" } as const;

/** Finds while one types. Focus stays in the field: the arrows choose, Enter opens. */
export default function SearchView() {
  const { query } = usePlace();
  const q = query.get("q") ?? "";
  const sort = (query.get("sort") ?? "relevance") as Asked["sort"];
  const mode = (query.get("mode") ?? "hybrid") as Asked["mode"];
  const grouped = query.get("group") === "conversation";
  const [submitted, setSubmitted] = useState<string | null>(q);
  const { result, items, busy, wrong, more } = useSearch({
    q: submitted === q ? q : unfinished(q),
    sort: sort in sorts ? sort : "relevance",
    mode: mode in modes ? mode : "hybrid",
    grouped,
    submitted: submitted === q && q !== "",
  });
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 92,
    getItemKey: (index) => keyOf(items[index]!),
    overscan: 6,
  });
  const chips = useMemo(() => filtersOf(q), [q]);

  useEffect(() => {
    document.title = q ? `${q} · Search · Parley` : "Search · Parley";
  }, [q]);
  useEffect(() => field.current?.focus(), []);
  const kept = useStore(saved);
  // Where they cannot be read, what is searched is found all the same.
  useEffect(() => void readSaved().catch(() => {}), []);
  const group = grouped ? "conversation" : "none";
  const same = kept?.find((one) => one.query === q.trim() && one.sort === sort && one.group === group);
  useEffect(() => {
    setAt(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [q, sort, mode, grouped]);
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 10) more();
  }, [last, items.length, more]);

  function change(change: { q?: string; sort?: string; mode?: string | null; group?: string | null }) {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(change)) value ? next.set(name, value) : next.delete(name);
    navigate(`/search${next.size > 0 ? `?${next}` : ""}`, { replace: true });
  }

  function choose(to: number) {
    const index = Math.min(items.length - 1, Math.max(0, to));
    setAt(index);
    virtual.scrollToIndex(index, { align: "auto" });
  }

  function key(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    const action = actionOf("search", event);
    const step = { next: 1, previous: -1, pageDown: 6, pageUp: -6 }[action as string];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      choose(at + step);
    } else if (action === "open") {
      event.preventDefault();
      const hit = items[at];
      if (hit && (submitted === q || !busy)) navigate(addressOf(hit, q));
      else setSubmitted(q);
    } else if (action === "clear" && q !== "") {
      event.preventDefault();
      change({ q: "" });
    }
  }

  const total = result && (result.total !== null ? count(result.total) : result.total_estimate > result.total_at_least ? `about ${count(result.total_estimate)}` : `over ${count(result.total_at_least)}`);
  const near = items.filter((hit) => hit.found_by === "meaning").length;
  const selected = items[at];
  return (
    <main className="main search" id="main">
      <h1 className="sr">Search</h1>
      <div className="search-head">
        <div className="field">
          <Icon name="search" />
          <input
            id="q"
            ref={field}
            type="text"
            enterKeyHint="search"
            role="combobox"
            aria-label="Search"
            aria-expanded={items.length > 0}
            aria-controls="results"
            aria-autocomplete="list"
            aria-activedescendant={selected ? `hit-${keyOf(selected)}` : undefined}
            placeholder="Find any sentence…"
            autoComplete="off"
            spellCheck={false}
            dir="auto"
            maxLength={1000}
            value={q}
            onChange={(event) => change({ q: event.target.value })}
            onKeyDown={key}
          />
          {q && (
            <button className="plain" onClick={() => (change({ q: "" }), field.current?.focus())}>
              <Icon name="close" />
              <span className="sr">Clear</span>
            </button>
          )}
        </div>
        {chips.length > 0 && (
          <ul className="chips" aria-label="Filters">
            {chips.map((chip) => (
              <li key={chip.start}>
                <button onClick={() => (change({ q: without(q, chip) }), field.current?.focus())}>
                  <span className="muted">
                    {chip.negated && "not "}
                    {chip.filter}
                  </span>{" "}
                  {chip.filter === "provider" ? providerName(chip.value) : chip.value}
                  <Icon name="close" />
                  <span className="sr">Remove</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="search-state">
          <p role="status">
            {q.trim() !== "" && result && !wrong && (
              <>
                {result.mode !== "semantic" && `${total} ${result.total === 1 ? "match" : "matches"}`}
                {result.mode !== "semantic" && near > 0 && ", "}
                {(near > 0 || result.mode === "semantic") && `${count(near)} near in meaning`}
                <span className="muted"> in {result.took_ms < 10 ? result.took_ms.toFixed(1) : Math.round(result.took_ms)} ms</span>
              </>
            )}
          </p>
          {q.trim() !== "" &&
            (same ? (
              <span className="muted" dir="auto">
                Saved as {same.name}
              </span>
            ) : (
              <button className="link" onClick={() => dialog.set({ name: "saveSearch", of: { query: q.trim(), sort: sort in sorts ? sort : "relevance", group } })}>
                Save this search
              </button>
            ))}
          {sort === "relevance" && (
            <label>
              <span className="sr">Found by</span>
              <select value={mode} onChange={(event) => change({ mode: event.target.value === "hybrid" ? null : event.target.value })}>
                {Object.entries(modes).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label>
            <span className="sr">Order</span>
            <select value={sort} onChange={(event) => change({ sort: event.target.value })}>
              {Object.entries(sorts).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label className="check">
            <input type="checkbox" checked={grouped} onChange={(event) => change({ group: event.target.checked ? "conversation" : null })} />
            One per conversation
          </label>
        </div>
        {result?.histogram && !wrong && q.trim() !== "" && (
          <Dates
            histogram={result.histogram}
            q={q}
            onChange={(next) => {
              setSubmitted(next);
              change({ q: next });
            }}
          />
        )}
      </div>
      <div className="search-body">
        <div className="results" ref={scroller} aria-busy={busy}>
          {wrong ? (
            <Notice title="That search did not work" alert below>
              <p>{wrong}</p>
            </Notice>
          ) : q.trim() === "" ? (
            <>
              <SavedSearches items={kept ?? []} />
              <Tips />
            </>
          ) : result && items.length === 0 && !busy ? (
            <Notice title="Nothing found" below>
              {result.notes.map((note) => (
                <p key={note}>{note}</p>
              ))}
              {result.did_you_mean && (
                <p>
                  Did you mean{" "}
                  <button className="link" onClick={() => change({ q: result.did_you_mean!.text })}>
                    {result.did_you_mean.text}
                  </button>
                  ?
                </p>
              )}
              <p>{chips.length > 0 ? "Fewer filters may help." : "Fewer or other words may help."}</p>
            </Notice>
          ) : (
            <>
              {result?.notes.map((note) => (
                <p className="note" key={note}>
                  {note}
                </p>
              ))}
              {result?.rebuilding && <p className="note">The index is being built anew; not everything can be found yet.</p>}
              <div id="results" role="listbox" aria-label="Results" tabIndex={-1} style={{ height: virtual.getTotalSize() }}>
                {shown.map((entry) => {
                  const hit = items[entry.index]!;
                  return (
                    <div
                      key={entry.key}
                      role="presentation"
                      className="hit-place"
                      data-index={entry.index}
                      ref={virtual.measureElement}
                      style={{ transform: `translateY(${entry.start}px)` }}
                    >
                      <HitRow hit={hit} q={q} index={entry.index} selected={entry.index === at} total={result?.total ?? null} />
                    </div>
                  );
                })}
              </div>
            </>
          )}
        </div>
        {result && q.trim() !== "" && items.length > 0 && Object.keys(result.facets).length > 0 && <Facets facets={result.facets} q={q} onChange={(next) => change({ q: next })} />}
      </div>
    </main>
  );
}
