import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useActs } from "../actions/messages";
import { api, of } from "../api/client";
import { navigate, usePlace } from "../app/router";
import { useStore } from "../app/store";
import { Composer } from "../chat/Composer";
import { besides, compare, sideBySide, stopAll, watch } from "../chat/beside";
import { manner } from "../chat/context";
import { useModels } from "../chat/models";
import { ask, forget, leave, queue, resume, turns } from "../chat/turns";
import { Consents } from "../consents/Consents";
import { actionOf } from "../keys/keys";
import { useNews } from "../live/live";
import { device } from "../offline/state";
import { wordsOf } from "../search/query";
import { providerName } from "../ui/format";
import { Notice } from "../ui/Notice";
import { addressOf, Find } from "./Find";
import { Beside } from "./Beside";
import { Head } from "./Head";
import { hasBranches } from "./map";
import { Messages } from "./Messages";
import { pathOf, type Step } from "./tree";
import { useConversation } from "./useConversation";
import "../styles/conversation.css";
import "../styles/actions.css";

const WaitingList = lazy(() => import("../offline/WaitingList"));
const TreeMap = lazy(() => import("./TreeMap"));

/** A conversation of any length: its shape is known whole, its words come as they are scrolled to. */
export default function ConversationView({ id, message }: { id: string; message: string | null }) {
  const { head, tree, wrong, retry, look, learn, ...words } = useConversation(id);
  const { query } = usePlace();
  const q = query.get("q") ?? "";
  const find = query.get("find");
  const marked = useMemo(() => wordsOf(find ?? q), [find, q]);
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
    // Where the answer is shows who asked for it; who reads a branch while another page asks stays there.
    if (turn.own) {
      setThrough(null);
      setChosen(new Map());
    }
    retry();
  }, [milestone, retry]);
  const end = path.at(-1)?.node.id ?? null;
  const last = end === null ? undefined : words.message(end);
  const answer = turn?.message ? words.message(turn.message) : undefined;
  const kept = turn?.state === "ended" && turn.wrong === "" && answer !== undefined && answer.status !== "streaming" && answer.status !== "pending";
  useEffect(() => {
    if (kept) forget(id);
  }, [kept, id]);

  // An answer that was under way before the page was loaded is taken up.
  const unfinished = !turn && (last?.status === "streaming" || last?.status === "pending");
  useEffect(() => {
    if (!unfinished) return;
    let gone = false;
    of(api.GET("/api/chat/turns", { params: { query: { conversation_id: id, limit: 8 } } })).then(
      ({ items }) => {
        const going = items.filter((one) => one.status === "streaming" || one.status === "pending");
        // Several models that answer one question are followed side by side.
        const abreast = going.filter((one) => tree?.nodes[tree.place.get(one.message_id) ?? -1]?.parent_id === last!.parent_id);
        if (gone) return;
        if (abreast.length > 1) return watch(id, last!.parent_id, abreast);
        // Questions that wait stand behind the one that is answered.
        const first = going.at(-1);
        if (first) void resume(first);
      },
      () => {}, // the message says that it is unfinished
    );
    return () => void (gone = true);
  }, [unfinished, id]);

  const queued = useStore(device)?.waiting.some((one) => one.body.conversation_id === id) ?? false;
  const compared = useStore(sideBySide);
  const running = useStore(besides);
  const abreast = [...running.values()].filter((one) => one.conversation === id && one.state !== "ended");
  const onBeside = useCallback((step: Step) => sideBySide.set({ conversation: id, question: step.node.parent_id }), [id]);
  const onKept = useCallback((answer: string) => {
    setThrough(answer);
    setChosen(new Map());
  }, []);
  const beside = (step: Step) =>
    tree && compared?.conversation === id && compared.question === step.node.parent_id && step.node.role === "assistant" && step.siblings.length > 1 ? (
      <Beside conversation={id} tree={tree} step={step} leaf={head?.active_leaf ?? null} own={!head?.shared} message={words.message} want={words.want} onKept={onKept} />
    ) : null;

  useEffect(() => () => leave(id), [id]);
  // A question that waits comes behind the answer that is written, or behind those that wait already.
  const written = turn?.message ?? null;
  const behind = written === null ? null : path.some((step) => step.node.id === written) ? end : written;

  // What happens to it elsewhere, and answers that are begun there.
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(soon.current), []);
  useNews((news) => {
    if (news.type !== "resync" && news.conversation_id !== id) return;
    for (const one of news.type === "resync" ? (news.turns ?? []) : [news]) {
      const underWay = one.type === "turn" && (one.status === "pending" || one.status === "streaming");
      if (underWay && one.conversation_id === id && one.turn_id && one.message_id) {
        void resume({ id: one.turn_id, conversation_id: id, message_id: one.message_id });
      }
    }
    // Several come of one write.
    clearTimeout(soon.current);
    soon.current = setTimeout(() => void look(), 120);
  });
  const acts = useActs(head, useModels(), learn);

  /** Counts goings to a message: one may go to the same again. */
  const [visit, setVisit] = useState(0);
  const goTo = useCallback((to: string) => {
    setThrough(to);
    setChosen(new Map());
    setVisit((n) => n + 1);
  }, []);
  const branch = useCallback((from: Step, to: string) => {
    setThrough(null);
    setChosen((now) => {
      const next = new Map(now);
      next.set(from.node.parent_id ?? "", to);
      return next;
    });
  }, []);

  const branched = useMemo(() => tree !== null && hasBranches(tree), [tree]);
  const [map, setMap] = useState<{ at: string | null } | null>(null);
  /** The map opens where one reads: at the message that has focus, else at the end or the first in sight. */
  function openMap() {
    const box = document.querySelector(".messages");
    const top = box?.getBoundingClientRect().top ?? 0;
    const articles = [...(box?.querySelectorAll<HTMLElement>("article") ?? [])];
    const atEnd = box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 64;
    const here = articles.find((one) => one.contains(document.activeElement)) ?? (atEnd ? undefined : articles.find((one) => one.getBoundingClientRect().bottom > top + 24));
    setMap({ at: path[Number(here?.dataset["index"] ?? path.length - 1)]?.node.id ?? null });
  }

  const lookFor = () => navigate(addressOf(id, message, find ?? ""), { replace: true });
  function key(event: KeyboardEvent) {
    const action = actionOf("messages", event);
    if (action === "map" && branched && map === null) {
      event.preventDefault();
      return openMap();
    }
    // Pressed once more, where one finds already, it is the browser's own.
    if (action !== "find" || (event.target as HTMLElement).closest(".find-bar")) return;
    event.preventDefault();
    const field = document.querySelector<HTMLInputElement>(".find-bar input");
    field?.focus();
    if (field) field.select();
    else lookFor();
  }
  function leaveOff() {
    navigate(message === null ? `/c/${id}` : `/c/${id}/${message}`, { replace: true });
    document.querySelector<HTMLElement>(".messages")?.focus({ preventScroll: true });
  }

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
    <main className="main conversation" id="main" onKeyDown={key}>
      <Head head={head} q={q} onFind={lookFor} onMap={branched ? openMap : null} />
      {map && tree && (
        <Suspense fallback={null}>
          <TreeMap id={id} tree={tree} path={path} at={map.at} message={words.message} want={words.want} onGo={goTo} onClose={() => setMap(null)} />
        </Suspense>
      )}
      {find !== null && tree && <Find id={id} text={find} message={message} tree={tree} onClose={leaveOff} />}
      {!head || !tree ? (
        <div className="messages" aria-busy="true" aria-label="Messages" />
      ) : path.length === 0 ? (
        <Notice title="Nothing was said here" below>
          <p>The conversation has no messages that are shown.</p>
        </Notice>
      ) : (
        <Messages path={path} aim={through} visit={visit} marked={marked} model={head.model ?? providerName(head.provider)} onBranch={branch} turn={turn} acts={acts} onBeside={onBeside} beside={beside} {...words} />
      )}
      <p className="sr" role="status">
        {turn === undefined ? "" : turn.state === "ended" ? "The answer has ended." : turn.consents.length > 0 ? "" : "An answer is being written."}
      </p>
      {turn?.wrong && (
        <p className="wrong turn-wrong" role="alert">
          {turn.wrong}
        </p>
      )}
      {turn && <Consents turn={turn} />}
      {queued && (
        <Suspense fallback={null}>
          <WaitingList conversation={id} />
        </Suspense>
      )}
      {head && tree && !head.shared && !head.deleted_at && (
        <Composer
          draft={id}
          model={head.model}
          turn={turn ?? abreast[0]}
          onStop={abreast.length > 0 && compared?.question ? () => stopAll(id, compared.question!) : undefined}
          onCompare={async (asked, models) => {
            await compare({ ...asked, models: [...models], conversation_id: id, ...(end !== null && { parent_id: end }), ...manner() });
            setThrough(null);
            setChosen(new Map());
          }}
          onQueue={
            behind === null
              ? undefined
              : async (asked, model_name) => {
                  await queue({ ...asked, model_name, conversation_id: id, parent_id: behind, ...manner() });
                  setThrough(null);
                }
          }
          onAsk={(asked, model_name) => void ask({ ...asked, model_name, conversation_id: id, ...(end !== null && { parent_id: end }), ...manner() })}
        />
      )}
    </main>
  );
}
