import { api, of, type Schema } from "../api/client";
import { Form } from "../settings/parts";
import { Dialog } from "../ui/Dialog";
import { say } from "../ui/toasts";

interface Props {
  id: string;
  upstream: Schema["UpstreamView"];
  /** Null where there is one account alone, or none could be read. */
  users: readonly Schema["UserView"][] | null;
  onChanged: () => void;
  onClose: () => void;
}

/** A model server under another name or address, with another key; which of its models it offers, and to whom. */
export function UpstreamDialog({ id, upstream, users, onChanged, onClose }: Props) {
  return (
    <Dialog title={upstream.name} onClose={onClose}>
      <Form
        label={`Change ${upstream.name}`}
        yes="Change it"
        onCancel={onClose}
        run={async (said) => {
          const text = (name: string) => String(said.get(name)).trim();
          const body: Schema["ChangeUpstream"] = {
            name: text("name"),
            base_url: text("base_url"),
            prefix: text("prefix"),
            models: text("models")
              .split(/[\s,]+/)
              .filter((model) => model !== ""),
            ...(said.get("no_key") === "on" ? { key: "" } : text("key") !== "" && { key: text("key") }),
            ...(users && { users: said.getAll("user").map(String) }),
          };
          await of(api.PATCH("/api/upstreams/{id}", { params: { path: { id } }, body }));
          say(`“${body.name}” is changed.`);
          onChanged();
          onClose();
        }}
      >
        <div className="pair">
          <label>
            Name
            <input name="name" defaultValue={upstream.name} maxLength={100} required dir="auto" />
          </label>
          <label>
            Before the names of its models
            <input name="prefix" defaultValue={upstream.prefix} maxLength={100} placeholder="nothing" spellCheck={false} />
          </label>
        </div>
        <label>
          Address
          <input name="base_url" type="url" defaultValue={upstream.base_url} required />
        </label>
        <label>
          Another key
          <input name="key" type="password" autoComplete="off" placeholder={upstream.key_hint === null ? "none" : `as it is, ${upstream.key_hint}`} />
          <span className="muted hint">Another host needs the key again.</span>
        </label>
        {upstream.key_hint !== null && (
          <label className="check">
            <input type="checkbox" name="no_key" />
            <span>Take the key away</span>
          </label>
        )}
        <label>
          Models it offers
          <input name="models" defaultValue={upstream.models.join(", ")} placeholder="all of them" spellCheck={false} />
          <span className="muted hint">Names, or patterns with *, with commas between them.</span>
        </label>
        {users && (
          <fieldset className="members">
            <legend>Who may use it: everybody where nobody is chosen</legend>
            {users.map((user) => (
              <label key={user.id} className="check">
                <input type="checkbox" name="user" value={user.id} defaultChecked={upstream.users?.includes(user.id)} />
                <span dir="auto">{user.name}</span>
                <span className="muted">{user.email}</span>
              </label>
            ))}
          </fieldset>
        )}
      </Form>
    </Dialog>
  );
}
