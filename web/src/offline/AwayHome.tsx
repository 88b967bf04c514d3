import { Link } from "../app/router";
import { useStore } from "../app/store";
import { when } from "../ui/format";
import { device } from "./state";
import "../styles/offline.css";

/** What can be read while the server is away. */
export default function AwayHome() {
  const kept = useStore(device)?.kept ?? [];
  return (
    <div className="column">
      <h1>Kept on this device</h1>
      <p className="muted">The server does not answer. These conversations can be read and searched meanwhile.</p>
      <ul className="plain-list">
        {kept.map(({ id, head }) => (
          <li key={id}>
            <Link to={`/c/${id}`}>
              <span dir="auto">{head.title ?? head.last_message_preview ?? "Untitled"}</span>
              <span className="number">{when(head.updated_at ?? head.created_at)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
