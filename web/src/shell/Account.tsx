import { useEffect, useRef, useState } from "react";
import { messageOf, type Schema } from "../api/client";
import { Link } from "../app/router";
import { signOut } from "../app/session";
import { useStore } from "../app/store";
import { dialog } from "../app/dialogs";
import { device } from "../offline/state";
import { theme, themes, type Theme } from "../app/theme";
import { plural } from "../ui/format";
import { Icon, type IconName } from "../ui/Icon";

const looks: Record<Theme, [IconName, string]> = { system: ["screen", "As the system"], light: ["sun", "Light"], dark: ["moon", "Dark"] };

/** Who is signed in, how the page looks, and the way out. */
export function Account({ user, config }: { user: Schema["UserView"]; config: Schema["ConfigAnswer"] }) {
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState("");
  const chosen = useStore(theme);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => box.current?.contains(event.target as Node) || setOpen(false);
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    addEventListener("pointerdown", outside);
    addEventListener("keydown", key);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("keydown", key);
    };
  }, [open]);

  /** What waits to be sent goes with all else that this device keeps: that is asked first. */
  function leave() {
    const waiting = device.get()?.waiting.length ?? 0;
    if (waiting === 0) return void signOut().catch((failure: unknown) => setWrong(messageOf(failure)));
    setOpen(false);
    const text = `${plural(waiting, "message waits", "messages wait")} to be sent. Signing out deletes what this device keeps, and them with it.`;
    dialog.set({ name: "confirm", title: "Sign out?", text, yes: "Sign out", run: signOut });
  }

  const name = config.single_user ? "Settings" : user.name;
  return (
    <div className="account" ref={box}>
      <button ref={button} className="plain" aria-expanded={open} aria-controls="account" onClick={() => setOpen(!open)} title={user.email ?? undefined}>
        <span className="who">{name}</span>
      </button>
      {open && (
        <div id="account" className="popover" role="group" aria-label={name}>
          {user.email && <p className="muted">{user.email}</p>}
          <fieldset className="segments">
            <legend>Appearance</legend>
            {themes.map((one) => (
              <label key={one} title={looks[one][1]}>
                <input type="radio" name="theme" checked={chosen === one} onChange={() => theme.set(one)} />
                <Icon name={looks[one][0]} />
                <span className="sr">{looks[one][1]}</span>
              </label>
            ))}
          </fieldset>
          <Link className="button" to="/settings" onClick={() => setOpen(false)}>
            {config.single_user ? "All settings" : "Settings"}
          </Link>
          {user.role === "admin" && (
            <Link className="button" to="/admin" onClick={() => setOpen(false)}>
              Administration
            </Link>
          )}
          <p className="muted">
            Parley {config.version}, <a href="/docs">API</a>
          </p>
          {!config.single_user && (
            <button onClick={leave}>
              <Icon name="out" />
              Sign out
            </button>
          )}
          {wrong && <p role="alert">{wrong}</p>}
        </div>
      )}
    </div>
  );
}
