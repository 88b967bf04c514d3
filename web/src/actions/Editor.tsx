import { useLayoutEffect, useRef, useState } from "react";
import { wordsOf, type Message } from "../conversation/useConversation";
import { actionOf } from "../keys/keys";
import { edits } from "./messages";

interface Props {
  message: Message;
  onAsk: (text: string) => void;
  onClose: () => void;
}

/** A question to be asked anew, in its place: it becomes a branch beside it. What was written is there when one comes back. */
export function Editor({ message, onAsk, onClose }: Props) {
  const [text, setText] = useState(edits.get(message.id) ?? wordsOf(message));
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const box = area.current!;
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
  }, []);
  useLayoutEffect(() => {
    const box = area.current!;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
    edits.set(message.id, text);
  }, [message.id, text]);
  function leave() {
    const article = area.current?.closest("article");
    onClose();
    article?.focus({ preventScroll: true });
  }
  function send() {
    if (text.trim() === "") return;
    leave();
    onAsk(text.trim());
  }
  return (
    <form
      className="editor"
      aria-label="Edit the question"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={area}
        aria-label="Question"
        dir="auto"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const action = actionOf("composer", event);
          if (action !== "send" && action !== "cancel") return;
          event.preventDefault();
          event.stopPropagation();
          if (action === "send") send();
          else leave();
        }}
      />
      <div className="editor-foot">
        <span className="muted">The answer becomes a version beside the one that is there.</span>
        <button type="button" onClick={leave}>
          Cancel
        </button>
        <button className="primary" disabled={text.trim() === ""}>
          Ask
        </button>
      </div>
    </form>
  );
}
