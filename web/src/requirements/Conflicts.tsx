import { useRef } from "react";
import { api, of, type Schema } from "../api/client";
import { Icon } from "../ui/Icon";
import { useHeldFocus } from "../ui/useHeldFocus";
import { confirm, reject } from "./decide";
import { percent, priorities, types, type Brief, type Requirements } from "./names";
import { Busy, Failed, StatementLink } from "./parts";
import { usePages } from "./usePages";

type Conflict = Schema["ConflictView"];

/** Pairs of statements that cannot both hold, and by which rule. */
export function Conflicts({ one }: { one: Requirements }) {
  const { items, next, wrong, again, more, change } = usePages<Conflict, Schema["ConflictViewPage"]>(`${one.id} ${one.version}`, (cursor) =>
    of(api.GET("/api/prd/{id}/conflicts", { params: { path: { id: one.id }, query: { limit: 50, ...cursor } } })),
  );
  const box = useRef<HTMLDivElement>(null);
  useHeldFocus(box, () => box.current?.focus({ preventScroll: true }));
  const ends = (conflict: Conflict) => ({ id: conflict.link_id, from_id: conflict.first.id, to_id: conflict.second.id, relation: "CONTRADICTS" as const });
  return (
    <div className="rows-box conflicts" ref={box} tabIndex={0} role="region" aria-label="Conflicts">
      <Failed text={wrong} again={() => void again()} />
      {items === null && wrong === "" && <Busy what="Looking for conflicts" />}
      {items?.length === 0 && (
        <p className="muted">No two statements contradict each other by the rules: bounds of one measure that exclude each other, one thing asked for and forbidden, before against after.</p>
      )}
      <ul>
        {items?.map((conflict) => (
          <li key={conflict.link_id}>
            <div className="pair-of">
              <Side of={conflict.first} />
              <span className="against" aria-hidden="true">
                against
              </span>
              <Side of={conflict.second} />
            </div>
            <p className="why">
              {conflict.reason}
              <span className="how muted">
                {conflict.state === "confirmed" ? (
                  <>
                    <Icon name="check" />
                    confirmed by a person
                  </>
                ) : (
                  `${percent(conflict.score)} sure`
                )}
              </span>
            </p>
            <p className="decide">
              {conflict.state === "found" && (
                <button onClick={() => void confirm(ends(conflict), () => change((now) => now.map((other) => (other === conflict ? { ...conflict, state: "confirmed", score: 1 } : other))))}>
                  It is a conflict
                </button>
              )}
              <button
                onClick={() =>
                  void reject(
                    ends(conflict),
                    () => change((now) => now.filter((other) => other.link_id !== conflict.link_id)),
                    () => void again(),
                  )
                }
              >
                It is none
              </button>
            </p>
          </li>
        ))}
      </ul>
      {next !== null && <button onClick={more}>Show more</button>}
    </div>
  );
}

const Side = ({ of: one }: { of: Brief }) => (
  <div>
    <p className="muted">
      {types[one.type]} {one.number}, {priorities[one.priority].toLowerCase()}
    </p>
    <StatementLink of={one} most={200} />
  </div>
);
