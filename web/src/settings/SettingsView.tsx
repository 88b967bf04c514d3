import { useEffect } from "react";
import { session } from "../app/session";
import { useStore } from "../app/store";
import { Device } from "./Device";
import { Passkeys, SecondFactor } from "./Factors";
import { Keys } from "./Keys";
import { Memories } from "./Memories";
import { Profile } from "./Profile";
import { Prompts } from "./Prompts";
import { Quotas } from "./Quotas";
import { Sessions } from "./Sessions";
import "../styles/settings.css";

/** What is one's own: who one is, how one signs in, what programs may do, what one asks often. */
export default function SettingsView() {
  const now = useStore(session);
  useEffect(() => {
    document.title = "Settings · Parley";
  }, []);
  if (now.state !== "in") return null;
  return (
    <main className="main settings" id="main" tabIndex={-1}>
      <div className="column">
        <h1>Settings</h1>
        {!now.config.single_user && <Profile user={now.user} />}
        <Prompts />
        <Memories />
        <Device user={now.user} config={now.config} />
        <Quotas />
        {!now.config.single_user && (
          <>
            <Sessions />
            <SecondFactor user={now.user} />
            <Passkeys />
            <Keys admin={now.user.role === "admin"} />
          </>
        )}
      </div>
    </main>
  );
}
