import { useMemo, type ReactNode } from "react";
import type { Schema } from "../api/client";
import { Link } from "../app/router";
import { plural, when } from "../ui/format";
import { Cited, type Passage } from "./cites";
import "../styles/documents.css";

/** A passage that was stored with an answer; null for a citation of another program's. */
export function passageOf(part: Schema["Part"]): Passage | null {
  const extra = part.extra as Partial<Passage> | null | undefined;
  return part.type === "citation" && typeof extra?.n === "number" && typeof extra.text === "string" ? (extra as Passage) : null;
}

/** Where the passage stands; null for what has no place of its own. */
export function placeOf(one: Passage): string | null {
  if (one.conversation_id) return `/c/${one.conversation_id}${one.message_id ? `/${one.message_id}` : ""}`;
  return one.document_id ? `/d/${one.document_id}${one.chunk_id ? `/${one.chunk_id}` : ""}` : null;
}

const nameOf = (one: Passage) =>
  [one.title ?? "Untitled", one.heading?.replaceAll("\n", " › "), one.page !== null && `page ${one.page}`, one.role === "user" ? "you" : one.role, one.created_at && when(one.created_at)]
    .filter(Boolean)
    .join(", ");

function link(source: Passage, words: string): ReactNode {
  const to = placeOf(source);
  if (!to) return words;
  return (
    <Link className="cite" to={to} title={`${nameOf(source)}\n\n${source.text.slice(0, 400)}`} aria-label={`Source ${source.n}: ${nameOf(source)}`}>
      {words}
    </Link>
  );
}

/** Makes the citations in what stands in it lead to these. */
export function WithSources({ all, children }: { all: readonly Passage[]; children: ReactNode }) {
  const cited = useMemo(() => ({ sources: all, link }), [all]);
  return <Cited.Provider value={cited}>{children}</Cited.Provider>;
}

/** What an answer rests on, each with its place. */
export function Sources({ all }: { all: readonly Passage[] }) {
  if (all.length === 0) return null;
  return (
    <details className="sources">
      <summary>{plural(all.length, "source", "sources")}</summary>
      <ol>
        {all.map((one) => {
          const to = placeOf(one);
          return (
            <li key={one.n}>
              <span className="number">{one.n}</span>
              <div>
                <p className="where" dir="auto">
                  {to ? <Link to={to}>{nameOf(one)}</Link> : nameOf(one)}
                </p>
                <blockquote dir="auto">{one.text}</blockquote>
              </div>
            </li>
          );
        })}
      </ol>
    </details>
  );
}
