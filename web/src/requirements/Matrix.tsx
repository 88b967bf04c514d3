import { useRef } from "react";
import { api, of, type Schema } from "../api/client";
import { Icon } from "../ui/Icon";
import { percent, relations, types, type Requirements } from "./names";
import { Busy, Failed, StatementLink } from "./parts";
import { Rows } from "./Rows";
import { usePages } from "./usePages";

type Row = Schema["TraceRow"];

const columns = [
  ["Tests", "tests"],
  ["Documentation", "documentation"],
  ["Design", "design"],
  ["Code", "code"],
  ["Depends on", "depends_on"],
] as const satisfies readonly (readonly [string, keyof Row])[];

/** The traceability matrix: what is asked for, and what tests, documents, shows and builds it. */
export function Matrix({ one }: { one: Requirements }) {
  const { items, next, wrong, again, more } = usePages<Row, Schema["TraceRowPage"]>(`${one.id} ${one.version}`, (cursor) =>
    of(api.GET("/api/prd/{id}/trace", { params: { path: { id: one.id }, query: { limit: 100, ...cursor } } })) as Promise<Schema["TraceRowPage"]>,
  );
  const latest = useRef({ count: 0, more });
  latest.current = { count: items?.length ?? 0, more };
  const want = useRef((_: number, last: number) => void (last >= latest.current.count - 10 && latest.current.more()));
  return (
    <>
      <div className="toolbar">
        <p className="muted">Requirements, features and constraints, with what is linked to each, also in other documents of the space.</p>
        <a className="button" href={`/api/prd/${one.id}/trace?format=csv`} download="">
          <Icon name="import" />
          Save as CSV
        </a>
      </div>
      <Failed text={wrong} again={() => void again()} />
      {items === null && wrong === "" && <Busy what="Tracing" />}
      {items?.length === 0 && <p className="muted remark">The document asks for nothing yet: no statement is a requirement, a feature or a constraint. Types are chosen beside each statement.</p>}
      {items !== null && items.length > 0 && (
        <Rows
          label="Traceability matrix"
          columns={["Statement", ...columns.map(([name]) => name)]}
          count={items.length + (next === null ? 0 : 1)}
          estimate={72}
          want={want.current}
          row={(index) => items[index] && <Cells row={items[index]} />}
        />
      )}
    </>
  );
}

const Cells = ({ row }: { row: Row }) => (
  <div className="cells matrix-cells" role="presentation">
    <span role="rowheader">
      <span className="muted">{types[row.statement.type]} </span>
      <StatementLink of={row.statement} />
    </span>
    {columns.map(([name, key]) => (
      <span key={key} role="cell" className={row[key].length === 0 ? "empty" : undefined}>
        <span className="label" aria-hidden="true">
          {name}
        </span>
        {row[key].length === 0 ? (
          <span className="muted">
            <span aria-hidden="true">–</span>
            <span className="sr">nothing</span>
          </span>
        ) : (
          row[key].map(({ statement, relation, confidence }) => (
            <span key={`${statement.id} ${relation}`} className="linked" title={`${relations[relation as keyof typeof relations]?.[0] ?? relation}, ${percent(confidence)} sure`}>
              <StatementLink of={statement} most={60} />
            </span>
          ))
        )}
      </span>
    ))}
  </div>
);
