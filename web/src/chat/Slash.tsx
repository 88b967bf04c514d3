import { useEffect, useId, useImperativeHandle, useMemo, useState, type KeyboardEvent, type Ref } from "react";
import { messageOf } from "../api/client";
import { useStore } from "../app/store";
import { plural } from "../ui/format";
import { meant } from "./variables";
import { prompts, readPrompts, type Prompt } from "./prompts";

export interface SlashKeys {
  /** Whether the key was the list's. */
  key: (event: KeyboardEvent) => boolean;
}

interface Props {
  ref: Ref<SlashKeys>;
  /** What stands behind the slash. */
  typed: string;
  onChoose: (prompt: Prompt) => void;
  onClose: () => void;
  /** Told which entry is chosen, by its id, for the field that keeps focus. */
  onActive: (id: string | undefined) => void;
}

/** What a slash and the word behind it may mean. Focus stays in the field: the arrows choose, Enter takes. */
export default function Slash({ ref, typed, onChoose, onClose, onActive }: Props) {
  const all = useStore(prompts);
  const [wrong, setWrong] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  useEffect(() => void readPrompts().catch((failure: unknown) => setWrong(messageOf(failure))), []);
  useEffect(() => setAt(0), [typed]);
  const found = useMemo(() => meant(all ?? [], typed), [all, typed]);
  const selected = Math.min(at, found.length - 1);
  const active = selected < 0 ? undefined : `${id}-${selected}`;
  useEffect(() => {
    onActive(active);
    return () => onActive(undefined);
  }, [active, onActive]);

  useImperativeHandle(ref, () => ({
    key(event) {
      if (event.key === "Escape") return onClose(), true;
      // Before they are there nothing is sent that may be one's word.
      if (all === null && wrong === "") return event.key === "Enter" && !event.shiftKey;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const chosen = found[selected];
      if (!chosen) return false;
      if (step !== undefined) setAt((selected + step + found.length) % found.length);
      else if ((event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) || event.key === "Tab") onChoose(chosen);
      else return false;
      return true;
    },
  }));

  if (wrong !== "") return <p className="wrong" role="alert">{wrong}</p>;
  return (
    <>
      {found.length > 0 && (
        <div id="slash" className="slash" role="listbox" aria-label="Prompts">
          {found.map((one, index) => (
            <div
              key={one.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === selected}
              onPointerMove={() => setAt(index)}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onChoose(one)}
            >
              <code>/{one.command}</code>
              <span className="muted" dir="auto">
                {one.title}
              </span>
            </div>
          ))}
        </div>
      )}
      <p className="sr" role="status">
        {all && plural(found.length, "prompt", "prompts")}
      </p>
    </>
  );
}
