import { useEffect, useRef, useState } from "react";
import { api, ApiError, of } from "../api/client";
import { dialog } from "../app/dialogs";
import { reasonOf, Wrong } from "../settings/parts";
import type { Requirements } from "./names";
import { Busy } from "./parts";

interface Draft {
  text: string;
  /** It was begun on that one: who saved meanwhile is not written over unasked. Another name is no other text. */
  version: number;
}

/** Texts that were changed and not saved; they outlive going elsewhere in the page. */
const drafts = new Map<string, Draft>();
export const draftOf = (document: string) => drafts.get(document);

interface Props {
  one: Requirements;
  onClose: () => void;
  onSaved: (one: Requirements) => void;
  /** Reads the document anew. */
  onStale: () => Promise<void>;
}

/** The document's Markdown. What is saved is its next version; statements keep their ids as far as their words stay. */
export function Editor({ one, onClose, onSaved, onStale }: Props) {
  const [draft, setDraft] = useState<Draft>(() => drafts.get(one.id) ?? { text: one.text ?? "", version: one.version });
  const [state, setState] = useState({ busy: false, wrong: "", stale: false });
  const field = useRef<HTMLTextAreaElement>(null);
  const changed = draft.text !== (one.text ?? "");
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(0, 0);
    field.current?.scrollTo({ top: 0 });
  }, []);
  useEffect(() => {
    if (!changed) return;
    const ask = (event: Event) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [changed]);

  function write(text: string) {
    const next = { ...draft, text };
    setDraft(next);
    drafts.set(one.id, next);
  }
  const late = () => setState({ busy: false, wrong: "The document was saved elsewhere meanwhile. Your text is still here.", stale: true });
  async function save(over: boolean) {
    if (!over && draft.version !== one.version) return late();
    setState({ busy: true, wrong: "", stale: false });
    try {
      const params = { path: { id: one.id }, header: { "If-Match": `"${one.revision}"` } };
      await of(api.PUT("/api/prd/{id}", { params, body: { text: draft.text } }));
      drafts.delete(one.id);
      onSaved(await of(api.GET("/api/prd/{id}", { params: { path: { id: one.id } } })));
    } catch (failure) {
      if (!(failure instanceof ApiError && failure.status === 412)) return setState({ busy: false, wrong: reasonOf(failure), stale: false });
      await onStale();
      late();
    }
  }
  function leave() {
    drafts.delete(one.id);
    onClose();
  }
  const cancel = () =>
    changed
      ? dialog.set({ name: "confirm", title: "Throw your changes away?", text: "What you changed in the text is not saved.", yes: "Throw them away", run: async () => leave() })
      : leave();

  return (
    <form
      className="text-editor"
      aria-label="Edit the text"
      onSubmit={(event) => {
        event.preventDefault();
        void save(false);
      }}
    >
      <div className="toolbar">
        <p className="muted">
          Markdown. Saving makes version {one.version + 1}; statements keep their ids and what people chose for them, as far as their words stay.
          {one.kind !== "markdown" && " The file it was read from is not kept."}
        </p>
        <button type="button" onClick={cancel}>
          Cancel
        </button>
        <button className="primary" disabled={state.busy || !changed}>
          Save
        </button>
      </div>
      {state.busy && <Busy what="Saving, typing and linking the statements" />}
      <Wrong text={state.wrong} />
      {state.stale && (
        <p className="remark">
          <button type="button" onClick={() => void save(true)}>
            Save mine as version {one.version + 1} all the same
          </button>
        </p>
      )}
      <textarea ref={field} aria-label="Text, in Markdown" dir="auto" readOnly={state.busy} value={draft.text} onChange={(event) => write(event.target.value)} />
    </form>
  );
}
