import { useCallback, useEffect, useRef, useState } from "react";
import { api, ApiError, connection, isAbort, messageOf, of, type Schema } from "../api/client";
import { useStore } from "../app/store";
import { searchKept } from "../offline/kept";
import { device } from "../offline/state";

export interface Asked {
  q: string;
  sort: "relevance" | "newest" | "oldest";
  /** By what is found; in order of time only words are. */
  mode: "hybrid" | "text" | "semantic";
  grouped: boolean;
  /** Enter was pressed: the query is one to remember. */
  submitted: boolean;
}

export interface Found {
  /** The last whole answer; it stands until the next one is there, so nothing jumps while typing. */
  result: Schema["SearchResult"] | null;
  items: readonly Schema["SearchItem"][];
  busy: boolean;
  wrong: string;
}

const nothing: Found = { result: null, items: [], busy: false, wrong: "" };

/** Requests of fast typing may overtake each other about as often. */
const mostTries = 5;

/** Names this page to the server: its next search ends the one before. */
const session = crypto.randomUUID();

/** What a query finds, as it is typed; `more` reads the next page. */
export function useSearch(asked: Asked): Found & { more: () => void } {
  const [found, setFound] = useState<Found>(nothing);
  const running = useRef<AbortController | null>(null);
  const { q, sort, mode, grouped, submitted } = asked;

  const ask = useCallback(
    async (cursor: string | null) => {
      running.current?.abort();
      const own = (running.current = new AbortController());
      setFound((now) => ({ ...now, busy: true }));
      const page = cursor === null ? { facets: ["provider" as const, "role" as const, "model" as const, "month" as const], histogram: "auto" as const } : { cursor };
      const by = mode !== "hybrid" && sort === "relevance" ? { mode } : {};
      const query = { q, sort, ...by, group: grouped ? ("conversation" as const) : ("none" as const), limit: 50, session, submitted, ...page };
      const onDevice = () => connection.get() === "lost" && device.get() !== null;
      for (let tries = 0; ; tries++) {
        try {
          const result = onDevice() ? await searchKept(q, sort, grouped) : await of(api.GET("/api/search", { params: { query }, signal: own.signal }));
          if (own.signal.aborted) return;
          setFound((now) =>
            cursor === null || !now.result
              ? { result, items: result.items, busy: false, wrong: "" }
              : { result: { ...now.result, next_cursor: result.next_cursor }, items: now.items.concat(result.items), busy: false, wrong: "" },
          );
          return;
        } catch (failure) {
          // Another search has taken its place.
          if (isAbort(failure) || own.signal.aborted) return;
          // One that was given up here reached the server after this one, and ended it there.
          if (failure instanceof ApiError && failure.code === "superseded" && tries < mostTries) continue;
          if (failure instanceof ApiError && failure.status === 0 && onDevice() && tries === 0) continue;
          setFound((now) => ({ ...now, busy: false, wrong: messageOf(failure) }));
          return;
        }
      }
    },
    [q, sort, mode, grouped, submitted],
  );
  // What the device found is asked of the server once it is there again.
  const away = useStore(connection) === "lost";

  useEffect(() => {
    if (q.trim() === "") {
      running.current?.abort();
      setFound(nothing);
      return;
    }
    void ask(null);
  }, [ask, q, away]);
  useEffect(() => () => running.current?.abort(), []);

  const next = found.result?.next_cursor ?? null;
  const more = useCallback(() => {
    if (next !== null && !found.busy) void ask(next);
  }, [ask, next, found.busy]);
  return { ...found, more };
}
