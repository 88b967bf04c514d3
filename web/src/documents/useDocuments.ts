import { useCallback, useEffect, useRef, useState } from "react";
import { api, ApiError, messageOf, of, send, type Schema } from "../api/client";

export type Doc = Schema["DocumentView"];

/** As people write it: PDF, but Markdown. */
export const kindName = (kind: string | null) => kind && (["text", "markdown", "code", "mail"].includes(kind) ? kind.charAt(0).toUpperCase() + kind.slice(1) : kind.toUpperCase());

const working = (one: Doc) => one.status === "queued" || one.status === "running";

/** Documents of a space (null: of all), newest first, read anew while one of them is being read. */
export function useDocuments(space: Schema["LabelView"] | null, name: string) {
  const [state, setState] = useState<{ items: readonly Doc[] | null; next: string | null; wrong: string }>({ items: null, next: null, wrong: "" });
  const [sending, setSending] = useState<readonly string[]>([]);
  /** How many are shown: what is read anew is as long as before. */
  const shown = useRef(100);
  const asked = useRef(0);

  const read = useCallback(async () => {
    const mine = ++asked.current;
    const items: Doc[] = [];
    let next: string | null = null;
    try {
      do {
        const cursor: string | null = next;
        const query = { limit: 100, ...(cursor !== null && { cursor }), ...(space && { space: space.id }), ...(name !== "" && { q: name }) };
        const page: Schema["DocumentViewPage"] = await of(api.GET("/api/documents", { params: { query } }));
        items.push(...page.items);
        next = page.next_cursor;
      } while (next !== null && items.length < shown.current);
      if (mine === asked.current) setState({ items, next, wrong: "" });
    } catch (failure) {
      if (mine === asked.current) setState((now) => ({ ...now, wrong: messageOf(failure) }));
    }
  }, [space, name]);

  useEffect(() => {
    shown.current = 100;
    void read();
    return () => void asked.current++;
  }, [read]);
  const busy = state.items?.some(working) ?? false;
  useEffect(() => {
    if (!busy) return;
    const timer = setInterval(() => document.visibilityState === "visible" && void read(), 1000);
    return () => clearInterval(timer);
  }, [busy, read]);

  const more = useCallback(async () => {
    shown.current += 100;
    await read();
  }, [read]);

  const fail = useCallback((failure: unknown, of = "") => setState((now) => ({ ...now, wrong: `${of && `${of}: `}${messageOf(failure)}` })), []);

  /** Files go one after the other, as the bytes they are. */
  const bring = useCallback(
    async (files: readonly File[], into: string) => {
      setState((now) => ({ ...now, wrong: "" }));
      for (const file of files) {
        setSending((now) => [...now, file.name]);
        try {
          const answer = await send(
            () =>
              new Request(`/api/spaces/${into}/documents?${new URLSearchParams({ name: file.name })}`, {
                method: "POST",
                headers: { "Content-Type": "application/octet-stream" },
                body: file,
              }),
          );
          if (!answer.ok) throw await ApiError.of(answer);
          await read();
        } catch (failure) {
          fail(failure, file.name);
        } finally {
          setSending((now) => now.filter((one) => one !== file.name));
        }
      }
    },
    [read, fail],
  );

  return { ...state, sending, bring, read, more, fail };
}
