import { useState } from "react";
import { api, of, type Schema } from "../api/client";
import { Form, useList, Wrong } from "../settings/parts";
import { Dialog } from "../ui/Dialog";
import { say } from "../ui/toasts";
import { QuotaFields, quotaNames, quotasOf, stands } from "./Limits";

interface Props {
  user: Schema["UserView"];
  users: readonly Schema["UserView"][];
  /** One cannot remove oneself. */
  own: boolean;
  onChanged: () => void;
  onClose: () => void;
}

/** How an account stands with its limits, what is set for it alone; and how it is removed. */
export function UserDialog({ user, users, own, onChanged, onClose }: Props) {
  const params = { path: { id: user.id } };
  const { items, wrong } = useList(async () => [await of(api.GET("/api/users/{id}/quotas", { params }))]);
  const [heir, setHeir] = useState("");
  const report = items?.[0];
  return (
    <Dialog title={user.name} onClose={onClose}>
      <Wrong text={wrong} />
      {report && (
        <>
          <h3>Limits</h3>
          <dl className="facts-list">
            {report.quotas.map((one) => (
              <div key={one.kind}>
                <dt>{quotaNames[one.kind]}</dt>
                <dd>{stands(one)}</dd>
              </div>
            ))}
          </dl>
          <Form
            label={`Limits of ${user.name}`}
            yes="Set the limits"
            run={async (said) => {
              const body = quotasOf(said);
              await of(api.PUT("/api/users/{id}/quotas", { params, body }));
              say(`The limits of ${user.name} are set.`, { undo: async () => void (await of(api.PUT("/api/users/{id}/quotas", { params, body: report.set }))) });
              onClose();
            }}
          >
            <QuotaFields set={report.set} />
          </Form>
          {!own && <details>
            <summary>Remove the account</summary>
            <Form
              label={`Remove the account of ${user.name}`}
              yes="Remove it"
              danger
              run={async () => {
                const query = heir === "" ? { remove_content: true } : { give_to: heir };
                await of(api.DELETE("/api/users/{id}", { params: { ...params, query } }));
                say(`${user.name} has no account any more.`);
                onChanged();
                onClose();
              }}
            >
              <p>It is gone at once, with its sessions and keys. It cannot be undone.</p>
              <label>
                Its conversations and files
                <select value={heir} onChange={(event) => setHeir(event.target.value)}>
                  <option value="">are deleted with it</option>
                  {users
                    .filter((one) => one.id !== user.id)
                    .map((one) => (
                      <option key={one.id} value={one.id}>
                        go to {one.name}
                      </option>
                    ))}
                </select>
              </label>
            </Form>
          </details>}
        </>
      )}
    </Dialog>
  );
}
