import { useRef } from "react";
import { api, of, type Schema } from "../api/client";
import { count, plural } from "../ui/format";
import { percent, priorities, types, type Brief, type Requirements } from "./names";
import { Busy, Failed, StatementLink } from "./parts";
import { Rows } from "./Rows";
import { usePages } from "./usePages";

/** How much of what is asked for is tested, documented, designed and built, and what nothing tests. */
export function Coverage({ one }: { one: Requirements }) {
  const { items, first, next, wrong, again, more } = usePages<Brief, Schema["CoverageView"]>(`${one.id} ${one.version}`, (cursor) =>
    of(api.GET("/api/prd/{id}/coverage", { params: { path: { id: one.id }, query: { limit: 100, ...cursor } } })),
  );
  const latest = useRef({ count: 0, more });
  latest.current = { count: items?.length ?? 0, more };
  const want = useRef((_: number, last: number) => void (last >= latest.current.count - 10 && latest.current.more()));
  if (!first) {
    return (
      <>
        <Failed text={wrong} again={() => void again()} />
        {wrong === "" && <Busy what="Counting" />}
      </>
    );
  }
  const { asked } = first;
  if (asked === 0) return <p className="muted remark">The document asks for nothing yet: no statement is a requirement, a feature or a constraint.</p>;
  const parts = [
    ["Tested", first.tested],
    ["Documented", first.documented],
    ["Designed", first.designed],
    ["Implemented", first.implemented],
  ] as const;
  return (
    <>
      <section className="coverage" aria-label="How much is covered">
        <p>
          {plural(asked, "statement asks", "statements ask")} for something (requirements, features, constraints)
          {first.orphans > 0 && <>; {plural(first.orphans, "is", "are")} linked with nothing at all</>}.
        </p>
        <dl>
          {parts.map(([name, n]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <meter min={0} max={asked} value={n} aria-label={name} />
                <span>
                  {percent(n / asked)} <span className="muted">({count(n)})</span>
                </span>
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <Failed text={wrong} again={() => void again()} />
      <h2 className="remark">What nothing tests</h2>
      {items?.length === 0 ? (
        <p className="muted remark">All of it is tested.</p>
      ) : (
        <Rows
          label="What nothing tests"
          count={(items?.length ?? 0) + (next === null ? 0 : 1)}
          estimate={40}
          want={want.current}
          row={(index) => {
            const brief = items?.[index];
            return (
              brief && (
                <div className="untested">
                  <span className="number">{brief.number}</span>
                  <StatementLink of={brief} most={200} />
                  <span className="muted">
                    {types[brief.type]}, {priorities[brief.priority].toLowerCase()}
                  </span>
                </div>
              )
            );
          }}
        />
      )}
    </>
  );
}
