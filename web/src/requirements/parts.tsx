import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { api, messageOf, of } from "../api/client";
import { Link, type RequirementTab } from "../app/router";
import { actionOf } from "../keys/keys";
import { spansOf } from "./inline";
import { addressOf, calledBy, types, type Brief, type Named } from "./names";
import { changesOf } from "./words";

export const Words = ({ text }: { text: string }) =>
  spansOf(text).map(({ kind, text }, index) => {
    const Tag = kind === "text" ? "span" : kind;
    return <Tag key={index}>{text}</Tag>;
  });

/** A statement by what it is called; leads to it where it stands. */
export const StatementLink = ({ of: one, tab = "statements", most }: { of: Named; tab?: RequirementTab; most?: number }) => (
  <Link className="link" dir="auto" to={addressOf(one.document_id, tab, { at: one.id })}>
    {calledBy(one, most)}
  </Link>
);

/** What became of a text. */
export const Changed = ({ before, after }: { before: string; after: string }) =>
  changesOf(before, after).map(({ kind, text }, index) =>
    kind === "same" ? <span key={index}>{text}</span> : kind === "gone" ? <del key={index}>{text}</del> : <ins key={index}>{text}</ins>,
  );

/** That something is on its way, once it takes long enough to wonder. */
export function Busy({ what }: { what: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 700);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="busy" role="status">
      {late && (
        <>
          <p className="muted">{what}…</p>
          <progress aria-label={what} />
        </>
      )}
    </div>
  );
}

/** What could not be read, and another try. */
export const Failed = ({ text, again }: { text: string; again: () => void }) =>
  text === "" ? null : (
    <p className="wrong failed" role="alert">
      {text} <button onClick={again}>Try again</button>
    </p>
  );

type Found = Pick<Brief, "id" | "document_id" | "name" | "type" | "text"> & { document: string };

interface FinderProps {
  label: string;
  /** Only statements of this one; else of all documents. */
  document?: string;
  onChoose: (found: Found) => void;
}

/** Finds statements by their words or their author's ids while one types; the arrows choose, Enter takes. */
export function Finder({ label, document, onChoose }: FinderProps) {
  const [typed, setTyped] = useState("");
  const [state, setState] = useState<{ of: string; items: readonly Found[]; wrong: string }>({ of: "", items: [], wrong: "" });
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const query = typed.trim();
  useEffect(() => {
    if (query === "") return;
    let left = false;
    const timer = setTimeout(() => {
      const body = { query, depth: 0, token_budget: 2000, ...(document !== undefined && { documents: [document] }) };
      of(api.POST("/api/prd/context", { body })).then(
        ({ items }) => {
          if (left) return;
          setAt(0);
          setState({ of: query, items: (items ?? []).slice(0, 8).map((one) => ({ ...one, type: one.type as Brief["type"] })), wrong: "" });
        },
        (failure: unknown) => left || setState({ of: query, items: [], wrong: messageOf(failure) }),
      );
    }, 150);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [query, document]);

  const items = query === "" ? [] : state.items;
  const choose = (one: Found) => {
    setTyped("");
    onChoose(one);
  };
  function key(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const action = actionOf("search", event);
    const step = { next: 1, previous: -1 }[action as string];
    if (step !== undefined) setAt((at + step + items.length) % Math.max(1, items.length));
    else if (action === "open" && items[at]) choose(items[at]);
    else if (action === "clear" && typed !== "") setTyped("");
    else if (action !== "open") return;
    event.preventDefault();
  }
  const id = `finder-${label.replace(/\W/g, "")}`;
  return (
    <div className="finder" ref={box} onBlur={(event) => !box.current?.contains(event.relatedTarget) && setTyped("")}>
      <input
        type="text"
        role="combobox"
        aria-label={label}
        placeholder={`${label}…`}
        aria-expanded={items.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={items[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        maxLength={1000}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={key}
      />
      <ul id={id} role="listbox" aria-label={label} hidden={items.length === 0}>
        {items.map((one, index) => (
          <li
            key={one.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            // Focus stays in the field, so the list is still there when the click comes.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(one)}
          >
            <span dir="auto">{calledBy(one)}</span>
            <span className="muted">
              {types[one.type]}
              {document === undefined && <>, {one.document}</>}
            </span>
          </li>
        ))}
      </ul>
      {query !== "" && state.of === query && items.length === 0 && (
        <p className="none muted" role="status">
          {state.wrong || "No statement has these words."}
        </p>
      )}
    </div>
  );
}
