import { useRef, useState, type ReactNode } from "react";
import { api, ApiError, of, type Schema } from "../api/client";
import { Link } from "../app/router";
import { Form } from "../settings/parts";
import { say } from "../ui/toasts";
import { useHeldFocus } from "../ui/useHeldFocus";
import { readAround, readNode } from "./around";
import { stand } from "./decide";
import { Decide, Evidence } from "./LinkRow";
import { addable, addressOf, calledBy, percent, priorities, relations, statuses, types, type Brief, type LinkView, type Requirements } from "./names";
import { Neighbourhood } from "./Neighbourhood";
import { Busy, Failed, Finder, StatementLink, Words } from "./parts";
import { usePages } from "./usePages";
import { useRead } from "./useRead";

type Node = Schema["GraphNode"];
/** Pages of a node's links; the statements at their other ends come with each. */
type Linked = { link: LinkView; other: Brief | undefined };

const pageOf = (node: Node) => ({
  statement: node.statement,
  next_cursor: node.next_cursor,
  items: node.links.map((link): Linked => ({ link, other: node.neighbours.find((one) => one.id === (link.from_id === node.statement.id ? link.to_id : link.from_id)) })),
});

interface Props {
  one: Requirements;
  id: string;
  find: ReactNode;
}

/** A statement with all it is linked with: as a list, as a drawing, and what a change of it may reach. */
export function StatementLinks({ one, id, find }: Props) {
  const { items, first, next, wrong, again, more, change } = usePages<Linked, ReturnType<typeof pageOf>>(id, async (cursor) => pageOf(await readNode(id, cursor)));
  const [depth, setDepth] = useState(1);
  const [impact, setImpact] = useState(false);
  /** Counts what was said of links: the drawing follows. */
  const [said, setSaid] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  useHeldFocus(box, () => box.current?.focus({ preventScroll: true }));
  const around = useRead(`${id} ${depth} ${said}`, () => readAround(id, depth));
  const reached = useRead(`${id} ${depth} ${impact} ${said}`, () => (impact ? of(api.POST("/api/prd/impact", { body: { chunks: [id], depth } })) : Promise.resolve(null)));

  const statement = first?.statement;
  const put = (link: LinkView) => {
    setSaid((now) => now + 1);
    if (items?.some((entry) => entry.link.id === link.id)) change((now) => now.map((entry) => (entry.link.id === link.id ? { ...entry, link } : entry)));
    else void again();
  };
  const drop = (link: LinkView) => {
    setSaid((now) => now + 1);
    change((now) => now.filter((entry) => entry.link.id !== link.id));
  };
  return (
    <>
      <div className="toolbar">
        <Link className="link" to={addressOf(one.id, "links")}>
          All links of the document
        </Link>
        {find}
      </div>
      <div className="rows-box node" ref={box} tabIndex={0} role="region" aria-label="Links of the statement">
        <Failed text={wrong} again={() => void again()} />
        {!statement && wrong === "" && <Busy what="Reading its links" />}
        {statement && (
          <>
            <section className="of" aria-label="The statement">
              <p className="words" dir="auto">
                {statement.name !== null && !statement.text.includes(statement.name) && <span className="badge">{statement.name}</span>} <Words text={statement.text} />
              </p>
              <p className="muted">
                {types[statement.type]}, {priorities[statement.priority].toLowerCase()} priority, {statuses[statement.status].toLowerCase()}.{" "}
                <Link className="link" to={addressOf(statement.document_id, "statements", { at: statement.id })}>
                  Show it in the text
                </Link>
              </p>
            </section>
            <section aria-labelledby="its-links">
              <h2 id="its-links">What it is linked with</h2>
              {items?.length === 0 && <p className="muted">Nothing, so far.</p>}
              <ul className="its-links">
                {items?.map(({ link, other }) => {
                  const out = link.from_id === statement.id;
                  return (
                    <li key={link.id ?? `${link.from_id} ${link.to_id}`}>
                      <span className={`relation ${link.relation.toLowerCase()}`}>{relations[link.relation][out ? 0 : 1]}</span>
                      <span className="what">
                        {other && <StatementLink of={other} tab="links" most={200} />}
                        {other && other.document_id !== statement.document_id && <span className="badge">another document</span>}
                        {link.id !== null && (
                          <span className="why">
                            <Evidence link={link} />
                          </span>
                        )}
                      </span>
                      <Decide link={link} from={out ? statement : other} to={out ? other : statement} onPut={put} onGone={drop} />
                    </li>
                  );
                })}
              </ul>
              {next !== null && <button onClick={more}>Show more</button>}
              <AddLink from={statement} onAdded={put} />
            </section>
            <section aria-labelledby="drawn">
              <div className="section-head">
                <h2 id="drawn">Around it</h2>
                <label>
                  Up to{" "}
                  <select value={depth} onChange={(event) => setDepth(Number(event.target.value))}>
                    <option value={1}>1 link away</option>
                    <option value={2}>2 links away</option>
                    <option value={3}>3 links away</option>
                  </select>
                </label>
                <label className="check">
                  <input type="checkbox" checked={impact} onChange={(event) => setImpact(event.target.checked)} />
                  What a change of it may reach
                </label>
              </div>
              <Failed text={around.wrong || reached.wrong} again={() => (around.again(), reached.again())} />
              {around.value ? (
                <Neighbourhood {...around.value} reached={reached.value} />
              ) : (
                around.wrong === "" && <Busy what="Following its links" />
              )}
              {reached.value && <Reached found={reached.value} known={around.value?.nodes} id={statement.id} />}
            </section>
          </>
        )}
      </div>
    </>
  );
}

