import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { messageOf } from "../api/client";
import { actionOf } from "../keys/keys";
import { lastModel, modelOf, useModels } from "./models";
import { ToolPicker } from "./ToolPicker";
import { stop, type Turn } from "./turns";
import "../styles/chat.css";

interface Props {
  /** Names the draft that is kept: a conversation, or "new". */
  draft: string;
  model: string | null;
  turn: Turn | undefined;
  onAsk: (text: string, model: string) => void;
}

/** Where one writes. Enter sends, Shift+Enter begins a line; a draft stays until it is sent. */
export function Composer({ draft, model, turn, onAsk }: Props) {
  const list = useModels();
  const key = `draft ${draft}`;
  const [text, setText] = useState(() => localStorage.getItem(key) ?? "");
  const [chosen, setChosen] = useState<string | null>(null);
  const [wrong, setWrong] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const busy = turn !== undefined && turn.state !== "ended";

  // What could not be asked is not lost: it stands where it was written.
  const back = turn?.state === "ended" && turn.message === null ? turn.question : "";
  useEffect(() => {
    if (back) setText((now) => now || back);
  }, [back]);
  useEffect(() => {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
    // It grows with its text; the style sheet says how far.
    const box = area.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }, [key, text]);

  if (!list || list.length === 0) return null;
  const used = modelOf(list, chosen, lastModel(), model)!;

  function sendIt() {
    if (busy || text.trim() === "") return;
    setWrong("");
    onAsk(text.trim(), used);
    setText("");
  }

  function keyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || actionOf("composer", event) !== "send") return;
    event.preventDefault();
    sendIt();
  }

  return (
    <form
      className="composer"
      aria-label="Ask"
      onSubmit={(event) => {
        event.preventDefault();
        sendIt();
      }}
    >
      {wrong && <p className="wrong" role="alert">{wrong}</p>}
      <div className="composer-box">
        <textarea ref={area} rows={1} aria-label="Message" placeholder="Ask…" dir="auto" value={text} onChange={(event) => setText(event.target.value)} onKeyDown={keyDown} />
        <div className="composer-foot">
          <select
            aria-label="Model"
            value={used}
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
          <ToolPicker />
          {busy ? (
            <button type="button" disabled={!turn.id} onClick={() => stop(turn).catch((failure: unknown) => setWrong(messageOf(failure)))}>
              Stop
            </button>
          ) : (
            <button className="primary" disabled={text.trim() === ""}>
              Send
            </button>
          )}
        </div>
      </div>
    </form>
  );
}
