import { useState } from "react";
import { api, of, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { allOf, Form, Section, useList, Wrong } from "../settings/parts";
import { Dialog } from "../ui/Dialog";
import { plural } from "../ui/format";
import { say } from "../ui/toasts";
import { QuotaFields, quotasOf } from "./Limits";

type Group = Schema["GroupView"];
type User = Schema["UserView"];

/** Groups: who is in them, and what limits each of their members has. */
export function Groups({ users }: { users: readonly User[] | null }) {
  const { items, wrong, again } = useList(() => allOf((cursor) => of(api.GET("/api/groups", { params: { query: { limit: 200, ...cursor } } }))));
  const [open, setOpen] = useState<Group | null>(null);

  const remove = (group: Group) =>
    dialog.set({
      name: "confirm",
      title: `Delete “${group.name}”?`,
      text: "What was granted to it is granted to nobody any more, and its limits hold for nobody. Its members stay.",
      yes: "Delete it",
      run: async () => {
        await of(api.DELETE("/api/groups/{id}", { params: { path: { id: group.id } } }));
        say(`“${group.name}” is deleted.`);
        await again();
      },
    });

  return (
    <Section title="Groups">
      <Wrong text={wrong} />
      {items?.length === 0 && <p className="muted">There is none.</p>}
      <ul className="rows">
        {items?.map((group) => (
          <li key={group.id}>
            <div>
              <p dir="auto">{group.name}</p>
              <p className="muted hint">
                {plural(group.members, "member", "members")}
                {group.external_id && `, of a directory: ${group.external_id}`}
              </p>
            </div>
            <button onClick={() => setOpen(group)}>
              Change<span className="sr"> {group.name}</span>
            </button>
            <button onClick={() => remove(group)}>
              Delete<span className="sr"> {group.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <details>
        <summary>Make a group</summary>
        <Form
          label="Make a group"
          yes="Make it"
          run={async (said) => {
            await of(api.POST("/api/groups", { params: { header: { "Idempotency-Key": crypto.randomUUID() } }, body: { name: String(said.get("name")).trim() } }));
            await again();
          }}
        >
          <label>
            Name
            <input name="name" maxLength={200} required dir="auto" />
          </label>
        </Form>
      </details>
      {open && (
        <div onKeyDown={(event) => event.key !== "Escape" && event.stopPropagation()}>
          <GroupDialog
            group={open}
            users={users ?? []}
            onClose={() => {
              setOpen(null);
              void again();
            }}
          />
        </div>
      )}
    </Section>
  );
}

function GroupDialog({ group, users, onClose }: { group: Group; users: readonly User[]; onClose: () => void }) {
  const params = { path: { id: group.id } };
  const members = useList(() => allOf((cursor) => of(api.GET("/api/groups/{id}/members", { params: { ...params, query: { limit: 200, ...cursor } } }))));
  const quotas = useList(async () => [await of(api.GET("/api/groups/{id}/quotas", { params }))]);
  const [wrong, setWrong] = useState("");
  const within = new Set(members.items?.map((one) => one.id));

  async function turn(user: User) {
    const at = { params: { path: { id: group.id, uid: user.id } } };
    setWrong("");
    try {
      await of(within.has(user.id) ? api.DELETE("/api/groups/{id}/members/{uid}", at) : api.PUT("/api/groups/{id}/members/{uid}", at));
    } catch (failure) {
      setWrong(failure instanceof Error ? failure.message : String(failure));
    }
    await members.again();
  }

  return (
    <Dialog title={group.name} onClose={onClose}>
      <Wrong text={wrong || members.wrong || quotas.wrong} />
      <Form
        label="Name of the group"
        yes="Rename"
        run={async (said) => {
          await of(api.PATCH("/api/groups/{id}", { params, body: { name: String(said.get("name")).trim() } }));
          onClose();
        }}
      >
        <label>
          Name
          <input name="name" defaultValue={group.name} maxLength={200} required dir="auto" />
        </label>
      </Form>
      {members.items && (
        <fieldset className="members">
          <legend>Members</legend>
          {users.map((user) => (
            <label key={user.id} className="check">
              <input type="checkbox" checked={within.has(user.id)} onChange={() => void turn(user)} />
              <span dir="auto">{user.name}</span>
              <span className="muted">{user.email}</span>
            </label>
          ))}
        </fieldset>
      )}
      {quotas.items?.[0] && (
        <Form
          label="Limits of each member"
          yes="Set the limits"
          run={async (said) => {
            await of(api.PUT("/api/groups/{id}/quotas", { params, body: quotasOf(said) }));
            say(`The limits of ${group.name} are set.`);
            onClose();
          }}
        >
          <QuotaFields set={quotas.items[0]} />
        </Form>
      )}
    </Dialog>
  );
}
