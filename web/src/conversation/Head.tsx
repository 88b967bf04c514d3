import { useEffect, useRef, useState } from "react";
import { restore } from "../actions/conversations";
import { entriesOf } from "../actions/entries";
import { opened } from "../actions/opened";
import type { Schema } from "../api/client";
import { Link } from "../app/router";
import { plural, providerName, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";

interface HeadProps {
  head: Schema["ConversationView"] | null;
  q: string;
  onFind: () => void;
  /** Null where it has no branches. */
  onMap: (() => void) | null;
}

/** What a conversation is called, where it is kept, and what can be done with it. */
export function Head({ head, q, onFind, onMap }: HeadProps) {
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const more = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    opened.set(head);
    return () => opened.set(null);
  }, [head]);
  const facts = head && [
    head.shared && `of ${head.shared.owner_name}`,
    providerName(head.provider),
    head.model,
    plural(head.message_count, "message", "messages"),
    when(head.updated_at ?? head.created_at),
    head.folder?.name,
    head.tags.map((tag) => `#${tag}`).join(" "),
    head.archived && "archived",
  ];
  return (
    <header className="head">
      <div className="head-text">
        <h1 dir="auto">
          {head ? (head.title ?? "Untitled") : "\u00a0"}
          {head?.starred && <span className="star" role="img" aria-label="starred"> ★</span>}
        </h1>
        <p className="muted" dir="auto">
          {facts && facts.filter(Boolean).join(" · ")}
        </p>
      </div>
      {q && (
        <Link to={`/search?${new URLSearchParams({ q })}`} className="back">
          <Icon name="left" />
          Results
        </Link>
      )}
      {onMap && (
        <button className="plain" title="Map of its branches" onClick={onMap}>
          <Icon name="fork" />
          <span className="sr">Map of its branches</span>
        </button>
      )}
      <button className="plain" disabled={!head} title="Find in this conversation" onClick={onFind}>
        <Icon name="search" />
        <span className="sr">Find in this conversation</span>
      </button>
      {head?.deleted_at ? (
        <button onClick={() => void restore(head)}>Take out of the bin</button>
      ) : (
        <button ref={more} className="plain" disabled={!head} aria-haspopup="menu" aria-expanded={menu !== null} onClick={() => setMenu(more.current)}>
          <Icon name="more" />
          <span className="sr">With this conversation</span>
        </button>
      )}
      {menu && head && <Menu label="With this conversation" anchor={menu} entries={entriesOf(head)} onClose={() => setMenu(null)} />}
    </header>
  );
}
