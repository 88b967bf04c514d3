import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { api, isAbort, messageOf, of, type Schema } from "../api/client";
import { navigate } from "../app/router";
import { actionOf } from "../keys/keys";
import { unfinished } from "../search/query";
import { count } from "../ui/format";
import { Icon } from "../ui/Icon";
import type { Tree } from "./tree";

/** How long typing rests before the server is asked, in ms. */
const rest = 90;
/** Messages that are walked through at most. */
const most = 2000;

interface Props {
  id: string;
  text: string;
  /** Where one stands; null: nowhere yet. */
  message: string | null;
  tree: Tree;
  onClose: () => void;
}

interface Found {
  text: string;
  /** Messages in the order of the conversation, side branches where they begin. */
  hits: readonly string[];
  /** There are more than are walked through. */
  more: boolean;
  wrong: string;
}

export const addressOf = (id: string, message: string | null, text: string) => `/c/${id}${message === null ? "" : `/${message}`}?${new URLSearchParams({ find: text })}`;

/** Finds in a conversation of any length, on all its branches, also what is not loaded: the server looks. */
export function Find({ id, text, message, tree, onClose }: Props) {
  const [found, setFound] = useState<Found | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const stand = useRef({ message, tree });
  useEffect(() => {
    stand.current = { message, tree };
  });
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  useEffect(() => {
    if (text.trim() === "") return setFound(null);
    const own = new AbortController();
    const timer = setTimeout(() => {
      hitsOf(id, text, own.signal).then(
        ({ ids, more }) => {
          const { place } = stand.current.tree;
          const hits = ids.filter((one) => place.has(one)).toSorted((a, b) => place.get(a)! - place.get(b)!);
          setFound({ text, hits, more, wrong: "" });
          // On from where one stands; from the beginning where nothing is below.
          const here = stand.current.message === null ? -1 : (place.get(stand.current.message) ?? -1);
          const first = hits.find((one) => place.get(one)! >= here) ?? hits[0];
          if (first !== undefined && first !== stand.current.message) navigate(addressOf(id, first, text), { replace: true });
        },
        (failure: unknown) => isAbort(failure) || own.signal.aborted || setFound({ text, hits: [], more: false, wrong: messageOf(failure) }),
      );
    }, rest);
    return () => {
      clearTimeout(timer);
      own.abort();
    };
  }, [id, text]);

  const hits = found?.hits ?? [];
  const at = message === null ? -1 : hits.indexOf(message);
  function step(by: 1 | -1) {
    const to = hits.at(at < 0 ? (by > 0 ? 0 : -1) : (at + by) % hits.length);
    if (to !== undefined) navigate(addressOf(id, to, text), { replace: true });
  }
  function key(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const action = actionOf("find", event);
    if (action === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (action === "close") onClose();
    else step(action === "next" ? 1 : -1);
  }

  const said = found === null || text.trim() === "" ? "" : hits.length === 0 ? found.wrong || "No message has it." : `${at < 0 ? "–" : count(at + 1)} of ${found.more ? "over " : ""}${count(hits.length)}`;
  return (
    <div className="find-bar" role="search" aria-label="In this conversation">
      <input
        ref={field}
        type="text"
        enterKeyHint="next"
        aria-label="Find in this conversation"
        placeholder="Find in this conversation"
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        maxLength={500}
        value={text}
        onChange={(event) => navigate(addressOf(id, message, event.target.value), { replace: true })}
        onKeyDown={key}
      />
      <span role="status" className="muted">
        {said}
      </span>
      <button className="plain" disabled={hits.length === 0} onClick={() => step(-1)}>
        <Icon name="up" />
        <span className="sr">Message before that has it</span>
      </button>
      <button className="plain" disabled={hits.length === 0} onClick={() => step(1)}>
        <Icon name="down" />
        <span className="sr">Next message that has it</span>
      </button>
      <button className="plain" onClick={onClose}>
        <Icon name="close" />
        <span className="sr">Close</span>
      </button>
    </div>
  );
}

async function hitsOf(id: string, text: string, signal: AbortSignal) {
  const ids: string[] = [];
  const query = { q: unfinished(text), conversation: [id], sort: "oldest" as const, limit: 200 };
  for (let cursor: string | null = null; ; ) {
    const page: Schema["SearchResult"] = await of(api.GET("/api/search", { params: { query: { ...query, ...(cursor !== null && { cursor }) } }, signal }));
    for (const hit of page.items) if (hit.kind === "message" && hit.message_id) ids.push(hit.message_id);
    cursor = page.next_cursor;
    if (cursor === null || ids.length >= most) return { ids: [...new Set(ids)], more: cursor !== null };
  }
}
