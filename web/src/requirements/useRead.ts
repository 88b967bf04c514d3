import { useCallback, useEffect, useRef, useState } from "react";
import { messageOf } from "../api/client";

/** What one request answers; read anew where the key changes. What was there before stays until then. */
export function useRead<T>(key: string, read: () => Promise<T>) {
  const [state, setState] = useState<{ key: string; value: T | null; wrong: string }>({ key, value: null, wrong: "" });
  const latest = useRef(read);
  latest.current = read;
  const asked = useRef(0);
  const again = useCallback(() => {
    const mine = ++asked.current;
    latest.current().then(
      (value) => mine === asked.current && setState({ key, value, wrong: "" }),
      (failure: unknown) => mine === asked.current && setState((now) => ({ ...now, wrong: messageOf(failure) })),
    );
  }, [key]);
  useEffect(() => {
    again();
    return () => void asked.current++;
  }, [again]);
  const set = useCallback((of: (value: T) => T) => setState((now) => ({ ...now, value: now.value && of(now.value) })), []);
  return { ...state, again, set };
}
