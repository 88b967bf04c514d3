import { useState } from "react";
import { api, of, type Schema } from "../api/client";
import { signedIn } from "../app/session";
import { hasPasskeys } from "../auth/passkey";
import { dialog } from "../app/dialogs";
import { fullTime, when } from "../ui/format";
import { say } from "../ui/toasts";
import { allOf, Form, Once, Section, useList, Wrong } from "./parts";
import { Current } from "./Profile";

/** Passkeys, which stand for password and code at once. */
export function Passkeys() {
  const [named, setNamed] = useState<string | null>(null);
  const { items, wrong, again } = useList(() => allOf((cursor) => of(api.GET("/api/auth/passkeys", { params: { query: { limit: 200, ...cursor } } }))));

  async function add(said: FormData) {
    const asked = await of(api.POST("/api/auth/passkeys/options", { body: { current_password: String(said.get("password")) } }));
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.public_key as unknown as PublicKeyCredentialCreationOptionsJSON);
    let made: PublicKeyCredential;
    try {
      made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    } catch (failure) {
      if (failure instanceof DOMException && failure.name === "NotAllowedError") throw new Error("No passkey was made. Passkeys belong to one address: on this machine, open the page at localhost.");
      if (failure instanceof DOMException && failure.name === "InvalidStateError") throw new Error("This device has a passkey for you already.");
      throw failure;
    }
    const body = { name: String(said.get("name")).trim(), credential: made.toJSON() as Record<string, never> };
    await of(api.POST("/api/auth/passkeys", { body }));
    say("From now on this passkey lets you in.");
    await again();
  }

  const remove = (one: Schema["PasskeyView"]) =>
    dialog.set({
      name: "confirm",
      title: `Remove “${one.name}”?`,
      text: "It does not let you in any more. The device may go on offering it until you delete it there too.",
      yes: "Remove",
      run: async () => {
        await of(api.DELETE("/api/auth/passkeys/{id}", { params: { path: { id: one.id } } }));
        say(`“${one.name}” is removed.`);
        await again();
      },
    });

  async function rename(one: Schema["PasskeyView"], name: string) {
    const write = (name: string) => of(api.PATCH("/api/auth/passkeys/{id}", { params: { path: { id: one.id } }, body: { name } })).then(again);
    await write(name);
    setNamed(null);
    say(`It is called “${name}” now.`, { undo: () => write(one.name) });
  }

  return (
    <Section title="Passkeys">
      <Wrong text={wrong} />
      {items?.length === 0 && <p className="muted">You have none.</p>}
      <ul className="rows">
        {items?.map((one) => (
          <li key={one.id}>
            <div>
              {named === one.id ? (
                <Form label={`Another name for ${one.name}`} yes="Rename" onCancel={() => setNamed(null)} run={(said) => rename(one, String(said.get("name")).trim())}>
                  <label>
                    Name
                    <input name="name" defaultValue={one.name} maxLength={100} required autoFocus dir="auto" />
                  </label>
                </Form>
              ) : (
                <p dir="auto">{one.name}</p>
              )}
              <p className="muted hint">
                for {one.host}
                {one.synced && ", on several devices"}; <span title={fullTime(one.used_at)}>{one.used_at ? `last used ${when(one.used_at)}` : "not used yet"}</span>
              </p>
            </div>
            {named !== one.id && (
              <button onClick={() => setNamed(one.id)}>
                Rename<span className="sr"> {one.name}</span>
              </button>
            )}
            <button onClick={() => remove(one)}>
              Remove<span className="sr"> {one.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {hasPasskeys ? (
        <details>
          <summary>Add a passkey</summary>
          <Form label="Add a passkey" yes="Add it" run={add}>
            <label>
              Name
              <input name="name" maxLength={100} placeholder="This laptop" required dir="auto" />
            </label>
            <Current />
          </Form>
        </details>
      ) : (
        <p className="muted">This browser makes no passkeys here.</p>
      )}
    </Section>
  );
}

/** A code of an authenticator app, asked for after the password. */
export function SecondFactor({ user }: { user: Schema["UserView"] }) {
  const [asked, setAsked] = useState<Schema["SecretView"] | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const look = async () => signedIn(await of(api.GET("/api/auth/me")));

  if (codes) {
    return (
      <Section title="Second factor">
        <Once text={codes.join("\n")} hint="Without the app, each of these codes lets you in once. They are shown this once: keep them now." onDone={() => setCodes(null)} />
      </Section>
    );
  }
  return (
    <Section title="Second factor">
      {user.second_factor ? (
        <>
          <p>After the password, a code of your authenticator app is asked for.</p>
          <details>
            <summary>Ask for no code any more</summary>
            <Form
              label="Remove the second factor"
              yes="Remove it"
              danger
              run={async (said) => {
                await of(api.POST("/api/auth/second-factor/remove", { body: { current_password: String(said.get("password")) } }));
                await look();
                say("No code is asked for any more, and every other session has ended.");
              }}
            >
              <Current />
            </Form>
          </details>
        </>
      ) : asked ? (
        <Form
          label="Show a code"
          yes="Turn it on"
          onCancel={() => setAsked(null)}
          run={async (said) => {
            const answer = await of(api.POST("/api/auth/second-factor/confirm", { body: { code: String(said.get("code")).replace(/\s/g, "") } }));
            setAsked(null);
            setCodes(answer.recovery_codes);
            await look();
          }}
        >
          <p>
            Put this secret into your authenticator app, or <a href={asked.uri}>open the app with it</a>; then write the code that it shows.
          </p>
          <p>
            <code className="secret">{asked.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
          </p>
          <label>
            Code
            <input name="code" autoComplete="one-time-code" inputMode="numeric" spellCheck={false} required autoFocus />
          </label>
        </Form>
      ) : (
        <details>
          <summary>Ask for a code of an authenticator app too</summary>
          <Form label="Add a second factor" yes="Go on" run={async (said) => setAsked(await of(api.POST("/api/auth/second-factor", { body: { current_password: String(said.get("password")) } })))}>
            <Current />
          </Form>
        </details>
      )}
    </Section>
  );
}
