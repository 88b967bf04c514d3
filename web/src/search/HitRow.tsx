import { Link } from "../app/router";
import type { Schema } from "../api/client";
import { fullTime, plural, providerName, when } from "../ui/format";
import { wordsOf } from "./query";

export type Hit = Schema["SearchItem"];

export const keyOf = (hit: Hit) => hit.message_id ?? hit.conversation_id ?? hit.document_id ?? "";

export function addressOf(hit: Hit, q: string): string {
  if (!hit.conversation_id) return `/search?${new URLSearchParams({ q })}`;
  const words = wordsOf(q).length > 0 ? `?${new URLSearchParams({ q })}` : "";
  return hit.message_id ? `/c/${hit.conversation_id}/${hit.message_id}${words}` : `/c/${hit.conversation_id}${words}`;
}

interface RowProps {
  hit: Hit;
  q: string;
  index: number;
  selected: boolean;
  total: number | null;
}

export function HitRow({ hit, q, index, selected, total }: RowProps) {
  const speaker = hit.role === "user" ? "You" : hit.role === "assistant" ? (hit.model ?? providerName(hit.provider)) : hit.role;
  const facts = [
    hit.kind === "title" ? "title" : hit.kind === "document" ? "document" : speaker,
    providerName(hit.provider),
    hit.field === "code" || hit.field === "thinking" || hit.field === "tool" ? hit.field : "",
    hit.found_by === "meaning" ? "near in meaning" : "",
    hit.path === false ? "on another branch" : "",
    hit.more > 0 ? `${plural(hit.more, "more match", "more matches")} here` : "",
  ];
  return (
    <Link
      to={addressOf(hit, q)}
      id={`hit-${keyOf(hit)}`}
      role="option"
      aria-selected={selected}
      aria-posinset={index + 1}
      aria-setsize={total ?? -1}
      tabIndex={-1}
      className="hit"
    >
      <span className="hit-title">
        <span dir="auto">{hit.title ?? "Untitled"}</span>
        <time dateTime={hit.created_at ?? undefined} title={fullTime(hit.created_at)}>
          {when(hit.created_at)}
        </time>
      </span>
      {hit.kind !== "title" && (
        <span className="snippet" dir="auto">
          {marked(hit.snippet)}
        </span>
      )}
      <span className="muted facts">{[...new Set(facts.filter(Boolean))].join(" · ")}</span>
    </Link>
  );
}

function marked({ text, highlights }: Schema["Snippet"]) {
  const parts = [];
  let at = 0;
  for (const { start, end } of highlights) {
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return [...parts, text.slice(at)];
}
