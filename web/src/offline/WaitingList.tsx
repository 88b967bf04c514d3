import { messageOf } from "../api/client";
import { Link, navigate } from "../app/router";
import { useStore } from "../app/store";
import { when } from "../ui/format";
import { say } from "../ui/toasts";
import { blocked, type Waiting } from "./queue";
import { device, sending } from "./state";
import { discard, edit, sendAgain } from "./waiting";
import "../styles/offline.css";

/** Messages that wait to be sent: those of a conversation, or all of them. */
export default function WaitingList({ conversation }: { conversation: string | null }) {
  const all = useStore(device)?.waiting ?? [];
  const items = all.filter((item) => conversation === null || item.body.conversation_id === conversation);
  const behind = blocked(all);
  if (items.length === 0) return null;
  return (
    <section className="waiting-messages" aria-label="Waiting to be sent">
      <h2>Waiting to be sent</h2>
      <ul>
        {items.map((item) => (
          <One key={item.key} item={item} behind={behind.has(item.key)} placed={conversation === null} />
        ))}
      </ul>
    </section>
  );
}

function One({ item, behind, placed }: { item: Waiting; behind: boolean; placed: boolean }) {
  const id = item.body.conversation_id;
  const head = useStore(device)?.kept.find((one) => one.id === id)?.head;
  const going = useStore(sending) === item.key;
  const begin = (work: Promise<unknown>) => void work.catch((failure: unknown) => say(messageOf(failure), { wrong: true }));
  async function back() {
    await edit(item.key);
    navigate(item.body.conversation_id ? `/c/${item.body.conversation_id}` : "/");
  }
  return (
    <li>
      {placed && id && (
        <p className="muted">
          In{" "}
          <Link className="link" to={`/c/${id}`}>
            {head?.title ?? "a conversation"}
          </Link>
        </p>
      )}
      <p className="waiting-words" dir="auto">
        {item.body.message}
      </p>
      {item.refused === null ? (
        <p className="muted" role="status">
          {going ? "Being sent…" : behind ? "Waits behind a message that was refused." : item.tried === null ? "Waits until the server answers." : "It was sent without an answer, and is sent again once the server is there; it is kept only once."}
        </p>
      ) : (
        <p className="wrong" role="alert">
          Not sent: {item.refused}
        </p>
      )}
      <div className="waiting-foot">
        <time dateTime={new Date(item.written).toISOString()}>{when(new Date(item.written).toISOString())}</time>
        <button disabled={going} onClick={() => begin(back())}>
          Edit
        </button>
        <button disabled={going} onClick={() => begin(discard(item.key))}>
          Discard
        </button>
        {item.refused !== null && <button onClick={() => begin(sendAgain(item.key))}>Send again</button>}
      </div>
    </li>
  );
}
