import { useEffect, useRef } from "react";
import { ApiError, reachable, send } from "../api/client";
import { follow, type Mark, type News } from "./follow";

export type { News };

/** How long a page that nobody sees stays connected, in ms: browsers keep few connections to one server, for all tabs. */
const unseen = 20_000;

const listeners = new Set<(news: News) => void>();

/** What this page does itself is told like what comes from elsewhere. */
export function tell(news: News) {
  for (const listener of [...listeners]) listener(news);
}

export function whenNews(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Calls with everything that happens, while the component is there. */
export function useNews(listener: (news: News) => void) {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => whenNews((news) => latest.current(news)), []);
}

/** Follows `/api/events` while the page is seen; what came to pass meanwhile is told when it is seen again. */
export function followNews(): () => void {
  const mark: Mark = { last: "" };
  let running: AbortController | null = null;
  let timer = 0;
  const stop = () => {
    running?.abort();
    running = null;
  };
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") {
      timer = window.setTimeout(stop, unseen);
    } else if (!running) {
      running = new AbortController();
      void follow({ open, wait }, mark, tell, running.signal);
    }
  };
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    clearTimeout(timer);
    stop();
  };
}

async function open(last: string, signal: AbortSignal) {
  const headers = { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) };
  const answer = await send(() => new Request("/api/events", { headers, signal }));
  if (!answer.ok) throw await ApiError.of(answer);
  return answer;
}

/** Refused (too many pages are open): later. Cut off: soon, and once the server answers. */
const wait = (failures: number, failure: unknown) =>
  reachable(failure instanceof ApiError && failure.status !== 0 ? 1000 * (failure.retryAfter ?? 30) : Math.min(8000, 250 * 2 ** failures));
