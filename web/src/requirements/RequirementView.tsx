import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { api, ApiError, messageOf, of } from "../api/client";
import { Link, navigate, requirementTabs, usePlace, type RequirementTab } from "../app/router";
import { kindName } from "../documents/useDocuments";
import { actionOf } from "../keys/keys";
import { bytes, fullTime, plural, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Menu, type MenuEntry } from "../ui/Menu";
import { Notice } from "../ui/Notice";
import { Conflicts } from "./Conflicts";
import { Coverage } from "./Coverage";
import { Links } from "./Links";
import { Matrix } from "./Matrix";
import { addressOf, type Requirements } from "./names";
import { Busy } from "./parts";
import { askToRemove } from "./remove";
import { Rename } from "./Rename";
import { Statements } from "./Statements";
import { Versions } from "./Versions";
import "../styles/requirements.css";
import "../styles/traces.css";

const names: Record<RequirementTab, string> = {
  statements: "Statements",
  links: "Links",
  matrix: "Matrix",
  conflicts: "Conflicts",
  coverage: "Coverage",
  versions: "Versions",
};

/** A requirements document: one page for each thing one asks of it, all about the statements it was cut into. */
export default function RequirementView({ id, tab }: { id: string; tab: RequirementTab }) {
  const { query } = usePlace();
  const [one, setOne] = useState<Requirements | null>(null);
  const [wrong, setWrong] = useState<{ text: string; gone: boolean } | null>(null);
  const read = useCallback(async () => {
    try {
      setOne(await of(api.GET("/api/prd/{id}", { params: { path: { id } } })));
      setWrong(null);
    } catch (failure) {
      setWrong({ text: messageOf(failure), gone: failure instanceof ApiError && failure.status === 404 });
    }
  }, [id]);
  useEffect(() => void read(), [read]);
  const name = one?.name;
  useEffect(() => {
    document.title = `${name === undefined ? "" : `${name} · `}${names[tab]} · Parley`;
  }, [name, tab]);

  if (wrong && (wrong.gone || !one)) {
    return (
      <main className="main" id="main" tabIndex={-1}>
        <Notice title={wrong.gone ? "There is no such requirements document" : "The document cannot be read"} alert>
          <p>{wrong.gone ? "It was deleted, or it is somebody else’s." : wrong.text}</p>
          {!wrong.gone && <button onClick={() => void read()}>Try again</button>}
          <Link className="button" to="/requirements">
            Requirements
          </Link>
        </Notice>
      </main>
    );
  }
  if (!one) {
    return (
      <main className="main requirement" id="main" aria-busy="true" aria-label="Requirements document">
        <Busy what="Reading the document" />
      </main>
    );
  }
  const at = query.get("at");
  return (
    <main className="main requirement" id="main" tabIndex={-1}>
      <Head one={one} onChanged={() => void read()} />
      <Tabs id={id} tab={tab} at={at} />
      <div id={`panel-${tab}`} className="panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "statements" && <Statements one={one} at={at} onSaved={setOne} onStale={read} />}
        {tab === "links" && <Links one={one} at={at} />}
        {tab === "matrix" && <Matrix one={one} />}
        {tab === "conflicts" && <Conflicts one={one} />}
        {tab === "coverage" && <Coverage one={one} />}
        {tab === "versions" && <Versions one={one} from={query.get("from")} to={query.get("to")} />}
      </div>
    </main>
  );
}

function Head({ one, onChanged }: { one: Requirements; onChanged: () => void }) {
  const [open, setOpen] = useState<"" | "export" | "more" | "rename">("");
  const exports = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const file = (format: string) => `/api/prd/${one.id}/export?format=${format}`;
  const remove = () => askToRemove(one, () => navigate("/requirements", { replace: true }));
  const files: MenuEntry[] = [
    { name: "Markdown", icon: "file", href: file("markdown") },
    { name: "CSV", icon: "columns", href: file("csv") },
    { name: "JSON", icon: "list", href: file("json") },
    { name: "ReqIF 1.2", icon: "share", href: file("reqif") },
  ];
  return (
    <header className="requirement-head">
      <div>
        <p>
          <Link className="link" to="/requirements">
            Requirements
          </Link>
        </p>
        <h1 dir="auto">{one.name}</h1>
        <p className="muted">
          {plural(one.statements, "statement", "statements")}, version {one.version}, {kindName(one.kind)}, {bytes(one.size)},{" "}
          <time dateTime={one.updated_at} title={fullTime(one.updated_at)}>
            {when(one.updated_at)}
          </time>
        </p>
      </div>
      <div className="head-tools">
        <button ref={exports} aria-haspopup="menu" aria-expanded={open === "export"} onClick={() => setOpen("export")}>
          Export
          <Icon name="down" />
        </button>
        <button ref={more} className="plain" aria-haspopup="menu" aria-expanded={open === "more"} onClick={() => setOpen("more")}>
          <Icon name="more" />
          <span className="sr">More</span>
        </button>
      </div>
      {open === "export" && <Menu label="Export as" anchor={exports.current!} entries={files} onClose={() => setOpen("")} />}
      {open === "more" && (
        <Menu
          label="More"
          anchor={more.current!}
          entries={[{ name: "Rename", icon: "edit", run: () => setOpen("rename") }, null, { name: "Delete", icon: "trash", danger: true, run: remove }]}
          onClose={() => setOpen("")}
        />
      )}
      {open === "rename" && <Rename one={one} onClose={() => setOpen("")} onDone={onChanged} />}
    </header>
  );
}

/** Each has its address; the statement one stands at is still meant after a change of tabs where both know it. */
function Tabs({ id, tab, at }: { id: string; tab: RequirementTab; at: string | null }) {
  const list = useRef<HTMLDivElement>(null);
  const to = (name: RequirementTab) => addressOf(id, name, at !== null && (name === "statements" || name === "links") ? { at } : {});
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [tab]);
  function key(event: KeyboardEvent) {
    const action = actionOf("tabs", event);
    if (action === null) return;
    event.preventDefault();
    const here = requirementTabs.indexOf(tab);
    const place = { next: here + 1, previous: here - 1, first: 0, last: -1 }[action];
    const next = requirementTabs.at(place % requirementTabs.length)!;
    // Walking along is no history.
    navigate(to(next), { replace: true });
    document.getElementById(`tab-${next}`)?.focus();
  }
  return (
    <div ref={list} className="tabs" role="tablist" aria-label="Pages of the document" onKeyDown={key}>
      {requirementTabs.map((name) => (
        <Link key={name} id={`tab-${name}`} role="tab" aria-selected={name === tab} aria-controls={name === tab ? `panel-${name}` : undefined} tabIndex={name === tab ? 0 : -1} to={to(name)}>
          {names[name]}
        </Link>
      ))}
    </div>
  );
}
