import { useState } from "react";
import { messageOf, type Schema } from "../api/client";
import { consent, type Consent, type Turn } from "../chat/turns";
import { when } from "../ui/format";
import { Icon } from "../ui/Icon";

/** What tools ask before they are called. Nothing is called unless somebody says so here, or in another tab. */
export const Consents = ({ turn }: { turn: Turn }) =>
  turn.consents.map((asked) => (
    <Ask key={asked.id} turn={turn} asked={asked} input={turn.tools.findLast((tool) => tool.id === asked.call)?.input ?? ""} />
  ));

interface Props {
  turn: Turn;
  asked: Consent;
  input: string;
}

function Ask({ turn, asked, input }: Props) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  async function say(answer: Schema["ConsentRequest"]) {
    setBusy(true);
    setWrong("");
    try {
      await consent(turn, asked, answer);
      // The question goes when the turn says that it was answered; focus does not go with it.
      document.querySelector<HTMLElement>(".composer textarea")?.focus();
    } catch (failure) {
      setWrong(messageOf(failure));
    }
    setBusy(false);
  }
  return (
    <section className="consent" aria-label={`${asked.name} asks`}>
      <p role="alert">
        <Icon name="tool" /> The model wants to call <strong>{asked.name}</strong> of <strong dir="auto">{asked.server}</strong>.{" "}
        {asked.writes ? "It may change something." : "It only reads."}
      </p>
      {asked.description && (
        <p className="muted" dir="auto">
          {asked.description}
        </p>
      )}
      {input !== "" && input !== "{}" && (
        <pre tabIndex={0} role="region" aria-label="What it is called with" dir="ltr">
          {input}
        </pre>
      )}
      <div className="consent-answers">
        <button disabled={busy} className="primary" onClick={() => void say({ allow: true, remember: "once" })}>
          Allow once
        </button>
        <button disabled={busy} onClick={() => void say({ allow: true, remember: "conversation" })}>
          Allow in this conversation
        </button>
        {!asked.writes && (
          <button disabled={busy} onClick={() => void say({ allow: true, remember: "always" })}>
            Allow always
          </button>
        )}
        <button disabled={busy} onClick={() => void say({ allow: false })}>
          Refuse
        </button>
        {asked.until && <span className="muted">Without an answer by {when(asked.until)} it is not called.</span>}
      </div>
      {wrong && (
        <p className="wrong" role="alert">
          {wrong}
        </p>
      )}
    </section>
  );
}
