import { useEffect, useState } from "react";
import { api, of, type Schema } from "../api/client";
import { session } from "../app/session";
import { useStore } from "../app/store";
import { allOf, Form, useList, Wrong } from "../settings/parts";
import { say } from "../ui/toasts";
import "../styles/settings.css";

type Grant = Schema["GrantView"];

const means = [
  ["read", "may read"],
  ["read write", "may read and write"],
  ["read write share", "may read, write and share on"],
] as const;

const wordsOf = (rights: readonly string[]) => means.find(([key]) => key.split(" ").length === rights.length && rights.every((one) => key.includes(one)))?.[1] ?? rights.join(", ");
const keyOf = (one: { user_id?: string | null; group_id?: string | null }) => (one.group_id ? `group ${one.group_id}` : `user ${one.user_id}`);
const toOf = ({ user_id, group_id, rights }: Grant): Schema["GrantTo"] => ({ ...(group_id !== null ? { group_id } : { user_id }), rights });

/** Those one can grant to: one's groups, and for admins every group and account. */
async function readWhom(admin: boolean, own: string): Promise<[key: string, name: string][]> {
  const query = { limit: 200 };
  const groups = await allOf((cursor) => of(admin ? api.GET("/api/groups", { params: { query: { ...query, ...cursor } } }) : api.GET("/api/auth/groups", { params: { query: { ...query, ...cursor } } })));
  const users = admin ? await allOf((cursor) => of(api.GET("/api/users", { params: { query: { ...query, ...cursor } } }))) : [];
  return [...groups.map((one): [string, string] => [`group ${one.id}`, `everybody in ${one.name}`]), ...users.filter((one) => one.id !== own).map((one): [string, string] => [`user ${one.id}`, one.name])];
}

/** Who else has the conversation in their own list, and what they may do with it; deleting stays its owner's. */
export default function Grants({ id }: { id: string }) {
  const now = useStore(session);
  const admin = now.state === "in" && now.user.role === "admin";
  const own = now.state === "in" ? now.user.id : "";
  const params = { path: { id } };
  const { items, wrong, again } = useList(async () => (await of(api.GET("/api/conversations/{id}/grants", { params }))).items);
  const [whom, setWhom] = useState<readonly [key: string, name: string][]>([]);
  useEffect(() => {
    let gone = false;
    // Without them there is nobody to be chosen; what is granted is shown all the same.
    readWhom(admin, own).then((all) => gone || setWhom(all), () => {});
    return () => void (gone = true);
  }, [admin, own]);

  async function set(grants: Schema["GrantTo"][]) {
    await of(api.PUT("/api/conversations/{id}/grants", { params, body: { grants } }));
    await again();
  }
  const others = (key: string) => (items ?? []).filter((one) => keyOf(one) !== key);

  return (
    <div className="stack">
      <Wrong text={wrong} />
      <ul className="rows">
        {items?.map((one) => (
          <li key={keyOf(one)}>
            <div>
              <p dir="auto">
                {one.group_id !== null && "everybody in "}
                {one.name}
              </p>
              <p className="muted hint">{wordsOf(one.rights)}</p>
            </div>
            <button
              onClick={() => {
                const before = items.map(toOf);
                void set(others(keyOf(one)).map(toOf)).then(() => say(`${one.name} does not see it any more.`, { undo: () => set(before) }));
              }}
            >
              Take back<span className="sr"> from {one.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {whom.length === 0 ? (
        <p className="muted">You are in no group that it could be granted to.</p>
      ) : (
        <Form
          label="Grant it"
          yes="Grant it"
          run={async (said) => {
            const key = String(said.get("whom"));
            const rights = String(said.get("rights")).split(" ");
            const [kind, to] = key.split(" ") as ["group" | "user", string];
            await set([...others(key).map(toOf), { ...(kind === "group" ? { group_id: to } : { user_id: to }), rights }]);
          }}
        >
          <div className="pair">
            <label>
              To
              <select name="whom" required>
                {whom.map(([key, name]) => (
                  <option key={key} value={key}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Who
              <select name="rights">
                {means.map(([key, name]) => (
                  <option key={key} value={key}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </div>
        </Form>
      )}
    </div>
  );
}
