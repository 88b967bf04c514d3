import { useEffect, useState } from "react";
import { api, of, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { Link } from "../app/router";
import { useStore } from "../app/store";
import { Form, Wrong } from "../settings/parts";
import { SpaceChoice } from "../shell/SpaceChoice";
import { places, readPlaces } from "../shell/views";
import { DropZone, useDrop } from "../ui/DropZone";
import { bytes, fullTime, plural, when } from "../ui/format";
import { Icon } from "../ui/Icon";
import { say } from "../ui/toasts";
import { kindName, useDocuments, type Doc } from "./useDocuments";
import "../styles/import.css";
import "../styles/documents.css";

/** What answers may rest on beside conversations: files and pages, brought in, read in the background, taken away. */
export default function DocumentsView() {
  const { spaces } = useStore(places);
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState("");
  const space = spaces.find((one) => one.id === chosen) ?? null;
  const { items, next, wrong, sending, bring, read, more, fail } = useDocuments(space, name);
  useEffect(() => {
    document.title = "Documents · Parley";
    void readPlaces();
  }, []);
  // Where no space is chosen, what is brought goes into the first: there is always one.
  const into = space ?? spaces.find((one) => one.name === "default") ?? spaces[0];
  const take = (files: readonly File[]) => into && void bring(files, into.id);
  const { over, handlers } = useDrop(take);

  const remove = (one: Doc) =>
    dialog.set({
      name: "confirm",
      title: "Delete the document?",
      text: `“${one.name}” and its versions are deleted for good. Answers that named it as a source keep the words they were told.`,
      yes: "Delete it",
      run: async () => {
        await of(api.DELETE("/api/documents/{id}", { params: { path: { id: one.id } } }));
        say(`“${one.name}” is deleted.`);
        await read();
      },
    });
  const retry = (one: Doc) =>
    of(api.POST("/api/documents/{id}/retry", { params: { path: { id: one.id } } })).then(
      () => read(),
      (failure: unknown) => fail(failure, one.name),
    );

  return (
    <main className="main import documents" id="main" tabIndex={-1} {...handlers}>
      <div className="column">
        <h1>Documents</h1>
        <DropZone
          title="Drop documents here"
          over={over}
          take={take}
          disabled={!into}
          beside={<SpaceChoice chosen={chosen} choose={setChosen} />}
        >
          PDF, Word, PowerPoint, Excel, ODT, EPUB, mail, web pages, Markdown, text and code. They stay on this server; an answer that is to rest on your own sources looks here
          and in your conversations. The same name again is the next version.
        </DropZone>
        <details className="by-url">
          <summary>Fetch a page of the web</summary>
          <Form
            label="Fetch a page"
            yes="Fetch it"
            run={async (said) => {
              const body: Schema["AddDocumentUrl"] = { url: String(said.get("url")), ...(into && { space: into.name }) };
              await of(api.POST("/api/documents/url", { body }));
              await read();
            }}
          >
            <label>
              Address
              <input name="url" type="url" required placeholder="https://" spellCheck={false} />
            </label>
          </Form>
        </details>
        <Wrong text={wrong} />
        {(name !== "" || (items?.length ?? 0) > 5) && (
          <input type="search" aria-label="Find by name" placeholder="Find by name…" value={name} onChange={(event) => setName(event.target.value)} />
        )}
        {sending.map((one) => (
          <section className="job" key={one} aria-label={one}>
            <h3 dir="auto">{one}</h3>
            <p role="status">On its way…</p>
            <progress aria-label={`Sending ${one}`} />
          </section>
        ))}
        {items?.map((one) => <Row key={one.id} one={one} space={space ? null : spaces.find((s) => s.id === one.space_id)?.name} onRemove={() => remove(one)} onRetry={() => void retry(one)} />)}
        {next !== null && <button onClick={() => void more()}>Show more</button>}
        {items?.length === 0 && sending.length === 0 && <p className="muted">{name === "" ? "No documents yet." : "No document has that name."}</p>}
      </div>
    </main>
  );
}

const states: Record<Doc["status"], string> = { queued: "waits its turn", running: "is being read", ready: "", failed: "could not be read" };

function Row({ one, space, onRemove, onRetry }: { one: Doc; space: string | null | undefined; onRemove: () => void; onRetry: () => void }) {
  const working = one.status === "queued" || one.status === "running";
  const facts = [
    kindName(one.kind),
    one.pages !== null && plural(one.pages, "page", "pages"),
    one.words > 0 && plural(one.words, "word", "words"),
    bytes(one.size),
    one.version > 1 && `version ${one.version}`,
    space,
  ];
  return (
    <section className="job" aria-label={one.name}>
      <header>
        <h3 dir="auto">{one.chunks > 0 ? <Link to={`/d/${one.id}`}>{one.name}</Link> : one.name}</h3>
        <span className="muted">{facts.filter(Boolean).join(", ")}</span>
        <time dateTime={one.updated_at} title={fullTime(one.updated_at)}>
          {when(one.updated_at)}
        </time>
        {one.status === "failed" && (
          <button onClick={onRetry}>
            Try again<span className="sr"> {one.name}</span>
          </button>
        )}
        <button className="plain" onClick={onRemove}>
          <Icon name="trash" />
          <span className="sr">Delete {one.name}</span>
        </button>
      </header>
      {one.status !== "ready" && (
        <p role="status" className={one.status === "failed" ? "wrong" : "muted"}>
          It {states[one.status]}
          {one.reason ? `: ${one.reason}` : ""}.
        </p>
      )}
      {working && <progress aria-label={`Reading ${one.name}`} {...(one.status === "running" && one.progress > 0 && { value: one.progress })} />}
    </section>
  );
}
