import { useEffect, useRef, type ReactNode } from "react";
import { api, of, type Schema } from "../api/client";
import { Link } from "../app/router";
import { Icon } from "../ui/Icon";
import { addressOf } from "./names";
import { Busy, Changed, Failed } from "./parts";
import { Rows } from "./Rows";
import { usePages } from "./usePages";

const signs = { ADDED: "added", MODIFIED: "modified", REMOVED: "removed" } as const;

interface Props {
  id: string;
  from: number;
  to: number;
  onClose?: () => void;
}

/** What became of each statement between two versions. */
export function Changes({ id, from, to, onClose }: Props) {
  const { items, first, next, wrong, again, more } = usePages<Schema["StatementChange"], Schema["RequirementsDiff"]>(`${id} ${from} ${to}`, (cursor) =>
    of(api.GET("/api/prd/{id}/diff", { params: { path: { id }, query: { from, to, limit: 100, ...cursor } } })),
  );
  const latest = useRef({ count: 0, more });
  latest.current = { count: items?.length ?? 0, more };
  const want = useRef((_: number, last: number) => void (last >= latest.current.count - 10 && latest.current.more()));
  const head = useRef<HTMLElement>(null);
  const told = onClose !== undefined;
  useEffect(() => {
    // What was saved is told where the field was that had focus.
    if (told) head.current?.focus({ preventScroll: true });
  }, [told]);
  return (
    <>
      <header ref={head} className="changes-head" tabIndex={-1}>
        <p role="status">
          {first && (
            <>
              <Count kind="ADDED" n={first.added} /> <Count kind="MODIFIED" n={first.modified} /> <Count kind="REMOVED" n={first.removed} />{" "}
              <span className="muted">
                from version {from} to {to}
              </span>
            </>
          )}
        </p>
        {onClose && (
          <button className="plain" onClick={onClose}>
            <Icon name="close" />
            <span className="sr">Put away what was saved</span>
          </button>
        )}
      </header>
      <Failed text={wrong} again={() => void again()} />
      {items === null && wrong === "" && <Busy what="Comparing" />}
      {items?.length === 0 && <p className="muted remark">All statements have the same words{from === to ? "" : "; they may stand in another order"}.</p>}
      {items !== null && items.length > 0 && (
        <Rows label={`Changes from version ${from} to ${to}`} count={items.length + (next === null ? 0 : 1)} estimate={52} want={want.current} end={told ? 8 : 64} row={(index) => items[index] && <Row id={id} one={items[index]} />} />
      )}
    </>
  );
}

const Count = ({ kind, n }: { kind: keyof typeof signs; n: number }) => (
  <span className={`change ${signs[kind]}`}>
    {n} {kind}
  </span>
);

function Row({ id, one }: { id: string; one: Schema["StatementChange"] }) {
  const words: ReactNode = one.before !== null && one.after !== null ? <Changed before={one.before} after={one.after} /> : one.after !== null ? <ins>{one.after}</ins> : <del>{one.before}</del>;
  return (
    <div className="change-row">
      <span className={`change ${signs[one.change]}`}>{one.change}</span>
      <p dir="auto">{words}</p>
      {one.after !== null && (
        <Link className="link" to={addressOf(id, "statements", { at: one.statement_id })}>
          Show<span className="sr"> the statement in the text</span>
        </Link>
      )}
    </div>
  );
}