/** What a change may reach as a list, most surely first, each with the way there. */
function Reached({ found, known, id }: { found: Schema["ImpactView"]; known: ReadonlyMap<string, Brief> | undefined; id: string }) {
  const named = new Map([...(known ?? []), ...found.items.map(({ statement }) => [statement.id, statement] as const)]);
  return (
    <div className="reached-list">
      <h3>What a change of it may reach</h3>
      {found.items.length === 0 && <p className="muted">Nothing that is linked with it, within this depth.</p>}
      <ol>
        {found.items.map(({ statement, score, path }) => (
          <li key={statement.id}>
            <span className="sure">{percent(score)}</span>
            <span>
              <StatementLink of={statement} tab="links" most={140} />
              <span className="why">
                {path.flatMap((step, index) => {
                  if (step.relation === null) return [];
                  const before = path[index - 1]!.statement_id;
                  return [`${index > 1 ? ", which " : ""}${relations[step.relation][0]} ${before === id ? "it" : `“${calledBy(named.get(before) ?? { name: null, text: "…" }, 40)}”`}`];
                }).toReversed().join("")}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {found.cycles.length > 0 && <p className="wrong">Statements depend on each other in a ring here: {found.cycles.map((ring) => ring.map((one) => calledBy(named.get(one) ?? { name: null, text: "…" }, 30)).join(" → ")).join("; ")}.</p>}
      {found.truncated && <p className="muted">There is more within this depth.</p>}
    </div>
  );
}

function AddLink({ from, onAdded }: { from: Schema["StatementView"]; onAdded: (link: LinkView) => void }) {
  const [to, setTo] = useState<{ id: string; text: string; name: string | null } | null>(null);
  return (
    <details className="add">
      <summary>Add a link</summary>
      <Form
        label="Add a link"
        yes="Add it"
        run={async (said) => {
          if (!to) throw new ApiError(0, "", "Find the statement it is linked with first.");
          const out = !String(said.get("relation")).endsWith("<");
          const relation = String(said.get("relation")).replace("<", "") as LinkView["relation"];
          const reason = String(said.get("reason")).trim();
          onAdded(await stand({ from_id: out ? from.id : to.id, to_id: out ? to.id : from.id, relation }, reason === "" ? undefined : reason));
          say("The link is added.");
          setTo(null);
        }}
      >
        <label>
          It
          <select name="relation">
            {addable.flatMap((relation) => {
              const [out, back] = relations[relation];
              return [
                <option key={relation} value={relation}>
                  {out}
                </option>,
                out !== back && (
                  <option key={`${relation}<`} value={`${relation}<`}>
                    {back}
                  </option>
                ),
              ];
            })}
          </select>
        </label>
        {to ? (
          <p className="picked">
            <span dir="auto">{calledBy(to, 200)}</span>
            <button type="button" className="plain" onClick={() => setTo(null)}>
              Another one
            </button>
          </p>
        ) : (
          <Finder label="Find the other statement, in any document" onChoose={(found) => found.id !== from.id && setTo(found)} />
        )}
        <label>
          Why (may stay empty)
          <input name="reason" maxLength={500} dir="auto" />
        </label>
      </Form>
    </details>
  );
}
