import { useEffect, useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { Link } from "../app/router";
import { spell } from "../search/query";
import { count, plural, providerName } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { Chart, type Series } from "./Chart";
import { Costs } from "./Costs";
import { span } from "./months";
import "../styles/insight.css";

type Parts = Schema["StatsParts"];

interface Read {
  stats: Schema["ArchiveStats"];
  providers: Parts;
  models: Parts;
}

const roles: Record<string, string> = { user: "You", assistant: "Models", system: "System", tool: "Tools" };

/** The archive in pictures: how much was said when, with whom, by which model. Every mark leads to what is behind it. */
export default function InsightView() {
  const [read, setRead] = useState<Read | null>(null);
  const [wrong, setWrong] = useState("");
  const [tries, setTries] = useState(0);
  useEffect(() => {
    document.title = "Overview · Parley";
    let gone = false;
    const parts = (by: "provider" | "model") => of(api.GET("/api/stats/months", { params: { query: { by } } }));
    Promise.all([of(api.GET("/api/stats")), parts("provider"), parts("model")]).then(
      ([stats, providers, models]) => gone || setRead({ stats, providers, models }),
      (failure: unknown) => gone || setWrong(messageOf(failure)),
    );
    return () => void (gone = true);
  }, [tries]);

  if (wrong) {
    return (
      <main className="main" id="main" tabIndex={-1}>
        <Notice title="The archive cannot be read" alert>
          <p>{wrong}</p>
          <button
            onClick={() => {
              setWrong("");
              setTries(tries + 1);
            }}
          >
            Try again
          </button>
        </Notice>
      </main>
    );
  }
  if (!read) return <main className="main" id="main" aria-busy="true" aria-label="Overview" />;
  if (read.stats.messages === 0) {
    return (
      <main className="main" id="main" tabIndex={-1}>
        <Notice title="There is nothing to look over yet">
          <p>Once conversations are imported or begun here, this page shows when they were, with whom and about how much.</p>
          <Link className="button primary" to="/import">
            <Icon name="import" />
            Import
          </Link>
        </Notice>
      </main>
    );
  }
  return <Overview {...read} />;
}

function Overview({ stats, providers, models }: Read) {
  const months = span(stats.months.map((one) => one.month));
  const undated = stats.months.find((one) => one.month === null)?.messages ?? 0;
  const all = new Map(stats.months.map((one) => [one.month, one.messages]));
  return (
    <main className="main insight" id="main" tabIndex={-1}>
      <div className="column wide">
        <h1>Overview</h1>
        <dl className="totals">
          {(
            [
              ["Conversations", stats.conversations],
              ["Messages", stats.messages],
              ["Words", stats.words],
              ["Archived", stats.archived],
              ["In the bin", stats.in_bin],
            ] as const
          ).map(([name, number]) => (
            <div key={name}>
              <dt className="muted">{name}</dt>
              <dd>{count(number)}</dd>
            </div>
          ))}
        </dl>
        {months.length > 0 && (
          <>
            <h2>By month</h2>
            <Chart label="Messages by month" months={months} series={[{ label: "Messages", q: "", counts: months.map((month) => all.get(month) ?? 0) }]} />
            <h2>Where they come from</h2>
            <Chart label="Messages by month and program" months={months} series={seriesOf(providers, months, "provider")} />
            <h2>Which models answered</h2>
            <Chart label="Messages by month and model" months={months} series={seriesOf(models, months, "model")} />
          </>
        )}
        {undated > 0 && <p className="muted">{plural(undated, "message has", "messages have")} no date: their source does not say.</p>}
        <h2>Who spoke</h2>
        <Bars
          items={stats.roles
            .toSorted((a, b) => b.messages - a.messages)
            .map((one) => ({ name: roles[one.role] ?? one.role, messages: one.messages, words: one.words, q: `role:${one.role}` }))}
        />
        <h2>Programs</h2>
        <Bars
          items={stats.providers
            .toSorted((a, b) => b.messages - a.messages)
            .map((one) => ({ name: providerName(one.provider), messages: one.messages, words: one.words, q: spell("provider", one.provider) }))}
        />
        <h2>Models</h2>
        <Bars items={stats.models.slice(0, 20).map((one) => ({ name: one.model ?? "not known", messages: one.messages, words: one.words, q: one.model === null ? null : spell("model", one.model) }))} />
        <Costs />
      </div>
    </main>
  );
}

/** Of what is named, and of the rest in one; the server says which the most are. */
function seriesOf(parts: Parts, months: readonly string[], by: "provider" | "model"): Series[] {
  return parts.items.map((part) => {
    const known = new Map(part.months.map((one) => [one.month, one.messages]));
    const label = part.rest ? "All others" : part.name === null ? "Model not known" : by === "provider" ? providerName(part.name) : part.name;
    return { label, q: part.rest || part.name === null ? null : spell(by, part.name), counts: months.map((month) => known.get(month) ?? 0) };
  });
}

interface BarItem {
  name: string;
  messages: number;
  words: number;
  q: string | null;
}

function Bars({ items }: { items: readonly BarItem[] }) {
  const most = Math.max(1, ...items.map((one) => one.messages));
  return (
    <ul className="bars">
      {items.map((one) => {
        const inside = (
          <>
            <span dir="auto">{one.name}</span>
            <meter min={0} max={most} value={one.messages} aria-hidden="true" />
            <span className="number" title={`${count(one.words)} words`}>
              {plural(one.messages, "message", "messages")}
            </span>
          </>
        );
        return <li key={one.name}>{one.q === null ? <span className="bar">{inside}</span> : <Link to={`/search?${new URLSearchParams({ q: `${one.q} `, sort: "newest" })}`}>{inside}</Link>}</li>;
      })}
    </ul>
  );
}
