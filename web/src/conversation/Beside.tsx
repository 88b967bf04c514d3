import { useEffect, useId, useState, useSyncExternalStore, type KeyboardEvent } from "react";
import { useStore } from "../app/store";
import { besides, keep, settle, sideBySide } from "../chat/beside";
import { Streaming } from "../chat/Streaming";
import { Icon } from "../ui/Icon";
import { Body } from "./parts";
import { pathOf, type Step, type Tree } from "./tree";
import type { useConversation } from "./useConversation";

interface Props extends Pick<ReturnType<typeof useConversation>, "message" | "want"> {
  conversation: string;
  tree: Tree;
  step: Step;
  /** Where the active path ends now. */
  leaf: string | null;
  own: boolean;
  /** Has the conversation show what follows that answer. */
  onKept: (answer: string) => void;
}

/** Columns that are shown at most; the last ones. */
const most = 8;

const narrow = matchMedia("(max-width: 47.9375rem)");
const followWidth = (call: () => void) => {
  narrow.addEventListener("change", call);
  return () => narrow.removeEventListener("change", call);
};

/** All answers to a question, each in a column, as they come; where it is narrow, by tabs. One is kept. */
export function Beside({ conversation, tree, step, leaf, own, message, want, onKept }: Props) {
  const running = useStore(besides);
  const tabs = useSyncExternalStore(followWidth, () => narrow.matches);
  const answers = step.siblings.slice(-most);
  const [shown, setShown] = useState(step.node.id);
  const chosen = answers.includes(shown) ? shown : answers[0]!;
  const id = useId();
  useEffect(() => want(answers.map((one) => tree.place.get(one)!)), [answers.join(), tree, want]);
  useEffect(() => {
    // What was being written stands in the message once that is read.
    for (const [of, turn] of running) {
      const known = message(of);
      if (turn.state === "ended" && known && known.status !== "pending" && known.status !== "streaming") settle(of);
    }
  });
  const nameOf = (answer: string, place: number) => message(answer)?.model ?? `Answer ${place + 1}`;

  function key(event: KeyboardEvent<HTMLElement>) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = answers[(answers.indexOf(chosen) + step + answers.length) % answers.length]!;
    setShown(to);
    document.getElementById(`${id}-tab-${to}`)?.focus();
  }

  return (
    <div className={tabs ? "beside tabbed" : "beside"}>
      <header>
        <h2 className="speaker">{answers.length} answers, side by side</h2>
        <button className="plain" data-action="beside" onClick={() => sideBySide.set(null)}>
          <Icon name="close" />
          One at a time
        </button>
      </header>
      {tabs && (
        <div role="tablist" aria-label="Answers" onKeyDown={key}>
          {answers.map((answer, place) => (
            <button key={answer} id={`${id}-tab-${answer}`} role="tab" aria-selected={answer === chosen} aria-controls={`${id}-${answer}`} tabIndex={answer === chosen ? 0 : -1} onClick={() => setShown(answer)}>
              <span dir="auto">{nameOf(answer, place)}</span>
            </button>
          ))}
        </div>
      )}
      <div className="beside-columns">
        {answers.map((answer, place) => {
          const known = message(answer);
          const turn = running.get(answer);
          const going = turn && turn.state !== "ended";
          const writing = turn && (going || !known || known.status === "pending" || known.status === "streaming");
          const ended = known && !going && known.status !== "pending" && known.status !== "streaming";
          return (
            <section
              key={answer}
              id={`${id}-${answer}`}
              hidden={tabs && answer !== chosen}
              aria-busy={Boolean(going)}
              {...(tabs ? { role: "tabpanel", "aria-labelledby": `${id}-tab-${answer}`, tabIndex: 0 } : { "aria-label": nameOf(answer, place) })}
            >
              {!tabs && (
                <h3 className="speaker" dir="auto">
                  {nameOf(answer, place)}
                </h3>
              )}
              <div className="body">{writing ? <Streaming turn={turn} before="" /> : known ? <Body message={known} whole={false} /> : null}</div>
              {turn?.wrong && (
                <p className="wrong" role="alert">
                  {turn.wrong}
                </p>
              )}
              {ended && known.status === "failed" && !turn?.wrong && <p className="muted">This answer failed.</p>}
              {own && ended && known.status !== "failed" && (
                <button
                  onClick={() => {
                    void keep(conversation, pathOf(tree, answer).at(-1)?.node.id ?? answer, leaf);
                    onKept(answer);
                  }}
                >
                  <Icon name="check" />
                  Keep this one
                  <span className="sr">, of {nameOf(answer, place)}</span>
                </button>
              )}
            </section>
          );
        })}
      </div>
    </div>
  );
}
