import { memo, useEffect, useRef, useState } from "react";
import { Editor } from "../actions/Editor";
import { MessageTools, Reactions } from "../actions/MessageTools";
import type { Acts } from "../actions/messages";
import { fullTime, when } from "../ui/format";
import { toldOf } from "../chat/context";
import { Icon } from "../ui/Icon";
import { mark } from "./highlight";
import { Streaming } from "../chat/Streaming";
import type { Turn } from "../chat/turn";
import { Body } from "./parts";
import type { Step } from "./tree";
import type { Message } from "./useConversation";

interface Props {
  step: Step;
  message: Message;
  /** Who answers, where the message itself does not say. */
  model: string;
  words: readonly string[];
  /** It is the one that was asked for. */
  aimed: boolean;
  onBranch: (from: Step, to: string) => void;
  /** Shows all answers to its question at once. */
  onBeside: (step: Step) => void;
  /** It is being written. */
  turn: Turn | undefined;
  /** Some answer of the conversation is being written: another is not begun meanwhile. */
  busy: boolean;
  acts: Acts | null;
  /** Nothing is below it. */
  last: boolean;
}

const states: Record<string, string> = {
  interrupted: "This answer was interrupted.",
  stopped: "This answer was stopped.",
  failed: "This answer failed.",
  streaming: "This answer is being written.",
  pending: "This answer has not begun.",
};

export const MessageItem = memo(({ step, message, model, words, aimed, onBranch, onBeside, turn, busy, acts, last }: Props) => {
  const [editing, setEditing] = useState(false);
  const unfinished = message.status === "pending" || message.status === "streaming";
  // A turn that is taken up tells what comes; what an answer said before it went on stands in the message.
  const before = turn ? turn.before || (unfinished ? message.content : "") : "";
  const context = turn?.context ?? message.context;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (box.current ? mark(box.current, words) : undefined), [words, message]);
  const speaker = { user: "You", assistant: message.model ?? model, system: "System", tool: "Tool" }[message.role];
  return (
    <div className={`message ${message.role}${aimed ? " aimed" : ""}`}>
      <header>
        <h2 className="speaker">{speaker}</h2>
        <time dateTime={message.created_at ?? undefined} title={fullTime(message.created_at)}>
          {when(message.created_at)}
        </time>
        {step.siblings.length > 1 && <Branches step={step} onBranch={onBranch} onBeside={onBeside} />}
        {acts && <MessageTools message={message} acts={busy ? { ...acts, ask: null } : acts} busy={turn !== undefined} onEdit={() => setEditing(true)} />}
      </header>
      {editing && acts?.ask ? (
        <Editor message={message} onAsk={(text) => acts.ask?.edit(message, text)} onClose={() => setEditing(false)} />
      ) : (
        <div ref={box} className="body">
          {turn ? <Streaming turn={turn} before={before} /> : <Body message={message} whole={aimed} />}
        </div>
      )}
      {context && <p className="muted told">{toldOf(context)}</p>}
      {!turn && <State message={message} acts={busy ? null : acts} last={last} />}
      {!turn && <Reactions message={message} acts={acts} />}
    </div>
  );
});
MessageItem.displayName = "MessageItem";

/** How an answer ended where it did not end well, and what can be done about it; a question without an answer too. */
function State({ message, acts, last }: { message: Message; acts: Acts | null; last: boolean }) {
  const cut = message.role === "assistant" && (message.status === "interrupted" || message.status === "stopped" || /^(length|max_tokens|max_output_tokens)$/i.test(message.finish ?? ""));
  const alone = last && message.role === "user" && message.status === "complete";
  const said = states[message.status] ?? (cut ? "This answer reached its limit." : alone && acts?.ask ? "This question has no answer." : null);
  if (said === null) return null;
  return (
    <p className="muted state">
      {said}
      {acts?.ask && cut && (
        <button data-action="goOn" onClick={() => acts.ask!.goOn(message)}>
          <Icon name="play" />
          Go on
        </button>
      )}
      {acts?.ask && (alone || message.status === "failed") && (
        <button data-action="again" onClick={() => acts.ask!.again(message)}>
          <Icon name="again" />
          {alone ? "Answer it" : "Try again"}
        </button>
      )}
    </p>
  );
}

function Branches({ step, onBranch, onBeside }: Pick<Props, "step" | "onBranch" | "onBeside">) {
  const go = (by: number) => {
    const to = step.siblings[step.sibling + by];
    if (to !== undefined) onBranch(step, to);
  };
  return (
    <span className="branches" role="group" aria-label="Versions">
      <button className="plain" data-action="versionBefore" disabled={step.sibling === 0} onClick={() => go(-1)}>
        <Icon name="left" />
        <span className="sr">Version before</span>
      </button>
      <span>
        {step.sibling + 1}/{step.siblings.length}
      </span>
      <button className="plain" data-action="versionNext" disabled={step.sibling === step.siblings.length - 1} onClick={() => go(1)}>
        <Icon name="right" />
        <span className="sr">Next version</span>
      </button>
      {step.node.role === "assistant" && (
        <button className="plain" data-action="beside" title="Side by side" onClick={() => onBeside(step)}>
          <Icon name="columns" />
          <span className="sr">All versions side by side</span>
        </button>
      )}
    </span>
  );
}
