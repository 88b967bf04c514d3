import { api, of, type Schema } from "../api/client";
import { signedIn } from "../app/session";
import { say } from "../ui/toasts";
import { Form, Section } from "./parts";

/** Shortest password (S8). */
const shortest = 12;

/** Who one is: name, address, password. */
export const Profile = ({ user }: { user: Schema["UserView"] }) => (
  <Section title="Profile">
    <Form
      label="Name"
      yes="Save"
      run={async (said) => {
        signedIn(await of(api.PATCH("/api/auth/me", { body: { name: String(said.get("name")).trim() } })));
        say("Your name is changed.");
      }}
    >
      <label>
        Name
        <input key={user.name} name="name" defaultValue={user.name} autoComplete="name" maxLength={200} required dir="auto" />
      </label>
    </Form>
    <details>
      <summary>Change the e-mail address{user.email ? ` (${user.email})` : ""}</summary>
      <Form
        label="E-mail address"
        yes="Change it"
        run={async (said) => {
          const body = { email: String(said.get("email")).trim(), current_password: String(said.get("password")) };
          signedIn(await of(api.POST("/api/auth/email", { body })));
          say("Your address is changed, and every other session has ended.");
        }}
      >
        <label>
          New address
          <input name="email" type="email" autoComplete="email" required />
        </label>
        <Current />
      </Form>
    </details>
    <details>
      <summary>Change the password</summary>
      <Form
        label="Password"
        yes="Change it"
        run={async (said) => {
          const body = { current_password: String(said.get("password")), new_password: String(said.get("new_password")) };
          await of(api.POST("/api/auth/password", { body }));
          say("Your password is changed, and every other session has ended.");
        }}
      >
        <Current />
        <label>
          New password
          <input name="new_password" type="password" autoComplete="new-password" minLength={shortest} required />
          <span className="muted hint">At least {shortest} characters.</span>
        </label>
      </Form>
    </details>
  </Section>
);

/** Who changes how one signs in shows that it is them. */
export const Current = () => (
  <label>
    Current password
    <input name="password" type="password" autoComplete="current-password" required />
  </label>
);
