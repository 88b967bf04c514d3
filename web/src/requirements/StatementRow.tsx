import { memo } from "react";
import type { Schema } from "../api/client";
import { Link } from "../app/router";
import { addressOf, percent, priorities, statuses, types, type Statement } from "./names";
import { Words } from "./parts";

interface Props {
  one: Statement;
  before: Statement | undefined;
  onChange: (one: Statement, change: Schema["ChangeStatement"]) => void;
}

const deepest = 4;

/** A statement as it stands in its text; in the margin what it is, how surely and why. */
export const StatementRow = memo(({ one, before, onChange }: Props) => (
  <article className={`statement ${one.form}`} aria-label={`Statement ${one.number}, ${types[one.type]}`}>
    <span className="number">{one.number}</span>
    <Body one={one} under={before === undefined && one.form !== "heading" ? one.headings.at(-1) : undefined} />
    <div className="margin">
      <div className="choices-line">
        <Choice label={`Type of statement ${one.number}`} names={types} value={one.type} by={one.type_by} onChange={(type) => onChange(one, { type })} />
        <Choice label={`Priority of statement ${one.number}`} names={priorities} value={one.priority} by={one.priority_by} onChange={(priority) => onChange(one, { priority })} />
        <Choice label={`Status of statement ${one.number}`} names={statuses} value={one.status} by={one.status_by} onChange={(status) => onChange(one, { status })} />
      </div>
      <p className="why">
        {one.type_by === "person" ? <span className="badge">type chosen by a person</span> : <Sure share={one.type_confidence} />} {one.type_by === "rules" && one.type_reason}{" "}
        {one.priority_by === "person" && <span className="badge">priority chosen</span>} {one.status_by === "person" && <span className="badge">status chosen</span>}
        <Link className="link" to={addressOf(one.document_id, "links", { at: one.id })}>
          Links<span className="sr"> of statement {one.number}</span>
        </Link>
      </p>
    </div>
  </article>
));

/** How sure the rules are. */
export const Sure = ({ share }: { share: number }) => (
  <span className="sure" title="How sure the rules are">
    <span className="sr">Sure to </span>
    {percent(share)}
  </span>
);

function Body({ one, under }: { one: Statement; under: string | undefined }) {
  const name = one.name !== null && !one.text.includes(one.name) && <span className="badge">{one.name}</span>;
  return (
    <div className={`words level-${Math.min(one.level, deepest)}`} dir="auto">
      {under !== undefined && <p className="muted under">{under}</p>}
      {one.form === "heading" && one.level < 7 ? (
        // The first level is the page's own.
        <div role="heading" aria-level={Math.min(6, one.level + 1)}>
          {name} <Words text={one.text} />
        </div>
      ) : one.form === "code" ? (
        <pre tabIndex={0}>{one.text}</pre>
      ) : (
        <p>
          {name} <Words text={one.text} />
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  names: Readonly<Record<T, string>>;
  value: T;
  by: "rules" | "person";
  /** An empty text leaves it to the rules again. */
  onChange: (value: T | "") => void;
}

const Choice = <T extends string>({ label, names, value, by, onChange }: ChoiceProps<T>) => (
  <select aria-label={label} className={by === "person" ? "quiet chosen" : "quiet"} value={value} onChange={(event) => onChange(event.target.value as T | "")}>
    {by === "person" && <option value="">Leave it to the rules</option>}
    {(Object.keys(names) as T[]).map((name) => (
      <option key={name} value={name}>
        {names[name]}
      </option>
    ))}
  </select>
);
