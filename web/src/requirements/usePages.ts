import { useCallback, useEffect, useRef, useState } from "react";
import { messageOf } from "../api/client";

interface Page<T> {
  items: readonly T[];
  next_cursor: string | null;
}

interface State<T, P> {
  items: readonly T[] | null;
  first: P | null;
  next: string | null;
  wrong: string;
}

const nothing = { items: null, first: null, next: null, wrong: "" };

/** What a route lists, page after page; null until the first is there. Read anew where the key changes; what was there before stays until then. */
export function usePages<T, P extends Page<T>>(key: string, read: (cursor: { cursor?: string }) => Promise<P>) {
  const [state, setState] = useState<State<T, P>>(nothing);
  const latest = useRef(read);
  latest.current = read;
  /** Counts readings: what comes late of a former one is let go. */
  const asked = useRef(0);
  const busy = useRef(false);

  const again = useCallback(async (isOther = false) => {
    const mine = ++asked.current;
    busy.current = true;
    try {
      const page = await latest.current({});
      if (mine === asked.current) setState({ items: page.items, first: page, next: page.next_cursor, wrong: "" });
    } catch (failure) {
      if (mine === asked.current) setState((now) => ({ ...(isOther ? nothing : now), wrong: messageOf(failure) }));
    } finally {
      if (mine === asked.current) busy.current = false;
    }
  }, []);
  useEffect(() => {
    void again(true);
    return () => void asked.current++;
  }, [key, again]);

  const more = useCallback(async (next: string | null) => {
    if (next === null || busy.current) return;
    const mine = asked.current;
    busy.current = true;
    try {
      const page = await latest.current({ cursor: next });
      if (mine === asked.current) setState((now) => ({ ...now, items: [...(now.items ?? []), ...page.items], next: page.next_cursor, wrong: "" }));
    } catch (failure) {
      // Whoever scrolls on would ask again and again: what failed is tried again by hand.
      if (mine === asked.current) setState((now) => ({ ...now, next: null, wrong: messageOf(failure) }));
    } finally {
      if (mine === asked.current) busy.current = false;
    }
  }, []);
  const { next } = state;
  const change = useCallback((of: (items: readonly T[]) => readonly T[]) => setState((now) => ({ ...now, items: now.items && of(now.items) })), []);
  return { ...state, again, more: useCallback(() => void more(next), [more, next]), change };
}
