import { useEffect } from "react";
import { session } from "../app/session";
import { useStore } from "../app/store";
import { useList } from "../settings/parts";
import { Notice } from "../ui/Notice";
import { Audit } from "./Audit";
import { Groups } from "./Groups";
import { Health } from "./Health";
import { Prices } from "./Prices";
import { ToolServers } from "./ToolServers";
import { Upstreams } from "./Upstreams";
import { readUsers, Users } from "./Users";
import "../styles/settings.css";

/** With the accounts, by the names they have now. */
function Looked({ own, single }: { own: string; single: boolean }) {
  const users = useList(readUsers);
  return (
    <>
      <Health />
      <Upstreams users={single ? null : users.items} />
      <Prices />
      <ToolServers />
      {!single && (
        <>
          <Users own={own} {...users} />
          <Groups users={users.items} />
          <Audit users={users.items} />
        </>
      )}
    </>
  );
}

/** What admins look after: how the server is, model servers, accounts, who did what. */
export default function AdminView() {
  const now = useStore(session);
  useEffect(() => {
    document.title = "Administration · Parley";
  }, []);
  if (now.state !== "in") return null;
  if (now.user.role !== "admin") {
    return (
      <main className="main" id="main" tabIndex={-1}>
        <Notice title="This is for admins">
          <p>Your account is not one.</p>
        </Notice>
      </main>
    );
  }
  return (
    <main className="main settings" id="main" tabIndex={-1}>
      <div className="column">
        <h1>Administration</h1>
        <Looked own={now.user.id} single={now.config.single_user} />
      </div>
    </main>
  );
}
