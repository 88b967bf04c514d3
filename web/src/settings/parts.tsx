import { useCallback, useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { ApiError, messageOf } from "../api/client";
import { useHeldFocus } from "../ui/useHeldFocus";

/** A part of a long page, under its heading; focus that something in it had stays in it. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const box = useRef<HTMLElement>(null);
  const id = useId();
  useHeldFocus(box, () => box.current?.focus({ preventScroll: true }));
  return (
    <section ref={box} tabIndex={-1} aria-labelledby={id} className="part">
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** What a route lists, and how to read it anew; null until it is there. */
export function useList<T>(read: () => Promise<readonly T[]>) {
  const [state, setState] = useState<{ items: readonly T[] | null; wrong: string }>({ items: null, wrong: "" });
  const latest = useRef(read);
  const gone = useRef(false);
  const again = useCallback(async () => {
    try {
      const items = await latest.current();
      if (!gone.current) setState({ items, wrong: "" });
    } catch (failure) {
      if (!gone.current) setState((now) => ({ ...now, wrong: messageOf(failure) }));
    }
  }, []);
  useEffect(() => {
    gone.current = false;
    void again();
    return () => void (gone.current = true);
  }, [again]);
  return { ...state, again };
}

/** All pages of a list that is never long. */
export async function allOf<T>(page: (cursor: { cursor?: string }) => Promise<{ items: T[]; next_cursor: string | null }>): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const next: { items: T[]; next_cursor: string | null } = await page(cursor === null ? {} : { cursor });
    all.push(...next.items);
    cursor = next.next_cursor;
    if (cursor === null) return all;
  }
}

/** What was refused, and which field is to blame. */
export const reasonOf = (failure: unknown) =>
  failure instanceof ApiError && failure.fields.length > 0 ? failure.fields.map((one) => `${one.field.replaceAll("_", " ")} ${one.message}`).join("; ") : messageOf(failure);

export const Wrong = ({ text }: { text: string }) =>
  text === "" ? null : (
    <p className="wrong" role="alert">
      {text}
    </p>
  );

interface FormProps {
  label: string;
  yes: string;
  danger?: boolean;
  /** What the form says; it is emptied where that is done. */
  run: (said: FormData) => Promise<void>;
  onCancel?: () => void;
  children: ReactNode;
}

/** Fields and what is done with them; what was refused stands above its button. */
export function Form({ label, yes, danger, run, onCancel, children }: FormProps) {
  const [state, setState] = useState({ busy: false, wrong: "" });
  async function go(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setState({ busy: true, wrong: "" });
    try {
      await run(new FormData(form));
      form.reset();
      // What it was opened for is done.
      const fold = form.closest("details");
      if (fold) {
        fold.open = false;
        fold.querySelector("summary")?.focus();
      }
      setState({ busy: false, wrong: "" });
    } catch (failure) {
      setState({ busy: false, wrong: reasonOf(failure) });
    }
  }
  return (
    <form className="stack" aria-label={label} onSubmit={(event) => void go(event)}>
      {children}
      <Wrong text={state.wrong} />
      <div className="form-foot">
        {onCancel && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button className={danger ? "primary danger" : "primary"} disabled={state.busy}>
          {yes}
        </button>
      </div>
    </form>
  );
}

/** What is told once: to be copied before it is put away. */
export function Once({ text, hint, onDone }: { text: string; hint: string; onDone: () => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState("");
  const id = useId();
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <div className="once stack" role="group" aria-label={hint}>
      <p id={id}>{hint}</p>
      <textarea ref={field} readOnly aria-labelledby={id} rows={Math.min(10, text.split("\n").length)} value={text} dir="ltr" spellCheck={false} />
      <div className="form-foot">
        <span role="status" className="muted">
          {copied}
        </span>
        <button
          onClick={() =>
            navigator.clipboard.writeText(text).then(
              () => setCopied("Copied."),
              () => setCopied("The browser does not let this page copy."),
            )
          }
        >
          Copy
        </button>
        <button className="primary" onClick={onDone}>
          I have kept it
        </button>
      </div>
    </div>
  );
}
