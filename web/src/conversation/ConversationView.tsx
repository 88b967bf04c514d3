import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { api, of } from "../api/client";
import { Link, usePlace } from "../app/router";
import { useStore } from "../app/store";
import { Composer } from "../chat/Composer";
import { ask, forget, resume, turns, type Turn } from "../chat/turns";
import { wordsOf } from "../search/query";
import { plural, providerName, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { MessageItem } from "./MessageItem";
import { heightOf, pathOf, type Step } from "./tree";
import { useConversation } from "./useConversation";
import "../styles/conversation.css";

/** A conversation of any length: its shape is known whole, its words come as they are scrolled to. */
export default function ConversationView({ id, message }: { id: string; message: string | null }) {
  const { head, tree, wrong, retry, ...words } = useConversation(id);
  const { query } = usePlace();
  const q = query.get("q") ?? "";
  const marked = useMemo(() => wordsOf(q), [q]);
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  // A branch chosen after an address was opened goes before that address.
  const [through, setThrough] = useState(message);
  useEffect(() => {
    setThrough(message);
    setChosen(new Map());
  }, [message]);
  const path = useMemo(() => (tree ? pathOf(tree, through, chosen) : []), [tree, through, chosen]);
  useEffect(() => {
    if (head) document.title = `${head.title ?? "Untitled"} · Parley`;
  }, [head]);

  // What an answer does to the conversation is read anew: when it begins, and when it has ended.
  const turn = useStore(turns).get(id);
  const milestone = turn && `${turn.message} ${turn.state}`;
  useEffect(() => {
    if (!turn || turn.message === null) return;
    setThrough(null);
    setChosen(new Map());
    retry();
  }, [milestone, retry]);
  const end = path.at(-1)?.node.id ?? null;
  const last = end === null ? undefined : words.message(end);
  const kept = turn?.state === "ended" && turn.wrong === "" && last?.id === turn.message && last.status !== "streaming" && last.status !== "pending";
  useEffect(() => {
    if (kept) forget(id);
  }, [kept, id]);

  // An answer that was under way before the page was loaded is taken up.
  const unfinished = !turn && (last?.status === "streaming" || last?.status === "pending");
  useEffect(() => {
    if (!unfinished) return;
    let gone = false;
    of(api.GET("/api/chat/turns", { params: { query: { conversation_id: id, limit: 1 } } })).then(
      ({ items: [newest] }) => {
        if (!gone && newest && (newest.status === "streaming" || newest.status === "pending")) void resume(newest);
      },
      () => {}, // the message says that it is unfinished
    );
    return () => void (gone = true);
  }, [unfinished, id]);

  const branch = useCallback((from: Step, to: string) => {
    setThrough(null);
    setChosen((now) => {
      const next = new Map(now);
      next.set(from.node.parent_id ?? "", to);
      return next;
    });
  }, []);

  if (wrong) {
    return (
      <main className="main" id="main">
        <Notice title={wrong.title} alert>
          <p>{wrong.reason}</p>
          <button onClick={retry}>Try again</button>
        </Notice>
      </main>
    );
  }

  return (
    <main className="main conversation" id="main">
      <header className="head">
        <h1 dir="auto">{head ? (head.title ?? "Untitled") : "\u00a0"}</h1>
        <p className="muted">
          {head &&
            [providerName(head.provider), head.model, plural(head.message_count, "message", "messages"), when(head.updated_at ?? head.created_at)]
              .filter(Boolean)
              .join(" · ")}
        </p>
        {q && (
          <Link to={`/search?${new URLSearchParams({ q })}`} className="back">
            <Icon name="left" />
            Results
          </Link>
        )}
      </header>
      {!head || !tree ? (
        <div className="messages" aria-busy="true" aria-label="Messages" />
      ) : path.length === 0 ? (
        <Notice title="Nothing was said here" below>
          <p>The conversation has no messages that are shown.</p>
        </Notice>
      ) : (
        <Messages path={path} aim={through} marked={marked} model={head.model ?? providerName(head.provider)} onBranch={branch} turn={turn} {...words} />
      )}
      <p className="sr" role="status">
        {turn === undefined ? "" : turn.state === "ended" ? "The answer has ended." : "An answer is being written."}
      </p>
      {turn?.wrong && (
        <p className="wrong turn-wrong" role="alert">
          {turn.wrong}
        </p>
      )}
      {head && tree && !head.shared && !head.deleted_at && (
        <Composer
          draft={id}
          model={head.model}
          turn={turn}
          onAsk={(message, model_name) => void ask({ message, model_name, conversation_id: id, ...(end !== null && { parent_id: end }) })}
        />
      )}
    </main>
  );
}

interface MessagesProps extends Pick<ReturnType<typeof useConversation>, "message" | "want" | "failed" | "again"> {
  path: readonly Step[];
  aim: string | null;
  marked: readonly string[];
  model: string;
  onBranch: (from: Step, to: string) => void;
  turn: Turn | undefined;
}

const none: readonly string[] = [];

function Messages({ path, aim, marked, model, onBranch, turn, message, want, failed, again }: MessagesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useRef<number | null>(null);
  const virtual = useVirtualizer({
    count: path.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(path[index]!.node, scroller.current?.clientWidth ?? 720),
    getItemKey: (index) => path[index]!.node.id,
    overscan: 3,
    paddingEnd: 48,
    paddingStart: 8,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;

  useEffect(() => {
    want(path.slice(Math.max(0, first - 8), last + 9).map((step) => step.offset));
  }, [first, last, path, want]);

  // Where one comes in: at the message that was asked for, else at the end.
  const aimAt = aim === null ? -1 : path.findIndex((step) => step.node.id === aim);
  const placed = useRef<string | null>(null);
  useEffect(() => {
    if (placed.current === (aim ?? "")) return;
    if (placed.current !== null && aim === null) return;
    placed.current = aim ?? "";
    if (aimAt >= 0) virtual.scrollToIndex(aimAt, { align: "start" });
    else virtual.scrollToIndex(path.length - 1, { align: "end" });
  }, [aim, aimAt, path.length, virtual]);

  // Who is at the end stays there while it grows; who reads elsewhere is left in peace.
  const atEnd = useRef(aim === null);
  const size = virtual.getTotalSize();
  useEffect(() => {
    if (atEnd.current) virtual.scrollToIndex(path.length - 1, { align: "end" });
  }, [size, path.length, virtual]);
  useEffect(() => {
    if (turn?.state === "asked") atEnd.current = true;
  }, [turn?.state]);

  useEffect(() => {
    // The message that was walked to may only come to be with the scrolling.
    const to = focused.current === null ? null : scroller.current?.querySelector<HTMLElement>(`[data-index="${focused.current}"]`);
    if (!to) return;
    focused.current = null;
    to.focus({ preventScroll: true });
  });

  function walk(event: KeyboardEvent<HTMLDivElement>) {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const here = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    const from = here ? Number(here.dataset["index"]) : first - 1;
    const to = { j: from + 1, k: from - 1, g: 0, G: path.length - 1 }[event.key];
    if (to === undefined || to < 0 || to >= path.length) return;
    event.preventDefault();
    focused.current = to;
    atEnd.current = to === path.length - 1;
    virtual.scrollToIndex(to, { align: "start" });
    scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus({ preventScroll: true });
  }

  return (
    <div className="messages" ref={scroller} tabIndex={0} role="region" aria-label="Messages" onKeyDown={walk}
      onScroll={({ currentTarget: box }) => (atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 64)}
    >
      <div className="spread" role="feed" aria-label="Messages" aria-busy={shown.some((entry) => !message(path[entry.index]!.node.id))} style={{ height: virtual.getTotalSize() }}>
        {shown.map((entry) => {
          const step = path[entry.index]!;
          const known = message(step.node.id);
          return (
            <article
              key={entry.key}
              data-index={entry.index}
              ref={virtual.measureElement}
              tabIndex={-1}
              aria-posinset={entry.index + 1}
              aria-setsize={path.length}
              aria-label={`${step.node.role === "user" ? "You" : step.node.role}, message ${entry.index + 1} of ${path.length}`}
              style={{ transform: `translateY(${entry.start}px)` }}
            >
              {known ? (
                <MessageItem
                  step={step}
                  message={known}
                  model={model}
                  words={marked.length > 0 ? marked : none}
                  aimed={step.node.id === aim}
                  onBranch={onBranch}
                  turn={turn && turn.message === step.node.id && (turn.state !== "ended" || known.status === "streaming" || known.status === "pending") ? turn : undefined}
                />
              ) : (
                <div className="message" style={{ minHeight: heightOf(step.node, 720) }}>
                  {failed(step.offset) && (
                    <p role="alert">
                      This message could not be read. <button onClick={again}>Try again</button>
                    </p>
                  )}
                </div>
              )}
            </article>
          );
        })}
      </div>
    </div>
  );
}
