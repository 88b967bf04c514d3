import { useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { UserDialog } from "./UserDialog";
import { fullTime, when } from "../ui/format";
import { say } from "../ui/toasts";
import { allOf, Form, Section, useList, Wrong } from "../settings/parts";

type User = Schema["UserView"];
type Role = User["role"];

const roles: Record<Role, string> = { pending: "waits to be let in", user: "user", admin: "admin" };

export const readUsers = () => allOf((cursor) => of(api.GET("/api/users", { params: { query: { limit: 200, ...cursor } } })));

/** Accounts: made, let in, made admins, disabled. */
export function Users({ own, items, wrong, again }: { own: string } & ReturnType<typeof useList<User>>) {
  const [open, setOpen] = useState<User | null>(null);

  async function change(user: User, body: Schema["ChangeUser"], back: Schema["ChangeUser"], said: string) {
    const write = (body: Schema["ChangeUser"]) => of(api.PATCH("/api/users/{id}", { params: { path: { id: user.id } }, body }));
    try {
      await write(body);
      say(said, {
        undo: async () => {
          await write(back);
          await again();
        },
      });
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }

  async function add(said: FormData) {
    const text = (name: string) => String(said.get(name));
    const name = text("name").trim();
    const body: Schema["CreateUser"] = { email: text("email").trim(), password: text("password"), role: text("role") as Role, ...(name !== "" && { name }) };
    const made = await of(api.POST("/api/users", { body }));
    say(`${made.name} has an account.`);
    await again();
  }

  return (
    <Section title="Accounts">
      <Wrong text={wrong} />
      <ul className="rows">
        {items?.map((user) => (
          <li key={user.id}>
            <div>
              <p>
                <span dir="auto">{user.name}</span> {user.disabled && <span className="badge">disabled</span>}
                {user.id === own && <span className="badge">you</span>}
              </p>
              <p className="muted hint">
                {user.email ?? "without an address"}, <span title={fullTime(user.seen_at)}>{user.seen_at ? `seen ${when(user.seen_at)}` : "not seen yet"}</span>
                {user.second_factor && ", second factor"}
              </p>
            </div>
            <select
              aria-label={`Role of ${user.name}`}
              value={user.role}
              disabled={user.id === own}
              onChange={(event) => {
                const role = event.target.value as Role;
                void change(user, { role }, { role: user.role }, `${user.name}: ${roles[role]}.`);
              }}
            >
              {(Object.keys(roles) as Role[]).map((role) => (
                <option key={role} value={role}>
                  {roles[role]}
                </option>
              ))}
            </select>
            <button
              disabled={user.id === own}
              onClick={() => void change(user, { disabled: !user.disabled }, { disabled: user.disabled }, user.disabled ? `${user.name} may come in again.` : `${user.name} is signed out and may not come in.`)}
            >
              {user.disabled ? "Enable" : "Disable"}
              <span className="sr"> {user.name}</span>
            </button>
            <button onClick={() => setOpen(user)}>
              Limits…<span className="sr"> of {user.name}, and removing the account</span>
            </button>
          </li>
        ))}
      </ul>
      {open && (
        <div onKeyDown={(event) => event.key !== "Escape" && event.stopPropagation()}>
          <UserDialog user={open} users={items ?? []} own={open.id === own} onChanged={() => void again()} onClose={() => setOpen(null)} />
        </div>
      )}
      <details>
        <summary>Make an account</summary>
        <Form label="Make an account" yes="Make it" run={add}>
          <div className="pair">
            <label>
              E-mail address
              <input name="email" type="email" autoComplete="off" required />
            </label>
            <label>
              Name
              <input name="name" autoComplete="off" maxLength={200} dir="auto" />
            </label>
            <label>
              First password
              <input name="password" type="password" autoComplete="new-password" minLength={12} required />
            </label>
            <label>
              Role
              <select name="role" defaultValue="user">
                {(["user", "admin"] as const).map((role) => (
                  <option key={role} value={role}>
                    {roles[role]}
                  </option>
                ))}
              </select>
            </label>
          </div>
        </Form>
      </details>
    </Section>
  );
}
