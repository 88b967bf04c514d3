import { useEffect, useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { fullTime, when } from "../ui/format";
import { Section, Wrong } from "../settings/parts";

type Entry = Schema["AuditView"];

const actions: readonly Entry["action"][] = [
  "sign-in",
  "sign-up",
  "sign-out",
  "token-reuse",
  "session-end",
  "password-change",
  "email-change",
  "second-factor",
  "passkey",
  "provider-link",
  "key-made",
  "key-revoked",
  "user-made",
  "user-change",
  "user-removed",
  "group-made",
  "group-change",
  "group-removed",
  "upstream-made",
  "upstream-change",
  "upstream-removed",
  "price-change",
  "tool-server-made",
  "tool-server-change",
  "tool-server-removed",
  "tool-denied",
  "quota-change",
  "share-made",
  "share-revoked",
];

/** Who did what, newest first. */
export function Audit({ users }: { users: readonly Schema["UserView"][] | null }) {
  const [action, setAction] = useState<Entry["action"] | "">("");
  const [state, setState] = useState<{ items: readonly Entry[]; next: string | null; busy: boolean; wrong: string }>({ items: [], next: null, busy: true, wrong: "" });

  async function read(cursor: string | null, gone: () => boolean = () => false) {
    setState((now) => ({ ...now, busy: true }));
    try {
      const query = { limit: 25, ...(action !== "" && { action }), ...(cursor !== null && { cursor }) };
      const page = await of(api.GET("/api/audit", { params: { query } }));
      if (!gone()) setState((now) => ({ items: cursor === null ? page.items : now.items.concat(page.items), next: page.next_cursor, busy: false, wrong: "" }));
    } catch (failure) {
      if (!gone()) setState((now) => ({ ...now, busy: false, wrong: messageOf(failure) }));
    }
  }
  useEffect(() => {
    let gone = false;
    void read(null, () => gone);
    return () => void (gone = true);
  }, [action]);

  const nameOf = (id: string | null) => (id === null ? null : (users?.find((user) => user.id === id)?.name ?? id));
  return (
    <Section title="Audit">
      <label className="check">
        <span>Only</span>
        <select value={action} onChange={(event) => setAction(event.target.value as Entry["action"] | "")}>
          <option value="">everything</option>
          {actions.map((one) => (
            <option key={one} value={one}>
              {one.replaceAll("-", " ")}
            </option>
          ))}
        </select>
      </label>
      <Wrong text={state.wrong} />
      <div className="sideways" tabIndex={0} role="region" aria-label="Entries, newest first" aria-busy={state.busy}>
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">To whom or what</th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {state.items.map((one) => (
              <tr key={one.id} className={one.ok ? undefined : "refused"}>
                <td>
                  <time dateTime={one.at} title={fullTime(one.at)}>
                    {when(one.at)}
                  </time>
                </td>
                <td dir="auto">{nameOf(one.actor_id) ?? "nobody known"}</td>
                <td>
                  {one.action.replaceAll("-", " ")}
                  {!one.ok && ", refused"}
                  {one.detail && <span className="muted"> ({one.detail})</span>}
                </td>
                <td dir="auto">{one.subject_id !== one.actor_id && nameOf(one.subject_id)}</td>
                <td>
                  {one.via}
                  {one.address && `, ${one.address}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!state.busy && state.items.length === 0 && <p className="muted">Nothing of the kind.</p>}
      <div className="form-foot">
        <a href="/api/audit/export" download="">
          All of it as a file
        </a>
        {state.next !== null && (
          <button disabled={state.busy} onClick={() => void read(state.next)}>
            Show more
          </button>
        )}
      </div>
    </Section>
  );
}
