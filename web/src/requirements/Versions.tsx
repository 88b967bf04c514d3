import { api, of } from "../api/client";
import { Link, navigate } from "../app/router";
import { kindName } from "../documents/useDocuments";
import { allOf, useList } from "../settings/parts";
import { bytes, count, fullTime, when } from "../ui/format";
import { Changes } from "./Changes";
import { addressOf, type Requirements } from "./names";
import { Busy, Failed } from "./parts";

interface Props {
  one: Requirements;
  from: string | null;
  to: string | null;
}

/** The versions that are kept, and what changed between two of them. */
export function Versions({ one, from, to }: Props) {
  const { items, wrong, again } = useList(() => allOf((cursor) => of(api.GET("/api/prd/{id}/versions", { params: { path: { id: one.id }, query: { limit: 200, ...cursor } } }))));
  const known = (asked: string | null) => items?.find((version) => String(version.number) === asked)?.number;
  const latter = known(to) ?? one.version;
  const former = known(from) ?? items?.find((version) => version.number < latter)?.number ?? latter;
  const go = (from: number, to: number) => navigate(addressOf(one.id, "versions", { from: String(from), to: String(to) }), { replace: true });
  const choice = (label: string, value: number, onChange: (number: number) => void) => (
    <label>
      {label}{" "}
      <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {items?.map((version) => (
          <option key={version.number} value={version.number}>
            version {version.number}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <Failed text={wrong} again={() => void again()} />
      {items === null && wrong === "" && <Busy what="Reading the versions" />}
      {items !== null && (
        <div className="versions">
          <div className="sideways" tabIndex={0} role="region" aria-label="Versions">
            <table>
              <thead>
                <tr>
                  <th scope="col">Version</th>
                  <th scope="col">Saved</th>
                  <th scope="col">From</th>
                  <th scope="col">Statements</th>
                  <th scope="col">Size</th>
                </tr>
              </thead>
              <tbody>
                {items.map((version, index) => {
                  const before = items[index + 1];
                  return (
                    <tr key={version.number} className={version.number === latter ? "aimed" : undefined}>
                      <th scope="row">
                        {before ? (
                          <Link className="link" to={addressOf(one.id, "versions", { from: String(before.number), to: String(version.number) })}>
                            {version.number}
                            <span className="sr">: what it changed</span>
                          </Link>
                        ) : (
                          version.number
                        )}
                      </th>
                      <td>
                        <time dateTime={version.created_at} title={fullTime(version.created_at)}>
                          {when(version.created_at)}
                        </time>
                      </td>
                      <td>{kindName(version.kind)}</td>
                      <td>{count(version.statements)}</td>
                      <td>{bytes(version.size)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          {items.length < 2 ? (
            <p className="muted remark">There is one version. Every change of the text makes another; the last twenty are kept.</p>
          ) : (
            <div className="comparison">
              <div className="toolbar">
                {choice("Compare", former, (number) => go(number, latter))}
                {choice("with", latter, (number) => go(former, number))}
              </div>
              <Changes id={one.id} from={former} to={latter} />
            </div>
          )}
        </div>
      )}
    </>
  );
}
