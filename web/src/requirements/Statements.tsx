import { useCallback, useEffect, useRef, useState } from "react";
import { api, messageOf, of, type Schema } from "../api/client";
import { navigate, usePlace } from "../app/router";
import { plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { say } from "../ui/toasts";
import { Changes } from "./Changes";
import { draftOf, Editor } from "./Editor";
import { addressOf, priorities, statuses, types, type Requirements, type Statement } from "./names";
import { Failed, Finder } from "./parts";
import { Rows } from "./Rows";
import { StatementRow } from "./StatementRow";
import { useStatements, type Filter } from "./useStatements";

interface Props {
  one: Requirements;
  /** The statement the address names. */
  at: string | null;
  onSaved: (one: Requirements) => void;
  onStale: () => Promise<void>;
}

/** The document as it was cut, with what each statement is and why beside it; its text is written here too. */
export function Statements({ one, at, onSaved, onStale }: Props) {
  const [editing, setEditing] = useState(() => draftOf(one.id) !== undefined);
  /** The versions between which what was saved last is told. */
  const [saved, setSaved] = useState<{ from: number; to: number } | null>(null);
  const [filter, setFilter] = useState<Filter>({});
  const { known, count, wrong, filtered, want, again, put } = useStatements(one.id, one.version, one.statements, filter);
  const aim = useAim(one, at);
  // Whoever goes to the same statement again is led there again.
  const place = usePlace();
  const visits = useRef({ place, count: 0 });
  if (visits.current.place !== place) visits.current = { place, count: visits.current.count + 1 };

  const change = useCallback(
    async (statement: Statement, body: Schema["ChangeStatement"]) => {
      try {
        put(await of(api.PATCH("/api/chunks/{id}", { params: { path: { id: statement.id } }, body })));
      } catch (failure) {
        say(messageOf(failure), { wrong: true });
      }
    },
    [put],
  );

  if (editing) {
    return (
      <Editor
        one={one}
        onStale={onStale}
        onClose={() => setEditing(false)}
        onSaved={(next) => {
          setEditing(false);
          if (next.version > one.version) setSaved({ from: one.version, to: next.version });
          else say("The text is the same as before: there is no new version.");
          // What was saved is told first: nobody is led back to where the address was.
          if (at !== null) navigate(addressOf(one.id), { replace: true });
          onSaved(next);
        }}
      />
    );
  }
  return (
    <>
      <div className="toolbar">
        <Choose label="Type" names={types} value={filter.type} onChange={(type) => setFilter(without({ ...filter, type }))} />
        <Choose label="Priority" names={priorities} value={filter.priority} onChange={(priority) => setFilter(without({ ...filter, priority }))} />
        <Choose label="Status" names={statuses} value={filter.status} onChange={(status) => setFilter(without({ ...filter, status }))} />
        <Finder
          label="Find a statement"
          document={one.id}
          onChoose={(found) => {
            setFilter({});
            navigate(addressOf(one.id, "statements", { at: found.id }));
          }}
        />
        <button className="primary" onClick={() => setEditing(true)}>
          <Icon name="edit" />
          Edit the text
        </button>
      </div>
      {saved && (
        <section className="delta" aria-label="What was saved">
          <Changes id={one.id} from={saved.from} to={saved.to} onClose={() => setSaved(null)} />
        </section>
      )}
      <Failed text={wrong} again={again} />
      {aim.wrong && (
        <p className="muted remark" role="status">
          {aim.wrong}
        </p>
      )}
      {count === 0 ? (
        <p className="muted remark">{filtered ? "No statement is of this kind." : "The text has no statements yet: edit it."}</p>
      ) : (
        <Rows
          label={filtered ? "Statements of this kind" : `Statements, ${plural(one.statements, "in all", "in all")}`}
          count={count}
          estimate={76}
          want={want}
          aim={filtered ? -1 : aim.index}
          visit={`${at} ${visits.current.count}`}
          row={(index) => {
            const statement = known.get(index);
            return statement ? <StatementRow one={statement} before={known.get(index - 1)} onChange={change} /> : <div className="statement waiting" aria-busy="true" />;
          }}
        />
      )}
    </>
  );
}

const without = (filter: { [name in keyof Filter]: Filter[name] | undefined }): Filter => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

interface ChooseProps<T extends string> {
  label: string;
  names: Readonly<Record<T, string>>;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

const Choose = <T extends string>({ label, names, value, onChange }: ChooseProps<T>) => (
  <select aria-label={`Only of this ${label.toLowerCase()}`} value={value ?? ""} onChange={(event) => onChange((event.target.value || undefined) as T | undefined)}>
    <option value="">Any {label.toLowerCase()}</option>
    {(Object.keys(names) as T[]).map((name) => (
      <option key={name} value={name}>
        {names[name]}
      </option>
    ))}
  </select>
);

/** Where the statement stands that the address names; -1 while that is not known. */
function useAim(one: Requirements, at: string | null) {
  const [aim, setAim] = useState({ at: "", index: -1, wrong: "" });
  useEffect(() => {
    if (at === null) return;
    let left = false;
    of(api.GET("/api/chunks/{id}", { params: { path: { id: at } } })).then(
      (found) => left || setAim(found.document_id === one.id ? { at, index: found.number - 1, wrong: "" } : { at, index: -1, wrong: "The statement that was named stands in another document." }),
      () => left || setAim({ at, index: -1, wrong: "The statement that was named is not in this version any more." }),
    );
    return () => void (left = true);
  }, [at, one.id, one.version]);
  return aim.at === at ? aim : { index: -1, wrong: "" };
}
