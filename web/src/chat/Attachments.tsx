import { useStore } from "../app/store";
import { bytes } from "../ui/format";
import { Icon } from "../ui/Icon";
import { attachedTo, detach, of } from "./attached";

/** The files that go with the next question. */
export function Attachments({ draft }: { draft: string }) {
  const items = of(useStore(attachedTo), draft);
  if (items.length === 0) return null;
  return (
    <ul className="attached" aria-label="Files">
      {items.map((one) => (
        <li key={one.key} className={one.wrong ? "wrong" : undefined}>
          {one.image ? <img src={`/api/files/${one.id}/content`} alt="" /> : <Icon name="file" />}
          <span className="attached-name" dir="auto">{one.name}</span>
          {one.wrong ? (
            <span role="alert">{one.wrong}</span>
          ) : one.id === null ? (
            <progress aria-label={`Sending ${one.name}`} />
          ) : (
            <span className="muted number">{bytes(one.size)}</span>
          )}
          <button type="button" className="plain" onClick={() => detach(draft, one)}>
            <Icon name="close" />
            <span className="sr">Remove {one.name}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
