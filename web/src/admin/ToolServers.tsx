import { useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { plural } from "../ui/format";
import { say } from "../ui/toasts";
import { Form, Section, useList, Wrong } from "../settings/parts";

type Server = Schema["ToolServerView"];

const kinds: Record<Server["kind"], string> = { openapi: "OpenAPI", mcp: "MCP", stdio: "MCP, a program of the settings" };

/** A test that failed is believed before what was heard of it in passing. */
const stateOf = (one: Server, failed: boolean) =>
  !one.enabled ? "off" : one.program && !one.program.running ? "not running" : one.state === "ready" && (failed || one.last_error) ? "failing" : one.state;

/** What models may call: added, tested, turned off, forgotten. Programs are named in the settings of the server alone. */
export function ToolServers() {
  const { items, wrong, again } = useList(async () => (await of(api.GET("/api/tool-servers"))).items);
  const [tests, setTests] = useState<ReadonlyMap<string, string>>(new Map());
  const [failed, setFailed] = useState<ReadonlySet<string>>(new Set());
  const tell = (id: string, said: string) => setTests((now) => new Map(now).set(id, said));

  async function test(id: string) {
    tell(id, "Asking…");
    try {
      const { ok, error, tools, left, took_ms } = await of(api.POST("/api/tool-servers/{id}/test", { params: { path: { id } } }));
      const offered = `It offers ${plural(tools.length, "tool", "tools")}${tools.length > 0 ? ` (${tools.slice(0, 12).join(", ")}${tools.length > 12 ? ", …" : ""})` : ""} after ${Math.round(took_ms)} ms.`;
      setFailed((now) => (ok ? new Set([...now].filter((one) => one !== id)) : new Set(now).add(id)));
      tell(id, ok ? `${offered}${left.length > 0 ? ` Left out: ${left.slice(0, 6).join("; ")}.` : ""}` : `It does not work: ${error ?? "no reason is known"}`);
    } catch (failure) {
      tell(id, messageOf(failure));
    }
    await again();
  }
  async function turn(one: Server) {
    try {
      await of(api.PATCH("/api/tool-servers/{id}", { params: { path: { id: one.id } }, body: { enabled: !one.enabled } }));
      say(one.enabled ? `No tool of “${one.name}” is called any more.` : `Tools of “${one.name}” may be called again.`);
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }
  const forget = (one: Server) =>
    dialog.set({
      name: "confirm",
      title: `Forget “${one.name}”?`,
      text: "Its tools can no longer be called, and its key is deleted.",
      yes: "Forget it",
      run: async () => {
        await of(api.DELETE("/api/tool-servers/{id}", { params: { path: { id: one.id } } }));
        say(`“${one.name}” is forgotten.`);
        await again();
      },
    });

  async function add(said: FormData) {
    const text = (name: string) => String(said.get(name)).trim();
    const body: Schema["CreateToolServer"] = {
      name: text("name"),
      kind: text("kind") as "openapi" | "mcp",
      url: text("url"),
      trusts_hints: said.get("trusts_hints") === "on",
      ...(text("base_url") !== "" && { base_url: text("base_url") }),
      ...(text("key") !== "" && { key: text("key") }),
    };
    const made = await of(api.POST("/api/tool-servers", { params: { header: { "Idempotency-Key": crypto.randomUUID() } }, body }));
    await again();
    void test(made.id);
  }

  return (
    <Section title="Tool servers">
      <Wrong text={wrong} />
      {items?.length === 0 && <p className="muted">There is none: models may call Parley&apos;s own tools alone.</p>}
      <ul className="rows">
        {items?.map((one) => (
          <li key={one.id}>
            <div>
              <p>
                <span dir="auto">{one.name}</span> <span className={one.enabled && (one.last_error || failed.has(one.id)) ? "badge bad" : "badge"}>{stateOf(one, failed.has(one.id))}</span>
              </p>
              <p className="muted hint">
                {kinds[one.kind]}, {one.url ?? one.program?.command}
                {one.key_hint && `, key ${one.key_hint}`}
                {one.users !== null && one.users.length > 0 && `, for ${plural(one.users.length, "account", "accounts")}`}
              </p>
              {one.last_error && !tests.has(one.id) && <p className="muted hint">{one.last_error}</p>}
              {one.program && one.program.last_lines.length > 0 && (
                <details>
                  <summary>What it said last</summary>
                  <pre tabIndex={0}>{one.program.last_lines.join("\n")}</pre>
                </details>
              )}
              {tests.has(one.id) && (
                <p role="status" className="hint">
                  {tests.get(one.id)}
                </p>
              )}
            </div>
            <button onClick={() => void test(one.id)}>
              Test<span className="sr"> {one.name}</span>
            </button>
            {one.kind !== "stdio" && (
              <>
                <button onClick={() => void turn(one)}>
                  {one.enabled ? "Turn off" : "Turn on"}
                  <span className="sr"> {one.name}</span>
                </button>
                <button onClick={() => forget(one)}>
                  Forget<span className="sr"> {one.name}</span>
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <details>
        <summary>Add a tool server</summary>
        <Form label="Add a tool server" yes="Add it" run={add}>
          <div className="pair">
            <label>
              Name, of small letters and digits
              <input name="name" maxLength={40} pattern="[a-z0-9_]+" required spellCheck={false} />
            </label>
            <label>
              Kind
              <select name="kind">
                <option value="mcp">MCP</option>
                <option value="openapi">OpenAPI</option>
              </select>
            </label>
          </div>
          <label>
            Address of its endpoint, or of its OpenAPI document
            <input name="url" type="url" required />
          </label>
          <label>
            Where its calls go, if elsewhere (OpenAPI)
            <input name="base_url" type="url" />
          </label>
          <label>
            Key
            <input name="key" type="password" autoComplete="off" />
            <span className="muted hint">Kept sealed, and shown to nobody again.</span>
          </label>
          <label className="check">
            <input type="checkbox" name="trusts_hints" />
            <span>Believe it where it says that a tool only reads</span>
          </label>
        </Form>
      </details>
    </Section>
  );
}
