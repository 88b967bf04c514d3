import { memo, useMemo, useState } from "react";
import type { Schema } from "../api/client";
import { bytes } from "../ui/format";
import { Icon, type IconName } from "../ui/Icon";
import { CodeBlock } from "./CodeBlock";
import { Markdown, outside, Picture } from "./markdown";
import type { Passage } from "./cites";
import { passageOf, Sources, WithSources } from "./sources";
import type { Message } from "./useConversation";

type Part = Schema["Part"];

/** Longest text that is laid out without being asked for, in characters. */
const long = 50_000;

export const Body = memo(({ message, whole }: { message: Message; whole: boolean }) => {
  const parts = useMemo(() => (message.parts as Part[] | null) ?? [{ type: "text" as const, text: message.content }], [message]);
  const sources = useMemo(() => parts.map(passageOf).filter((one): one is Passage => one !== null), [parts]);
  return (
    <WithSources all={sources}>
      {parts.map((part, index) => (passageOf(part) ? null : <PartView key={index} part={part} whole={whole} />))}
      <Sources all={sources} />
    </WithSources>
  );
});
Body.displayName = "Body";

function PartView({ part, whole }: { part: Part; whole: boolean }) {
  switch (part.type) {
    case "text":
      return <Text text={part.text ?? ""} whole={whole} />;
    case "code":
      return <CodeBlock code={part.text ?? ""} language={part.name ?? ""} />;
    case "thinking":
      return <Fold icon="thought" name="Thought" hint={glance(part.text)} render={() => <Text text={part.text ?? ""} whole={whole} />} />;
    case "tool_call":
      return <Fold icon="tool" name={`Called ${part.name ?? "a tool"}`} hint={glance(part.text)} render={() => <CodeBlock code={pretty(part.text ?? "")} language="json" />} />;
    case "tool_result":
      return (
        <Fold
          icon="tool"
          name={`${part.is_error ? "Error" : "Result"}${part.name ? ` of ${part.name}` : ""}`}
          hint={glance(part.text)}
          render={() => <CodeBlock code={pretty(part.text ?? "")} language="" />}
        />
      );
    case "citation":
      return <Citation part={part} />;
    case "image":
    case "audio":
    case "video":
    case "file":
      return <Attachment part={part} />;
    default:
      return <Fold icon="file" name={part.name ?? "Something of its source's own"} hint="" render={() => <CodeBlock code={JSON.stringify(part.extra ?? part, null, 2)} language="json" />} />;
  }
}

/** A text of any length: the beginning at once, all of it when it is asked for. */
function Text({ text, whole }: { text: string; whole: boolean }) {
  const [all, setAll] = useState(whole);
  if (text.trim() === "") return null;
  if (all || text.length <= long) return <Markdown text={text} />;
  return (
    <>
      <Markdown text={text.slice(0, long)} />
      <button onClick={() => setAll(true)}>Show all of it ({bytes(text.length)})</button>
    </>
  );
}

/** What one rarely looks at; made when it is opened. */
function Fold({ icon, name, hint, render }: { icon: IconName; name: string; hint: string; render: () => React.ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name={icon} />
        <span>{name}</span>
        {!open && <span className="muted hint" dir="auto">{hint}</span>}
      </summary>
      {open && <div className="fold-body">{render()}</div>}
    </details>
  );
}

function Attachment({ part }: { part: Part }) {
  const held = part.attachment;
  const name = held?.name ?? part.name ?? part.type;
  const source = held?.id && !held.missing ? `/api/files/${held.id}/content` : null;
  if (!source) {
    if (part.url) return <Picture src={part.url} alt={name} />;
    return (
      <p className="attachment missing">
        <Icon name={part.type === "image" ? "image" : "file"} />
        <span dir="auto">{name}</span> <span className="muted">was not in the archive</span>
      </p>
    );
  }
  if (part.type === "image") return <img className="picture" src={source} alt={name} loading="lazy" />;
  if (part.type === "audio") return <audio controls preload="none" src={source} aria-label={name} />;
  return (
    <a className="attachment" href={source} target="_blank" rel="noopener">
      <Icon name="file" />
      <span dir="auto">{name}</span>
      {held?.size !== undefined && <span className="muted">{bytes(held.size)}</span>}
    </a>
  );
}

function Citation({ part }: { part: Part }) {
  const url = outside(part.url ?? "");
  const name = part.name ?? url?.host ?? "Source";
  return (
    <p className="citation" title={part.text}>
      {url ? (
        <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
          {name} <span className="host">{url.host}</span>
        </a>
      ) : (
        <span dir="auto">{name}</span>
      )}
    </p>
  );
}

const glance = (text: string | undefined) => (text ?? "").slice(0, 240).replace(/\s+/g, " ").trim();

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // most of them are no JSON
  }
}
