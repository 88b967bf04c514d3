import { useMemo, useState } from "react";
import { api, of } from "../api/client";
import { navigate } from "../app/router";
import { count, plural } from "../ui/format";
import { Decide, Evidence } from "./LinkRow";
import { addressOf, relations, type LinkView, type Relation, type Requirements } from "./names";
import { Busy, Failed, Finder, StatementLink } from "./parts";
import { Rows } from "./Rows";
import { StatementLinks } from "./StatementLinks";
import { useRead } from "./useRead";

/** Statements whose links the server gives at once. */
const most = 2000;

/** What is linked with what: all links of the document, or those of the statement the address names. */
export function Links({ one, at }: { one: Requirements; at: string | null }) {
  const find = <Finder label="Links of a statement" document={one.id} onChoose={(found) => navigate(addressOf(found.document_id, "links", { at: found.id }))} />;
  return at === null ? <AllLinks key={one.version} one={one} find={find} /> : <StatementLinks one={one} id={at} find={find} />;
}

function AllLinks({ one, find }: { one: Requirements; find: React.ReactNode }) {
  const { value, wrong, again, set } = useRead(one.id, () => of(api.GET("/api/graph", { params: { query: { document: one.id, limit: most } } })));
  const [only, setOnly] = useState<Relation | "">("");
  const [state, setState] = useState<LinkView["state"] | "">("");
  const nodes = useMemo(() => new Map(value?.nodes.map((node) => [node.id, node])), [value]);
  const all = useMemo(() => value?.links.filter((link) => link.id !== null) ?? [], [value]);
  const links = useMemo(() => all.filter((link) => (only === "" || link.relation === only) && (state === "" || link.state === state)), [all, only, state]);
  const present = (Object.keys(relations) as Relation[]).filter((relation) => all.some((link) => link.relation === relation));
  const put = (link: LinkView) => set((now) => ({ ...now, links: now.links.some((other) => other.id === link.id) ? now.links.map((other) => (other.id === link.id ? link : other)) : [...now.links, link] }));
  const drop = (link: LinkView) => set((now) => ({ ...now, links: now.links.filter((other) => other.id !== link.id) }));
  return (
    <>
      <div className="toolbar">
        <select aria-label="Only links of this kind" value={only} onChange={(event) => setOnly(event.target.value as Relation | "")}>
          <option value="">Any link</option>
          {present.map((relation) => (
            <option key={relation} value={relation}>
              {relations[relation][0]}
            </option>
          ))}
        </select>
        <select aria-label="Only links in this state" value={state} onChange={(event) => setState(event.target.value as LinkView["state"] | "")}>
          <option value="">Found or confirmed</option>
          <option value="found">Found, not yet confirmed</option>
          <option value="confirmed">Confirmed</option>
        </select>
        {find}
        {value && (
          <p className="muted tally" role="status">
            {links.length === all.length ? plural(all.length, "link", "links") : `${count(links.length)} of ${plural(all.length, "link", "links")}`}
          </p>
        )}
      </div>
      {value?.truncated && (
        <p className="muted remark">
          The links among the first {count(most)} statements are listed; those of any statement are found by “Links of a statement”.
        </p>
      )}
      <Failed text={wrong} again={again} />
      {!value && wrong === "" && <Busy what="Reading the links" />}
      {value && links.length === 0 && (
        <p className="muted remark">
          {all.length > 0 ? "No link is of this kind." : "No statement is linked with another. Links are found by ids that statements name, by words like “depends on”, and by words in common; choose a statement above to add one."}
        </p>
      )}
      {links.length > 0 && (
        <Rows
          label="Links"
          columns={["From", "Link", "To", "Why", "Right?"]}
          count={links.length}
          estimate={72}
          row={(index) => {
            const link = links[index]!;
            const [from, to] = [nodes.get(link.from_id), nodes.get(link.to_id)];
            return (
              <div className="cells links-cells" role="presentation">
                <span role="cell">{from && <StatementLink of={from} tab="links" />}</span>
                <span role="cell" className={`relation ${link.relation.toLowerCase()}`}>
                  {relations[link.relation][0]}
                </span>
                <span role="cell">{to && <StatementLink of={to} tab="links" />}</span>
                <span role="cell" className="why">
                  <Evidence link={link} />
                </span>
                <span role="cell">
                  <Decide link={link} from={from} to={to} onPut={put} onGone={drop} />
                </span>
              </div>
            );
          }}
        />
      )}
    </>
  );
}
