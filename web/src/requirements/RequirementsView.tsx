import { useEffect, useState } from "react";
import { api, ApiError, messageOf, of, send, type Schema } from "../api/client";
import { Link, navigate } from "../app/router";
import { useStore } from "../app/store";
import { kindName } from "../documents/useDocuments";
import { Form, Wrong } from "../settings/parts";
import { SpaceChoice } from "../shell/SpaceChoice";
import { places, readPlaces } from "../shell/views";
import { DropZone, useDrop } from "../ui/DropZone";
import { bytes, fullTime, plural, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { say } from "../ui/toasts";
import { addressOf, type Requirements } from "./names";
import { Busy, Failed } from "./parts";
import { askToRemove } from "./remove";
import { Rename } from "./Rename";
import { usePages } from "./usePages";
import "../styles/import.css";
import "../styles/documents.css";
import "../styles/requirements.css";

/** Requirements documents: written here or brought as files, each cut into typed statements. */
export default function RequirementsView() {
  const { spaces } = useStore(places);
  const [chosen, setChosen] = useState<string | null>(null);
  const space = spaces.find((one) => one.id === chosen) ?? null;
  const { items, next, wrong, again, more } = usePages<Requirements, Schema["RequirementsViewPage"]>(chosen ?? "", (cursor) =>
    of(api.GET("/api/prd", { params: { query: { limit: 50, ...cursor, ...(chosen !== null && { space: chosen }) } } })),
  );
  const [sending, setSending] = useState<readonly string[]>([]);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const [naming, setNaming] = useState<Requirements | null>(null);
  useEffect(() => {
    document.title = "Requirements · Parley";
    void readPlaces();
  }, []);

  /** Files go one after the other: each answers for itself. */
  async function bring(files: readonly File[]) {
    setRefused([]);
    for (const file of files) {
      setSending((now) => [...now, file.name]);
      try {
        const asked = new URLSearchParams({ name: file.name, ...(chosen !== null && { space: chosen }) });
        const answer = await send(() => new Request(`/api/prd/upload?${asked}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file }));
        if (!answer.ok) throw await ApiError.of(answer);
        const { items } = (await answer.json()) as Schema["RequirementsViewPage"];
        for (const one of items) say(`“${one.name}”: ${plural(one.statements, "statement", "statements")}${one.version > 1 ? `, version ${one.version}` : ""}.`);
        await again();
      } catch (failure) {
        const why = messageOf(failure);
        // What cannot be read is named by the server already.
        const named = why.toLowerCase().startsWith(`${file.name.toLowerCase()}:`);
        setRefused((now) => [...now, named ? `${file.name}${why.slice(file.name.length)}` : `${file.name}: ${why}`]);
      } finally {
        setSending((now) => now.filter((one) => one !== file.name));
      }
    }
  }
  const take = (files: readonly File[]) => void bring(files);
  const { over, handlers } = useDrop(take);

  return (
    <main className="main import documents requirements" id="main" tabIndex={-1} {...handlers}>
      <div className="column">
        <h1>Requirements</h1>
        <DropZone
          title="Drop requirements documents here"
          over={over}
          take={take}
          beside={<SpaceChoice chosen={chosen} choose={setChosen} />}
        >
          Markdown, text, HTML, PDF, Word (DOCX) or ODT. Each is cut into statements, typed and linked by rules that say why. The same name again is the document’s next version:
          statements keep their ids, and what people chose for them.
        </DropZone>
        <details className="by-url">
          <summary>Write one</summary>
          <Form
            label="Write a requirements document"
            yes="Create it"
            run={async (said) => {
              const body = { name: String(said.get("name")), text: String(said.get("text")), ...(space && { space: space.id }) };
              const made = await of(api.POST("/api/prd", { body }));
              navigate(addressOf(made.id));
            }}
          >
            <label>
              Title
              <input name="name" required maxLength={255} dir="auto" />
            </label>
            <label>
              Text, in Markdown
              <textarea name="text" required rows={12} dir="auto" placeholder={"# Kettle\n\n## Requirements\n\n- REQ-1: The kettle shall switch off within 2 s of boiling.\n- REQ-2: …"} />
            </label>
          </Form>
        </details>
        <Failed text={wrong} again={() => void again()} />
        {refused.map((one) => (
          <Wrong key={one} text={one} />
        ))}
        {sending.map((one) => (
          <section className="job" key={one} aria-label={one}>
            <h2 dir="auto">{one}</h2>
            <p role="status">Being read and cut into statements…</p>
            <progress aria-label={`Sending ${one}`} />
          </section>
        ))}
        {items === null && wrong === "" && <Busy what="Reading the list" />}
        {items?.map((one) => (
          <Row key={one.id} one={one} space={space || spaces.length < 2 ? null : spaces.find((s) => s.id === one.space_id)?.name} onRename={() => setNaming(one)} onRemove={() => askToRemove(one, again)} />
        ))}
        {next !== null && <button onClick={more}>Show more</button>}
        {items?.length === 0 && sending.length === 0 && (
          <p className="muted">
            {space ? "This space has no requirements documents." : "No requirements documents yet."} Drop a file above, or write one: an outline in Markdown is enough to begin with.
          </p>
        )}
      </div>
      {naming && <Rename one={naming} onClose={() => setNaming(null)} onDone={() => void again()} />}
    </main>
  );
}

interface RowProps {
  one: Requirements;
  space: string | null | undefined;
  onRename: () => void;
  onRemove: () => void;
}

function Row({ one, space, onRename, onRemove }: RowProps) {
  const facts = [plural(one.statements, "statement", "statements"), kindName(one.kind), bytes(one.size), one.version > 1 && `version ${one.version}`, space];
  return (
    <section className="job" aria-label={one.name}>
      <header>
        <h2 dir="auto">
          <Link to={addressOf(one.id)}>{one.name}</Link>
        </h2>
        <span className="muted">{facts.filter(Boolean).join(", ")}</span>
        <time dateTime={one.updated_at} title={fullTime(one.updated_at)}>
          {when(one.updated_at)}
        </time>
        <button className="plain" onClick={onRename}>
          <Icon name="edit" />
          <span className="sr">Rename {one.name}</span>
        </button>
        <button className="plain" onClick={onRemove}>
          <Icon name="trash" />
          <span className="sr">Delete {one.name}</span>
        </button>
      </header>
    </section>
  );
}
