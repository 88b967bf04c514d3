import { useEffect, useRef, useState, type FormEvent } from "react";
import { api, ApiError, isAbort, messageOf, of, type Schema } from "../api/client";
import { navigate, usePlace } from "../app/router";
import { signedIn } from "../app/session";
import { useStore } from "../app/store";
import { atDoor } from "../offline/state";
import { plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { hasPasskeys, signInByPasskey } from "./passkey";

/** The door: address and password, a code where a second factor is asked for, a passkey, a provider. */
export default function SignIn({ config }: { config: Schema["ConfigAnswer"] }) {
  const { path, query } = usePlace();
  const waiting = useStore(atDoor);
  const [asksCode, setAsksCode] = useState(false);
  const [recovery, setRecovery] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const [shown, setShown] = useState(false);
  const alert = useRef<HTMLParagraphElement>(null);
  const code = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = "Sign in · Parley";
    // Where somebody was going is where they come to.
    if (path !== "/signin") {
      const back = path === "/" ? "" : `?${new URLSearchParams({ return: path + location.search })}`;
      navigate(`/signin${back}`, { replace: true });
    }
  }, [path]);
  useEffect(() => {
    if (wrong) alert.current?.focus();
  }, [wrong]);
  useEffect(() => {
    if (asksCode) code.current?.focus();
  }, [asksCode, recovery]);

  async function attempt(work: () => Promise<Schema["TokenAnswer"]>) {
    setBusy(true);
    setWrong("");
    try {
      signedIn((await work()).user);
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === "second-factor" && !asksCode) setAsksCode(true);
      else if (!isAbort(failure)) setWrong(messageOf(failure));
      setBusy(false);
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { email: String(form.get("email")), password: String(form.get("password")), cookie: true };
    const shownCode = String(form.get("code") ?? "").replace(/\s/g, "");
    void attempt(() => of(api.POST("/api/auth/signin", { body: asksCode ? { ...body, code: shownCode } : body })));
  }

  const back = query.get("return") ?? "/";
  return (
    <main className="door" id="main">
      <h1 className="wordmark">Parley</h1>
      {waiting > 0 && <p role="status">{plural(waiting, "message waits", "messages wait")} on this device to be sent once the account they were written in signs in again. If another one does, they are deleted.</p>}
      <form className="stack" onSubmit={submit} aria-label="Sign in">
        {wrong && (
          <p className="wrong" role="alert" ref={alert} tabIndex={-1}>
            {wrong}
          </p>
        )}
        <div hidden={asksCode} className="stack">
          <label>
            E-mail address
            <input name="email" type="email" autoComplete="username" required autoFocus />
          </label>
          <label>
            Password
            <span className="with-button">
              <input name="password" type={shown ? "text" : "password"} autoComplete="current-password" required />
              <button type="button" className="plain" aria-pressed={shown} onClick={() => setShown(!shown)}>
                {shown ? "Hide" : "Show"}
              </button>
            </span>
          </label>
        </div>
        {asksCode && (
          <>
            <label>
              {recovery ? "Recovery code" : "Code from the authenticator app"}
              <input
                key={recovery ? "recovery" : "code"}
                ref={code}
                name="code"
                autoComplete="one-time-code"
                inputMode={recovery ? "text" : "numeric"}
                spellCheck={false}
                required
              />
            </label>
            <button type="button" className="link" onClick={() => setRecovery(!recovery)}>
              {recovery ? "Use a code from the app" : "Use a recovery code"}
            </button>
          </>
        )}
        <button className="primary" disabled={busy}>
          {busy ? "Signing in…" : asksCode ? "Go on" : "Sign in"}
        </button>
        {asksCode && (
          <button type="button" className="link" onClick={() => (setAsksCode(false), setWrong(""))}>
            Somebody else
          </button>
        )}
      </form>
      {!asksCode && (hasPasskeys || config.oidc_name) && (
        <div className="stack others">
          {hasPasskeys && (
            <button disabled={busy} onClick={() => void attempt(signInByPasskey)}>
              <Icon name="key" />
              With a passkey
            </button>
          )}
          {config.oidc_name && (
            <a className="button" href={`/api/auth/oidc/start?${new URLSearchParams({ return: back })}`}>
              {config.oidc_name}
            </a>
          )}
        </div>
      )}
    </main>
  );
}
