import { lazy, Suspense, useCallback, useEffect, useRef, useState, type FormEvent } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { session } from "../app/session";
import { useStore } from "../app/store";
import type { Item } from "../shell/conversations";
import { Dialog } from "../ui/Dialog";
import { fullTime, plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { say } from "../ui/toasts";
import { wordsToBlackOut } from "./redact";

const Grants = lazy(() => import("./Grants"));

const ends = [
  [1, "in a day"],
  [7, "in a week"],
  [30, "in 30 days"],
  [365, "in a year"],
] as const;

interface Props {
  item: Item;
  /** What is shared ends there; null: the path as it is shown. */
  message: string | null;
  onClose: () => void;
}

/** Links by which anybody reads a path as it is now: made, shown once, listed and revoked. */
export default function ShareDialog({ item, message, onClose }: Props) {
  const [links, setLinks] = useState<readonly Schema["ShareView"][] | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const { id } = item;
  const now = useStore(session);
  const [people, setPeople] = useState(false);

  const read = useCallback(async () => {
    try {
      setLinks((await of(api.GET("/api/conversations/{id}/share", { params: { path: { id }, query: { limit: 200 } } }))).items);
    } catch (failure) {
      setWrong(messageOf(failure));
    }
  }, [id]);
  useEffect(() => void read(), [read]);

  async function make(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get("ends"));
    const title = String(form.get("title")).trim();
    setBusy(true);
    setWrong("");
    try {
      const body: Schema["CreateShare"] = {
        ...(message !== null && { message_id: message }),
        ...(days > 0 && { expires_in_days: days }),
        ...(title !== "" && { title }),
        thinking: form.has("thinking"),
        tools: form.has("tools"),
        redact: wordsToBlackOut(String(form.get("redact"))),
      };
      const answer = await of(api.POST("/api/conversations/{id}/share", { params: { path: { id } }, body }));
      setMade(location.origin + answer.path);
      await read();
    } catch (failure) {
      setWrong(messageOf(failure));
    }
    setBusy(false);
  }

  async function revoke(share: Schema["ShareView"]) {
    setWrong("");
    try {
      await of(api.DELETE("/api/shares/{id}", { params: { path: { id: share.id } } }));
      say("The link opens nothing any more.");
      await read();
    } catch (failure) {
      setWrong(messageOf(failure));
    }
  }

  return (
    <Dialog title="Share" onClose={onClose}>
      {made !== null ? (
        <Made address={made} onMore={() => setMade(null)} />
      ) : (
        <form className="stack" onSubmit={(event) => void make(event)}>
          <p className="muted">
            Who has the link reads {message === null ? "what the conversation shows" : "the conversation up to that message"} as it is now. Files and hidden messages are not shown.
          </p>
          <label>
            Title
            <input name="title" maxLength={500} dir="auto" placeholder={item.title ?? "Untitled"} />
          </label>
          <label>
            Ends
            <select name="ends" defaultValue="30">
              {ends.map(([days, name]) => (
                <option key={days} value={days}>
                  {name}
                </option>
              ))}
              <option value="0">when it is revoked</option>
            </select>
          </label>
          <label>
            Words to black out
            <textarea name="redact" rows={2} dir="auto" aria-describedby="redact-hint" />
            <span id="redact-hint" className="muted hint">
              Names, addresses: one a line, wherever they stand, in any case.
            </span>
          </label>
          <div>
            <label className="check">
              <input type="checkbox" name="thinking" />
              <span>With what the model thought</span>
            </label>
            <label className="check">
              <input type="checkbox" name="tools" />
              <span>With tools and their results</span>
            </label>
          </div>
          <div className="dialog-foot">
            <button type="button" onClick={onClose}>
              Cancel
            </button>
            <button className="primary" disabled={busy}>
              Make a link
            </button>
          </div>
        </form>
      )}
      {wrong && (
        <p className="wrong" role="alert">
          {wrong}
        </p>
      )}
      {links !== null && links.length > 0 && (
        <section className="links">
          <h3>{plural(links.length, "link", "links")} of this conversation</h3>
          <ul>
            {links.map((share) => (
              <One key={share.id} share={share} onRevoke={() => void revoke(share)} />
            ))}
          </ul>
        </section>
      )}
      {now.state === "in" && !now.config.single_user && (
        <section className="links">
          {people ? (
            <>
              <h3>Others with an account here</h3>
              <Suspense fallback={null}>
                <Grants id={id} />
              </Suspense>
            </>
          ) : (
            <button className="link" onClick={() => setPeople(true)}>
              Let others with an account here see it
            </button>
          )}
        </section>
      )}
    </Dialog>
  );
}

function Made({ address, onMore }: { address: string; onMore: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const copy = () =>
    navigator.clipboard.writeText(address).then(
      () => say("The link is copied."),
      () => field.current?.select(),
    );
  return (
    <div className="stack made">
      <label>
        The link, shown this once
        <input ref={field} readOnly value={address} />
      </label>
      <div className="dialog-foot">
        <button onClick={onMore}>Make another</button>
        <a className="button" href={address} target="_blank" rel="noopener">
          Open
        </a>
        <button className="primary" onClick={() => void copy()}>
          <Icon name="copy" />
          Copy
        </button>
      </div>
    </div>
  );
}

/** Revoking cannot be undone: it is pressed twice. */
function One({ share, onRevoke }: { share: Schema["ShareView"]; onRevoke: () => void }) {
  const [sure, setSure] = useState(false);
  return (
    <li>
      <span>
        Made {fullTime(share.created_at)}, {plural(share.message_count, "message", "messages")},{" "}
        {share.ended ? "ended" : share.expires_at ? `ends ${fullTime(share.expires_at)}` : "without an end"}
      </span>
      <button className={sure ? "danger" : ""} onClick={() => (sure ? onRevoke() : setSure(true))} onBlur={() => setSure(false)}>
        {sure ? "Really revoke" : "Revoke"}
      </button>
    </li>
  );
}
