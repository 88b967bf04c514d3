import { createContext, Fragment, useContext } from "react";
import type { Schema } from "../api/client";
import { Link } from "../app/router";
import { plural, when } from "../ui/format";
import "../styles/documents.css";

export type Passage = Schema["PassageView"];

/** What the answer around a text was told: its citations lead there. */
export const Cited = createContext<readonly Passage[]>([]);

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

/** Text in which [1] leads to the first source; any other number in brackets is text. */
export function Cites({ text }: { text: string }) {
  const sources = useContext(Cited);
  if (sources.length === 0) return text;
  return text.split(/(\[\d{1,2}\])/).map((piece, index) => {
    const source = index % 2 === 1 ? sources.find((one) => `[${one.n}]` === piece) : undefined;
    const to = source && placeOf(source);
    if (!source || !to) return <Fragment key={index}>{piece}</Fragment>;
    return (
      <Link key={index} className="cite" to={to} title={`${nameOf(source)}\n\n${source.text.slice(0, 400)}`} aria-label={`Source ${source.n}: ${nameOf(source)}`}>
        {piece}
      </Link>
    );
  });
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
