import { lazy, Suspense, useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { messageOf, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { useStore } from "../app/store";
import { actionOf } from "../keys/keys";
import { returned } from "../offline/state";
import { FilePicker, useDrop } from "../ui/DropZone";
import { Icon } from "../ui/Icon";
import { attach, attachedTo, give, most, of, refusalOf, take, type Attached } from "./attached";
import { Attachments } from "./Attachments";
import { lastModel, modelOf, useModels } from "./models";
import type { Prompt } from "./prompts";
import { Several } from "./Several";
import type { SlashKeys } from "./Slash";
import { ToolPicker } from "./ToolPicker";
import { stop, type Turn } from "./turns";
import { filled, variablesOf } from "./variables";
import "../styles/chat.css";

const Slash = lazy(() => import("./Slash"));

/** A question: its words, and the files that go with it. */
export type Asked = Pick<Schema["AskRequest"], "message" | "files">;

interface Props {
  /** Names the draft that is kept: a conversation, or "new". */
  draft: string;
  model: string | null;
  turn: Turn | undefined;
  onAsk: (asked: Asked, model: string) => void;
  /** Asks behind the answer that is being written; absent where that cannot be. */
  onQueue?: ((asked: Asked, model: string) => Promise<void>) | undefined;
  /** Asks several models at once. */
  onCompare: (asked: Asked, models: readonly string[]) => Promise<void>;
  /** Ends all that is being written, where that is more than the turn. */
  onStop?: (() => Promise<unknown>) | undefined;
}

/**
 * Where one writes. Enter sends, Shift+Enter begins a line; a draft stays until it is sent; a slash calls prompts; files
 * are chosen, dropped or pasted.
 */
export function Composer({ draft, model, turn, onAsk, onQueue, onCompare, onStop }: Props) {
  const list = useModels();
  const key = `draft ${draft}`;
  const [text, setText] = useState(() => localStorage.getItem(key) ?? "");
  const [chosen, setChosen] = useState<string | null>(null);
  const [several, setSeveral] = useState<readonly string[]>([]);
  const [wrong, setWrong] = useState("");
  const [active, setActive] = useState<string | undefined>(undefined);
  /** The text for which the list of prompts was put away. */
  const [closed, setClosed] = useState("");
  const files = of(useStore(attachedTo), draft);
  /** What went with the question that is being asked. */
  const sent = useRef<readonly Attached[]>([]);
  const area = useRef<HTMLTextAreaElement>(null);
  const slash = useRef<SlashKeys>(null);
  const busy = turn !== undefined && turn.state !== "ended";
  const { over, handlers } = useDrop(bring);
  const called = text === closed ? undefined : /^\/([\p{L}\p{N}_-]*)$/u.exec(text)?.[1];

  // What could not be asked is not lost: it stands where it was written.
  const back = turn?.state === "ended" && turn.message === null ? turn.question : "";
  useEffect(() => {
    if (!back) return;
    setText((now) => now || back);
    give(draft, sent.current);
    sent.current = [];
  }, [back, draft]);
  // A message that waited comes back before what was begun meanwhile.
  const given = useStore(returned);
  useEffect(() => {
    const back = returned.get();
    if (back?.draft !== draft) return;
    returned.set(null);
    setText((now) => (now ? `${back.text}\n\n${now}` : back.text));
    area.current?.focus();
  }, [given, draft]);
  useEffect(() => {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
    // It grows with its text; the style sheet says how far.
    const box = area.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }, [key, text]);

  const use = useCallback((prompt: Prompt) => {
    const put = (said: string) => {
      setText(said);
      area.current?.focus();
    };
    if (variablesOf(prompt.content).length === 0) put(filled(prompt.content, new Map()));
    else dialog.set({ name: "fill", prompt, done: put });
  }, []);

  if (!list || list.length === 0) return null;
  const used = modelOf(list, chosen, lastModel(), model)!;
  const coming = files.some((one) => one.id === null && !one.wrong);
  const can = text.trim() !== "" && !coming && (!busy || onQueue !== undefined);

  function sendIt() {
    if (!can) return;
    setWrong("");
    const said = text.trim();
    const items = take(draft);
    sent.current = items;
    const asked: Asked = { message: said, ...(items.length > 0 && { files: items.map((one) => one.id!) }) };
    const refused = (failure: unknown) => {
      setWrong(refusalOf(failure));
      setText((now) => now || said);
      give(draft, items);
    };
    if (busy) onQueue!(asked, used).catch(refused);
    else if (several.length > 1) onCompare(asked, several).catch(refused);
    else onAsk(asked, used);
    setText("");
  }

  function bring(list: readonly File[]) {
    setWrong("");
    const tooMany = attach(draft, list);
    if (tooMany > 0) setWrong(`A question takes ${most} files; ${tooMany} were left out.`);
    area.current?.focus();
  }

  function keyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (called !== undefined && slash.current?.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (actionOf("composer", event) === "send") {
      event.preventDefault();
      sendIt();
    }
  }

  return (
    <form
      className={over ? "composer over" : "composer"}
      aria-label="Ask"
      {...handlers}
      onSubmit={(event) => {
        event.preventDefault();
        sendIt();
      }}
    >
      {wrong && <p className="wrong" role="alert">{wrong}</p>}
      {called !== undefined && (
        <Suspense fallback={null}>
          <Slash ref={slash} typed={called} onChoose={use} onClose={() => setClosed(text)} onActive={setActive} />
        </Suspense>
      )}
      <div className="composer-box">
        <Attachments draft={draft} />
        <textarea
          ref={area}
          rows={1}
          aria-label="Message"
          aria-haspopup={called === undefined ? undefined : "listbox"}
          aria-controls={active && "slash"}
          aria-activedescendant={active}
          placeholder={busy && onQueue ? "Ask next…" : "Ask…"}
          dir="auto"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={keyDown}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            bring([...event.clipboardData.files]);
          }}
        />
        <div className="composer-foot">
          <FilePicker take={bring}>
            {(open) => (
              <button type="button" className="plain" onClick={open}>
                <Icon name="clip" />
                <span className="sr">Attach files</span>
              </button>
            )}
          </FilePicker>
          <select
            aria-label="Model"
            value={used}
            disabled={several.length > 1 && !busy}
            onChange={(event) => {
              setChosen(event.target.value);
              localStorage.setItem("model", event.target.value);
            }}
          >
            {list.map((one) => (
              <option key={one.name} value={one.name}>
                {one.title ?? one.name}
              </option>
            ))}
          </select>
          {list.length > 1 && !busy && <Several list={list} chosen={several} onChange={setSeveral} />}
          <ToolPicker />
          {busy && (
            <button type="button" disabled={!turn.id} onClick={() => (onStop ? onStop() : stop(turn)).catch((failure: unknown) => setWrong(messageOf(failure)))}>
              Stop
            </button>
          )}
          {(!busy || onQueue) && (
            <button className="primary" disabled={!can}>
              {busy ? "Queue" : "Send"}
            </button>
          )}
        </div>
      </div>
    </form>
  );
}
