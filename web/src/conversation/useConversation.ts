import { useCallback, useEffect, useRef, useState } from "react";
import { api, ApiError, connection, messageOf, of, type Schema } from "../api/client";
import { useStore } from "../app/store";
import { opened as keepOpened, readKept } from "../offline/kept";
import { device } from "../offline/state";
import { treeOf, type Tree } from "./tree";

export type Message = Schema["MessageView"];

/** What was said, without the files that go with it. */
export const wordsOf = (message: Message) =>
  message.parts
    ?.filter((part) => part.type === "text")
    .map((part) => part.text ?? "")
    .join("\n\n") ?? message.content;

export interface Opened {
  head: Schema["ConversationView"] | null;
  tree: Tree | null;
  wrong: { title: string; reason: string } | null;
}

const pageSize = 40;

/** A conversation's shape, whole, and its words, page by page as they are looked at. */
export function useConversation(id: string) {
  const [opened, setOpened] = useState<Opened>({ head: null, tree: null, wrong: null });
  const [version, setVersion] = useState(0);
  const messages = useRef(new Map<string, Message>());
  const pages = useRef(new Map<number, "asked" | "failed">());
  const [, show] = useState(0);
  /** The newest state that is shown, and how often there was one: words that were asked for before it may be old. */
  const known = useRef({ version: -1, state: 0 });

  const accept = useCallback((head: Schema["ConversationView"], tree: Tree) => {
    if (head.version < known.current.version) return;
    known.current = { version: head.version, state: known.current.state + 1 };
    pages.current.clear();
    setOpened({ head, tree, wrong: null });
  }, []);
  const refuse = useCallback((failure: unknown) => {
    if (isAway(failure) && device.get()) {
      return setOpened({ head: null, tree: null, wrong: { title: "This conversation is not kept on this device", reason: "It can be read once the server answers." } });
    }
    const missing = failure instanceof ApiError && failure.status === 404;
    const title = missing ? "There is no such conversation" : "The conversation cannot be read";
    setOpened({ head: null, tree: null, wrong: { title, reason: missing ? "It may have been deleted, or it is somebody else's." : messageOf(failure) } });
  }, []);

  useEffect(() => {
    let gone = false;
    open(id).then(
      ({ head, tree, kept }) => {
        if (gone) return;
        away.current = kept !== null;
        accept(head, tree);
        if (!kept) return void keepOpened(head);
        for (const message of kept) messages.current.set(message.id, message);
        for (let page = 0; page * pageSize < kept.length; page++) pages.current.set(page, "asked");
        show((n) => n + 1);
      },
      (failure: unknown) => {
        if (gone) return;
        away.current = isAway(failure);
        refuse(failure);
      },
    );
    return () => void (gone = true);
  }, [id, version, accept, refuse]);

  // What this device kept stood in for it, or nothing could.
  const away = useRef(false);
  const reached = useStore(connection) === "ok";
  useEffect(() => {
    if (reached && away.current) setVersion((n) => n + 1);
  }, [reached]);

  /** Looks whether it has changed since, and shows what has. */
  const look = useCallback(async () => {
    try {
      const head = await headOf(id);
      if (head.version > known.current.version) {
        accept(head, treeOf(await outline(id)));
        keepOpened(head);
      }
    } catch (failure) {
      // What is shown stands where the server does not answer; what is no more goes.
      if (failure instanceof ApiError && failure.status === 404) refuse(failure);
    }
  }, [id, accept, refuse]);

  /** Has the words of these places asked for, where they are not known or on their way. */
  const want = useCallback(
    (offsets: readonly number[]) => {
      for (const page of new Set(offsets.map((offset) => Math.floor(offset / pageSize)))) {
        if (pages.current.has(page)) continue;
        pages.current.set(page, "asked");
        void fetchPage(page);
      }

      async function fetchPage(page: number) {
        const end = (page + 1) * pageSize;
        const { state } = known.current;
        try {
          // Giant messages end a page early.
          for (let offset = page * pageSize; offset < end; ) {
            const query = { tree: true, limit: end - offset, offset };
            const answer = await of(api.GET("/api/conversations/{id}/messages", { params: { path: { id }, query } }));
            if (state !== known.current.state) return; // asked for anew meanwhile
            for (const message of answer.items) messages.current.set(message.id, message);
            offset += answer.items.length;
            if (answer.items.length === 0 || answer.next_cursor === null) break;
          }
        } catch {
          if (state !== known.current.state) return;
          pages.current.set(page, "failed"); // shown where the words are missing, with a way to ask again
        }
        show((n) => n + 1);
      }
    },
    [id],
  );

  const again = useCallback(() => {
    for (const [page, state] of pages.current) if (state === "failed") pages.current.delete(page);
    show((n) => n + 1);
  }, []);
  const failed = (offset: number) => pages.current.get(Math.floor(offset / pageSize)) === "failed";
  /** Reads everything anew; what is known stands until the answers are there. */
  const retry = useCallback(() => setVersion((n) => n + 1), []);
  /** A message as an answer to a change of it has it. */
  const learn = useCallback((message: Message) => {
    messages.current.set(message.id, message);
    show((n) => n + 1);
  }, []);
  return { ...opened, message: (of: string) => messages.current.get(of), want, failed, again, retry, look, learn };
}

const headOf = (id: string) => of(api.GET("/api/conversations/{id}", { params: { path: { id }, query: { limit: 0 } } }));

const isAway = (failure: unknown) => failure instanceof ApiError && failure.status === 0;

/** As the server has it; where it is away, as this device kept it, with all its words. */
async function open(id: string) {
  try {
    const [head, nodes] = await Promise.all([headOf(id), outline(id)]);
    return { head, tree: treeOf(nodes), kept: null };
  } catch (failure) {
    const whole = isAway(failure) ? await readKept(id).catch(() => null) : null;
    if (!whole) throw failure;
    return { head: whole.head, tree: treeOf(whole.nodes), kept: whole.messages };
  }
}

async function outline(id: string) {
  const nodes: Schema["OutlineItem"][] = [];
  for (let cursor: string | null = null; ; ) {
    const query: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: Schema["MessageOutline"] = await of(
      api.GET("/api/conversations/{id}/messages/outline", { params: { path: { id }, query } }),
    );
    nodes.push(...page.items);
    if (page.next_cursor === null) return nodes;
    cursor = page.next_cursor;
  }
}
