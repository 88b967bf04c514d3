import { useState } from "react";
import { api, of, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { fullTime, when } from "../ui/format";
import { say } from "../ui/toasts";
import { allOf, Form, Once, Section, useList, Wrong } from "./parts";

const ofUsers = ["conversations", "files", "documents", "search", "import", "export", "stats", "chat", "models"];
const ofAdmins = ["upstreams", "users", "audit", "metrics", "scim"];
const lives = [
  [30, "in 30 days"],
  [90, "in 90 days"],
  [365, "in a year"],
] as const;

/** Keys by which programs come in: what each may do and until when is chosen when it is made. */
export function Keys({ admin }: { admin: boolean }) {
  const { items, wrong, again } = useList(() => allOf((cursor) => of(api.GET("/api/auth/keys", { params: { query: { limit: 200, ...cursor } } }))));
  const [may, setMay] = useState("read");
  const [made, setMade] = useState<string | null>(null);

  async function make(said: FormData) {
    const only = said.has("reads") ? ":read" : "";
    const scopes = may === "some" ? said.getAll("scope").map((one) => `${String(one)}${only}`) : [may];
    const days = Number(said.get("ends"));
    const body: Schema["CreateKey"] = { name: String(said.get("name")).trim(), scopes, ...(days > 0 && { expires_in_days: days }) };
    const answer = await of(api.POST("/api/auth/keys", { body }));
    setMade(answer.secret);
    await again();
  }

  const revoke = (key: Schema["KeyView"]) =>
    dialog.set({
      name: "confirm",
      title: `Revoke “${key.name}”?`,
      text: "What uses it is refused from now on. It cannot be undone.",
      yes: "Revoke",
      run: async () => {
        await of(api.DELETE("/api/auth/keys/{id}", { params: { path: { id: key.id } } }));
        say(`“${key.name}” opens nothing any more.`);
        await again();
      },
    });

  return (
    <Section title="API keys">
      <Wrong text={wrong} />
      {items?.length === 0 && <p className="muted">No program has a key.</p>}
      <ul className="rows">
        {items?.map((key) => (
          <li key={key.id}>
            <div>
              <p>
                <span dir="auto">{key.name}</span> <code className="muted">{key.hint}…</code>
              </p>
              <p className="muted hint">
                {key.scopes.join(", ")}; <span title={fullTime(key.expires_at)}>{key.expires_at ? `ends ${when(key.expires_at)}` : "does not end"}</span>,{" "}
                <span title={fullTime(key.used_at)}>{key.used_at ? `last used ${when(key.used_at)}` : "not used yet"}</span>
              </p>
            </div>
            <button onClick={() => revoke(key)}>
              Revoke<span className="sr"> {key.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {made !== null ? (
        <Once text={made} hint="This is the key. It is shown this once: keep it now." onDone={() => setMade(null)} />
      ) : (
        <details>
          <summary>Make a key</summary>
          <Form label="Make a key" yes="Make it" run={make}>
            <label>
              What it is for
              <input name="name" maxLength={100} required dir="auto" />
            </label>
            <label>
              What it may do
              <select value={may} onChange={(event) => setMay(event.target.value)}>
                <option value="read">Read everything of mine</option>
                <option value="all">Everything I may do with what is mine</option>
                <option value="some">Only some of it…</option>
              </select>
            </label>
            {may === "some" && (
              <fieldset className="choices wide">
                <legend>Parts</legend>
                {[...ofUsers, ...(admin ? ofAdmins : [])].map((scope) => (
                  <label key={scope} className="check">
                    <input type="checkbox" name="scope" value={scope} />
                    <span>{scope}</span>
                  </label>
                ))}
                <label className="check apart">
                  <input type="checkbox" name="reads" defaultChecked />
                  <span>Only reading</span>
                </label>
              </fieldset>
            )}
            <label>
              Ends
              <select name="ends" defaultValue="90">
                {lives.map(([days, name]) => (
                  <option key={days} value={days}>
                    {name}
                  </option>
                ))}
                <option value="0">when it is revoked</option>
              </select>
            </label>
          </Form>
        </details>
      )}
    </Section>
  );
}
