import { memo, useEffect, useRef } from "react";
import { fullTime, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { mark } from "./highlight";
import { Streaming } from "../chat/Streaming";
import type { Turn } from "../chat/turns";
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
  /** It is being written. */
  turn: Turn | undefined;
}

const states: Record<string, string> = {
  interrupted: "This answer was interrupted.",
  stopped: "This answer was stopped.",
  failed: "This answer failed.",
  streaming: "This answer is being written.",
  pending: "This answer has not begun.",
};

export const MessageItem = memo(({ step, message, model, words, aimed, onBranch, turn }: Props) => {
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
        {step.siblings.length > 1 && <Branches step={step} onBranch={onBranch} />}
      </header>
      <div ref={box} className="body">
        {turn ? <Streaming turn={turn} /> : <Body message={message} whole={aimed} />}
      </div>
      {!turn && states[message.status] && <p className="muted state">{states[message.status]}</p>}
    </div>
  );
});
MessageItem.displayName = "MessageItem";

function Branches({ step, onBranch }: Pick<Props, "step" | "onBranch">) {
  const go = (by: number) => {
    const to = step.siblings[step.sibling + by];
    if (to !== undefined) onBranch(step, to);
  };
  return (
    <span className="branches" role="group" aria-label="Versions">
      <button className="plain" disabled={step.sibling === 0} onClick={() => go(-1)}>
        <Icon name="left" />
        <span className="sr">Version before</span>
      </button>
      <span>
        {step.sibling + 1}/{step.siblings.length}
      </span>
      <button className="plain" disabled={step.sibling === step.siblings.length - 1} onClick={() => go(1)}>
        <Icon name="right" />
        <span className="sr">Next version</span>
      </button>
    </span>
  );
}
