import { Dialog } from "../ui/Dialog";
import { filled, variablesOf } from "./variables";
import type { Prompt } from "./prompts";

interface Props {
  prompt: Prompt;
  done: (text: string) => void;
  onClose: () => void;
}

/** What a prompt has to be told before it can be asked. */
export default function Fill({ prompt, done, onClose }: Props) {
  const variables = variablesOf(prompt.content);
  return (
    <Dialog title={prompt.title} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const said = new FormData(event.currentTarget);
          onClose();
          done(filled(prompt.content, new Map(variables.map(({ name }) => [name, String(said.get(name))]))));
        }}
      >
        {variables.map(({ name, standard }) => (
          <label key={name}>
            {name.replaceAll("_", " ")}
            <textarea name={name} rows={standard === "" ? 3 : 1} placeholder={standard} required={standard === ""} dir="auto" />
          </label>
        ))}
        <div className="dialog-foot">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button className="primary">Use it</button>
        </div>
      </form>
    </Dialog>
  );
}
