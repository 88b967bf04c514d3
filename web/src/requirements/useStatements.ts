import { useCallback, useEffect, useRef, useState } from "react";
import { api, messageOf, of } from "../api/client";
import type { Statement } from "./names";

export interface Filter {
  type?: Statement["type"];
  priority?: Statement["priority"];
  status?: Statement["status"];
}

const page = 100;

interface State {
  /** By their place in the list. */
  known: ReadonlyMap<number, Statement>;
  count: number;
  wrong: string;
}

/**
 * The statements of a document, any number of them: pages are read where somebody looks. How many a filter lets through is
 * only known at their end, so until then the list is one row longer than what was read.
 */
export function useStatements(document: string, version: number, total: number, filter: Filter) {
  const filtered = Object.keys(filter).length > 0;
  /** Counts tries after a failure. */
  const [round, setRound] = useState(0);
  const key = `${document} ${version} ${round} ${JSON.stringify(filter)}`;
  const begin = (): State => ({ known: new Map(), count: filtered ? 1 : total, wrong: "" });
  const [state, setState] = useState(begin);
  const reading = useRef({ key, pages: new Set<number>() });
  const now = useRef({ document, filter, filtered, begin });
  now.current = { document, filter, filtered, begin };

  // Another function for each key: whoever shows rows asks for them anew.
  const want = useCallback(
    (first: number, last: number) => {
      if (reading.current.key !== key) {
        reading.current = { key, pages: new Set() };
        setState(now.current.begin());
      }
      const mine = reading.current;
      for (let number = Math.floor(first / page); number <= Math.floor(last / page); number++) {
        if (mine.pages.has(number)) continue;
        mine.pages.add(number);
        const query = { limit: page, offset: number * page, ...now.current.filter };
        of(api.GET("/api/prd/{id}/chunks", { params: { path: { id: now.current.document }, query } })).then(
          ({ items, next_cursor }) => {
            if (reading.current !== mine) return;
            setState((before) => {
              const known = new Map(before.known);
              items.forEach((one, index) => known.set(number * page + index, one));
              const end = number * page + items.length;
              const count = !now.current.filtered ? before.count : next_cursor === null ? end : Math.max(before.count, end + 1);
              return { ...before, known, count };
            });
          },
          (failure: unknown) => {
            if (reading.current === mine) setState((before) => ({ ...before, wrong: messageOf(failure) }));
          },
        );
      }
    },
    [key],
  );
  useEffect(() => {
    // Where nothing is shown nobody asks: a filter that let nothing through is followed by another one.
    want(0, 0);
  }, [want]);
  const again = useCallback(() => setRound((tries) => tries + 1), []);

  const put = useCallback((one: Statement) => {
    setState((before) => {
      const known = new Map(before.known);
      for (const [index, other] of known) if (other.id === one.id) known.set(index, one);
      return { ...before, known };
    });
  }, []);

  return { ...state, filtered, want, again, put };
}
