import { useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { Link } from "../app/router";
import { fullTime, when } from "../ui/format";
import { say } from "../ui/toasts";
import { allOf, Form, Section, useList, Wrong } from "./parts";

type Memory = Schema["MemoryView"];

/** Facts that models are told. What an agent proposes waits here for a yes. */
export function Memories() {
  const { items, wrong, again } = useList(() => allOf((cursor) => of(api.GET("/api/memories", { params: { query: { limit: 200, ...cursor } } }))));
  const [editing, setEditing] = useState<string | null>(null);

  const change = (one: Memory, body: Schema["SaveMemory"]) =>
    of(api.PATCH("/api/memories/{id}", { params: { path: { id: one.id }, header: { "If-Match": `"${one.version}"` } }, body }));

  async function agree(one: Memory) {
    try {
      await change(one, { state: "kept" });
      say("It is kept.");
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }

  async function forget(one: Memory) {
    try {
      await of(api.DELETE("/api/memories/{id}", { params: { path: { id: one.id } } }));
      const back: Schema["SaveMemory"] = {
        text: one.text,
        state: one.state,
        confidence: one.confidence,
        ...(one.space && { space: one.space }),
        ...(one.message_id && { message_id: one.message_id }),
        ...(one.valid_from && { valid_from: one.valid_from }),
        ...(one.valid_until && { valid_until: one.valid_until }),
      };
      say("It is forgotten.", {
        undo: async () => {
          await of(api.POST("/api/memories", { body: back }));
          await again();
        },
      });
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }

  return (
    <Section title="Memories">
      <p className="muted">Facts about you or your work that models are told with questions they bear on. What an agent proposes is told to nobody until you keep it.</p>
      <Wrong text={wrong} />
      <ul className="rows">
        {items?.map((one) =>
          editing === one.id ? (
            <li key={one.id}>
              <Form
                label="Change a memory"
                yes="Save"
                onCancel={() => setEditing(null)}
                run={async (said) => {
                  await change(one, { text: String(said.get("text")).trim() });
                  setEditing(null);
                  say("It is changed.");
                  await again();
                }}
              >
                <Text text={one.text} focus />
              </Form>
            </li>
          ) : (
            <li key={one.id}>
              <div>
                <p dir="auto">
                  {one.text} {one.state === "proposed" && <span className="badge">proposed</span>}
                </p>
                <p className="muted hint">
                  {one.space && `In ${one.space}. `}
                  <time dateTime={one.created_at} title={fullTime(one.created_at)}>
                    {when(one.created_at)}
                  </time>
                  {one.conversation_id && (
                    <>
                      {", "}
                      <Link className="link" to={`/c/${one.conversation_id}${one.message_id ? `/${one.message_id}` : ""}`}>
                        where it was said
                      </Link>
                    </>
                  )}
                </p>
              </div>
              {one.state === "proposed" && (
                <button onClick={() => void agree(one)}>
                  Keep<span className="sr"> {one.text}</span>
                </button>
              )}
              <button onClick={() => setEditing(one.id)}>
                Change<span className="sr"> {one.text}</span>
              </button>
              <button onClick={() => void forget(one)}>
                Forget<span className="sr"> {one.text}</span>
              </button>
            </li>
          ),
        )}
      </ul>
      <details>
        <summary>Keep a fact</summary>
        <Form
          label="Keep a fact"
          yes="Keep it"
          run={async (said) => {
            await of(api.POST("/api/memories", { body: { text: String(said.get("text")).trim() } }));
            say("It is kept.");
            await again();
          }}
        >
          <Text text="" />
        </Form>
      </details>
    </Section>
  );
}

const Text = ({ text, focus }: { text: string; focus?: boolean }) => (
  <label>
    Fact
    <textarea name="text" rows={2} defaultValue={text} maxLength={2_000} required dir="auto" autoFocus={focus === true} />
  </label>
);
