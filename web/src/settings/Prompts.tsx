import { useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { say } from "../ui/toasts";
import { allOf, Form, Section, useList, Wrong } from "./parts";

type Prompt = Schema["PromptView"];

/** Prompts of one's own. */
export function Prompts() {
  const { items, wrong, again } = useList(() => allOf((cursor) => of(api.GET("/api/prompts", { params: { query: { limit: 200, ...cursor } } }))));
  const [editing, setEditing] = useState<string | null>(null);

  async function remove(one: Prompt) {
    try {
      await of(api.DELETE("/api/prompts/{id}", { params: { path: { id: one.id } } }));
      const back: Schema["SavePrompt"] = { title: one.title, command: one.command, category: one.category, content: one.content };
      say(`“${one.title}” is deleted.`, {
        undo: async () => {
          await of(api.POST("/api/prompts", { body: back }));
          await again();
        },
      });
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }

  return (
    <Section title="Prompts">
      <p className="muted">
        What you ask often. <code>{"{{name}}"}</code> in a prompt is asked for when it is used, <code>{"{{name:tea}}"}</code> is tea until another is given.
      </p>
      <Wrong text={wrong} />
      <ul className="rows">
        {items?.map((one) =>
          editing === one.id ? (
            <li key={one.id}>
              <Fields
                label={`Change ${one.title}`}
                prompt={one}
                yes="Save"
                onCancel={() => setEditing(null)}
                run={async (body) => {
                  const params = { path: { id: one.id }, header: { "If-Match": `"${one.version}"` } };
                  await of(api.PUT("/api/prompts/{id}", { params, body }));
                  setEditing(null);
                  say("The prompt is changed.");
                  await again();
                }}
              />
            </li>
          ) : (
            <li key={one.id}>
              <div>
                <p>
                  <span dir="auto">{one.title}</span> {one.command && <code className="muted">/{one.command}</code>}
                </p>
                <p className="muted hint glance" dir="auto">
                  {one.content.slice(0, 160)}
                </p>
              </div>
              <button onClick={() => setEditing(one.id)}>
                Change<span className="sr"> {one.title}</span>
              </button>
              <button onClick={() => void remove(one)}>
                Delete<span className="sr"> {one.title}</span>
              </button>
            </li>
          ),
        )}
      </ul>
      <details>
        <summary>Keep a prompt</summary>
        <Fields
          label="Keep a prompt"
          prompt={null}
          yes="Keep it"
          run={async (body) => {
            await of(api.POST("/api/prompts", { body }));
            say("The prompt is kept.");
            await again();
          }}
        />
      </details>
    </Section>
  );
}

interface FieldsProps {
  label: string;
  prompt: Prompt | null;
  yes: string;
  run: (body: Schema["SavePrompt"]) => Promise<void>;
  onCancel?: () => void;
}

const Fields = ({ label, prompt, yes, run, onCancel }: FieldsProps) => (
  <Form
    label={label}
    yes={yes}
    {...(onCancel && { onCancel })}
    run={async (said) => {
      const text = (name: string) => String(said.get(name)).trim();
      const body: Schema["SavePrompt"] = {
        title: text("title"),
        content: String(said.get("content")),
        ...(text("command") !== "" && { command: text("command").replace(/^\//, "") }),
        ...(text("category") !== "" && { category: text("category") }),
      };
      await run(body);
    }}
  >
    <label>
      Title
      <input name="title" defaultValue={prompt?.title} maxLength={200} required dir="auto" autoFocus={prompt !== null} />
    </label>
    <div className="pair">
      <label>
        Command
        <input name="command" defaultValue={prompt?.command ?? ""} maxLength={41} pattern="/?[A-Za-z0-9_\-]*" title="Letters, digits, - and _" placeholder="translate" spellCheck={false} />
      </label>
      <label>
        Category
        <input name="category" defaultValue={prompt?.category} maxLength={50} dir="auto" />
      </label>
    </div>
    <label>
      Prompt
      <textarea name="content" rows={5} defaultValue={prompt?.content} maxLength={100_000} required dir="auto" />
    </label>
  </Form>
);
