import { useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { plural } from "../ui/format";
import { say } from "../ui/toasts";
import { UpstreamDialog } from "./UpstreamDialog";
import { Form, Section, useList, Wrong } from "../settings/parts";

type Upstream = Schema["UpstreamView"];

const kinds: Record<Upstream["kind"], string> = { ollama: "Ollama", openai: "As OpenAI speaks", anthropic: "Anthropic", gemini: "Gemini" };
const states: Record<Upstream["state"], string> = { ready: "ready", failing: "failing", resting: "left alone for a while" };

/** It may be well and refuse what it is asked: a wrong key is no fault of its own. */
const stateOf = (one: Upstream) => (!one.enabled ? "off" : one.state === "ready" && one.last_error ? "refuses" : states[one.state]);

/** Model servers: added, tested, turned off, forgotten. */
export function Upstreams({ users }: { users: readonly Schema["UserView"][] | null }) {
  const [open, setOpen] = useState<Upstream | null>(null);
  const { items, wrong, again } = useList(async () => (await of(api.GET("/api/upstreams"))).items);
  const [tests, setTests] = useState<ReadonlyMap<string, string>>(new Map());
  const tell = (id: string, said: string) => setTests((now) => new Map(now).set(id, said));

  async function test(id: string) {
    tell(id, "Asking…");
    try {
      const { ok, error, models, took_ms } = await of(api.POST("/api/upstreams/{id}/test", { params: { path: { id } } }));
      tell(id, ok ? `It answers: ${plural(models, "model", "models")} in ${Math.round(took_ms)} ms.` : `It does not work: ${error ?? "no reason is known"}`);
    } catch (failure) {
      tell(id, messageOf(failure));
    }
    // What came of it is what the list says of it.
    await again();
  }
  async function turn(one: Upstream, id: string) {
    try {
      await of(api.PATCH("/api/upstreams/{id}", { params: { path: { id } }, body: { enabled: !one.enabled } }));
      say(one.enabled ? `“${one.name}” is asked nothing any more.` : `“${one.name}” is asked again.`);
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }
  const forget = (one: Upstream, id: string) =>
    dialog.set({
      name: "confirm",
      title: `Forget “${one.name}”?`,
      text: "Its models can no longer be asked, and its key is deleted. Conversations stay.",
      yes: "Forget it",
      run: async () => {
        await of(api.DELETE("/api/upstreams/{id}", { params: { path: { id } } }));
        say(`“${one.name}” is forgotten.`);
        await again();
      },
    });

  async function add(said: FormData) {
    const text = (name: string) => String(said.get(name)).trim();
    const body: Schema["CreateUpstream"] = {
      name: text("name"),
      kind: text("kind") as Upstream["kind"],
      base_url: text("base_url"),
      ...(text("key") !== "" && { key: text("key") }),
    };
    const made = await of(api.POST("/api/upstreams", { body }));
    await again();
    if (made.id) void test(made.id);
  }

  return (
    <Section title="Model servers">
      <Wrong text={wrong} />
      {items?.length === 0 && <p className="muted">There is none, so nobody can ask a model.</p>}
      <ul className="rows">
        {items?.map((one) => (
          <li key={one.id ?? one.name}>
            <div>
              <p>
                <span dir="auto">{one.name}</span> <span className={one.enabled && one.last_error ? "badge bad" : "badge"}>{stateOf(one)}</span>
              </p>
              <p className="muted hint">
                {kinds[one.kind]}, {one.base_url}
                {one.key_hint && `, key ${one.key_hint}`}
                {one.id === null && ", from the settings of the server"}
              </p>
              {one.last_error && !tests.has(one.id ?? "") && <p className="muted hint">{one.last_error}</p>}
              {one.id !== null && tests.has(one.id) && (
                <p role="status" className="hint">
                  {tests.get(one.id)}
                </p>
              )}
            </div>
            {one.id !== null && (
              <>
                <button onClick={() => void test(one.id!)}>
                  Test<span className="sr"> {one.name}</span>
                </button>
                <button onClick={() => setOpen(one)}>
                  Change<span className="sr"> {one.name}</span>
                </button>
                <button onClick={() => void turn(one, one.id!)}>
                  {one.enabled ? "Turn off" : "Turn on"}
                  <span className="sr"> {one.name}</span>
                </button>
                <button onClick={() => forget(one, one.id!)}>
                  Forget<span className="sr"> {one.name}</span>
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {open?.id && (
        <div onKeyDown={(event) => event.key !== "Escape" && event.stopPropagation()}>
          <UpstreamDialog id={open.id} upstream={open} users={users} onChanged={() => void again()} onClose={() => setOpen(null)} />
        </div>
      )}
      <details>
        <summary>Add a model server</summary>
        <Form label="Add a model server" yes="Add it" run={add}>
          <div className="pair">
            <label>
              Name
              <input name="name" maxLength={100} required dir="auto" />
            </label>
            <label>
              Kind
              <select name="kind">
                {Object.entries(kinds).map(([kind, name]) => (
                  <option key={kind} value={kind}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <label>
            Address
            <input name="base_url" type="url" placeholder="http://127.0.0.1:11434" required />
          </label>
          <label>
            Key
            <input name="key" type="password" autoComplete="off" />
            <span className="muted hint">Kept sealed, and shown to nobody again. Leave it out where none is asked for.</span>
          </label>
        </Form>
      </details>
    </Section>
  );
}
