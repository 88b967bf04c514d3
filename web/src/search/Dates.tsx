import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { Schema } from "../api/client";
import { actionOf } from "../keys/keys";
import { count, plural } from "../ui/format";
import { barsOf, named, type Bar, type Interval } from "./dates";
import { between, undated } from "./query";

interface Props {
  histogram: Schema["SearchHistogram"];
  q: string;
  onChange: (q: string) => void;
}

/** Two ends of what is chosen, in either order. */
interface Range {
  anchor: number;
  at: number;
}

/**
 * The matches by date. A stretch is chosen by drawing over it, or by the arrows (with Shift for more than one bar) and
 * Enter; it is written into the query as after: and before:.
 */
export function Dates({ histogram, q, onChange }: Props) {
  const { interval, approximate } = histogram;
  const bars = useMemo(() => barsOf(histogram), [histogram]);
  const [range, setRange] = useState<Range | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef(false);
  const id = useId();
  useEffect(() => setRange(null), [histogram]);
  const dated = undated(q) !== q;
  if (bars.length === 0 || (bars.length === 1 && !dated)) return null;

  const most = Math.max(...bars.map((bar) => bar.count));
  const chosen = range ?? { anchor: -1, at: -1 };
  const [from, to] = [Math.min(chosen.anchor, chosen.at), Math.max(chosen.anchor, chosen.at)];

  function choose({ anchor, at }: Range) {
    const [first, last] = [bars[Math.min(anchor, at)], bars[Math.max(anchor, at)]];
    setRange(null);
    if (first && last) onChange(between(q, first.start, last.end));
  }

  function under(event: PointerEvent): number {
    const { left, width } = box.current!.getBoundingClientRect();
    return Math.min(bars.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * bars.length)));
  }

  function key(event: KeyboardEvent) {
    const action = actionOf("dates", event);
    const now = range?.at ?? bars.length;
    const at = { next: now + 1, previous: now - 1, first: 0, last: bars.length - 1, more: now + 1, fewer: now - 1 }[action as string];
    if (action === null || (action === "close" && range === null)) return;
    event.preventDefault();
    if (action === "choose" && range) choose(range);
    if (action === "close") setRange(null);
    if (at === undefined) return;
    const there = Math.min(bars.length - 1, Math.max(0, at));
    setRange({ anchor: (action === "more" || action === "fewer") && range ? range.anchor : there, at: there });
  }

  return (
    <div className="dates">
      <div
        ref={box}
        className="dates-bars"
        role="listbox"
        aria-multiselectable="true"
        aria-orientation="horizontal"
        aria-label="Matches by date"
        aria-activedescendant={range ? `${id}-${range.at}` : undefined}
        tabIndex={0}
        onKeyDown={key}
        onBlur={() => setRange(null)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drawn.current = true;
          setRange({ anchor: under(event), at: under(event) });
        }}
        onPointerMove={(event) => drawn.current && range && setRange({ ...range, at: under(event) })}
        onPointerUp={() => {
          if (drawn.current && range) choose(range);
          drawn.current = false;
        }}
        onPointerCancel={() => {
          drawn.current = false;
          setRange(null);
        }}
      >
        {bars.map((bar, index) => (
          <div key={bar.start} id={`${id}-${index}`} role="option" aria-selected={index >= from && index <= to} aria-label={told(bar, interval, approximate)} title={told(bar, interval, approximate)}>
            <span style={{ height: `${bar.count === 0 ? 0 : Math.max(6, (bar.count / most) * 100)}%` }} />
          </div>
        ))}
      </div>
      <p className="dates-foot muted">
        <span>{named(bars[0]!.start, interval)}</span>
        <span role="status">
          {range
            ? `${named(bars[from]!.start, interval)}${from === to ? "" : ` – ${named(bars[to]!.start, interval)}`}: ${approximate ? "about " : ""}${plural(
                bars.slice(from, to + 1).reduce((sum, bar) => sum + bar.count, 0),
                "match",
                "matches",
              )}`
            : histogram.undated > 0 && `${count(histogram.undated)} without a date`}
        </span>
        {dated && (
          <button className="link" onClick={() => onChange(undated(q))}>
            All dates
          </button>
        )}
        <span>{named(bars.at(-1)!.start, interval)}</span>
      </p>
    </div>
  );
}

const told = (bar: Bar, interval: Interval, approximate: boolean) => `${named(bar.start, interval)}: ${approximate ? "about " : ""}${plural(bar.count, "match", "matches")}`;
