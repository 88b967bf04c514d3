import { useCallback, useEffect, useRef, useState } from "react";
import { api, ApiError, messageOf, of, type Schema } from "../api/client";
import { treeOf, type Tree } from "./tree";

export type Message = Schema["MessageView"];

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

  useEffect(() => {
    let gone = false;
    open(id).then(
      ({ head, tree }) => gone || setOpened({ head, tree, wrong: null }),
      (failure: unknown) => {
        if (gone) return;
        const title = failure instanceof ApiError && failure.status === 404 ? "There is no such conversation" : "The conversation cannot be read";
        const reason = failure instanceof ApiError && failure.status === 404 ? "It may have been deleted, or it is somebody else's." : messageOf(failure);
        setOpened({ head: null, tree: null, wrong: { title, reason } });
      },
    );
    return () => void (gone = true);
  }, [id, version]);

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
        try {
          // Giant messages end a page early.
          for (let offset = page * pageSize; offset < end; ) {
            const query = { tree: true, limit: end - offset, offset };
            const answer = await of(api.GET("/api/conversations/{id}/messages", { params: { path: { id }, query } }));
            for (const message of answer.items) messages.current.set(message.id, message);
            offset += answer.items.length;
            if (answer.items.length === 0 || answer.next_cursor === null) break;
          }
        } catch {
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
  const retry = useCallback(() => {
    pages.current.clear();
    setVersion((n) => n + 1);
  }, []);
  return { ...opened, message: (of: string) => messages.current.get(of), want, failed, again, retry };
}

async function open(id: string) {
  const [head, nodes] = await Promise.all([
    of(api.GET("/api/conversations/{id}", { params: { path: { id }, query: { limit: 0 } } })),
    outline(id),
  ]);
  return { head, tree: treeOf(nodes) };
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
