import { useState, type KeyboardEvent } from "react";
import { Link } from "../app/router";
import { actionOf } from "../keys/keys";
import { count, monthName, plural } from "../ui/format";
import { inMonth } from "./months";

/** What is counted by month: one colour of the chart. */
export interface Series {
  label: string;
  /** Filters that find it; null where the query language cannot name it. */
  q: string | null;
  /** Messages of each month that is shown. */
  counts: readonly number[];
}

interface Props {
  label: string;
  months: readonly string[];
  series: readonly Series[];
}

/**
 * Columns by month, what makes them up on top of each other; each mark leads to the messages behind it. One mark takes
 * part in the tab order, the arrows walk. A table tells the same.
 */
export function Chart({ label, months, series }: Props) {
  const sums = months.map((_, month) => series.reduce((sum, one) => sum + one.counts[month]!, 0));
  const most = Math.max(1, ...sums);
  const marks = (month: number) => series.flatMap((one, index) => (one.counts[month]! > 0 && one.q !== null ? [index] : []));
  const lastMarked = months.findLastIndex((_, month) => marks(month).length > 0);
  const [at, setAt] = useState({ month: lastMarked, index: marks(lastMarked)[0] ?? 0 });

  function key(event: KeyboardEvent<HTMLElement>) {
    const action = actionOf("chart", event);
    const step = { next: 1, previous: -1 }[action as string];
    let to = at;
    if (step !== undefined || action === "first" || action === "last") {
      const direction = step ?? (action === "first" ? 1 : -1);
      let month = step !== undefined ? at.month + step : action === "first" ? 0 : months.length - 1;
      while (month >= 0 && month < months.length && marks(month).length === 0) month += direction;
      if (month < 0 || month >= months.length) return event.preventDefault();
      const there = marks(month);
      to = { month, index: there.includes(at.index) ? at.index : there[0]! };
    } else if (action === "up" || action === "down") {
      const here = marks(at.month);
      to = { ...at, index: here[here.indexOf(at.index) + (action === "up" ? 1 : -1)] ?? at.index };
    } else return;
    event.preventDefault();
    setAt(to);
    event.currentTarget.querySelector<HTMLElement>(`[data-mark="${to.month} ${to.index}"]`)?.focus();
  }

  return (
    <figure className="chart" aria-label={label}>
      {series.length > 1 && (
        <ul className="legend">
          {series.map((one, index) => (
            <li key={one.label}>
              <span className={`swatch s${index}`} />
              <span dir="auto">{one.label}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="chart-scroll" role="group" aria-label={`${label}; the arrows walk`} onKeyDown={key}>
        <div className="chart-columns">
          {months.map((month, place) => (
            <div key={month} className="chart-month">
              <div className="chart-stack" style={{ height: `${(sums[place]! / most) * 100}%` }}>
                {series.map((one, index) => {
                  const messages = one.counts[place]!;
                  if (messages === 0) return null;
                  const said = `${monthName(month)}${series.length > 1 ? `, ${one.label}` : ""}: ${plural(messages, "message", "messages")}`;
                  const style = { flexGrow: messages };
                  return one.q === null ? (
                    <span key={index} className={`mark s${index}`} style={style} title={said} />
                  ) : (
                    <Link
                      key={index}
                      to={inMonth(month, one.q)}
                      className={`mark s${index}`}
                      style={style}
                      title={said}
                      aria-label={said}
                      data-mark={`${place} ${index}`}
                      tabIndex={at.month === place && at.index === index ? 0 : -1}
                      onFocus={() => setAt({ month: place, index })}
                    />
                  );
                })}
              </div>
              {(place === 0 || month.endsWith("-01")) && <span className="chart-year">{month.slice(0, 4)}</span>}
            </div>
          ))}
        </div>
      </div>
      <details className="chart-table">
        <summary>As a table</summary>
        <div className="sideways" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Month</th>
                {series.map((one) => (
                  <th key={one.label} scope="col" dir="auto">
                    {one.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {months.map((month, place) =>
                sums[place] === 0 ? null : (
                  <tr key={month}>
                    <th scope="row">
                      <Link to={inMonth(month)}>{monthName(month)}</Link>
                    </th>
                    {series.map((one) => (
                      <td key={one.label}>{one.q === null || one.counts[place] === 0 ? count(one.counts[place]!) : <Link to={inMonth(month, one.q)}>{count(one.counts[place]!)}</Link>}</td>
                    ))}
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
