import { useEffect, useRef, useState } from "react";
import { api, ApiError, messageOf, of, type Schema } from "../api/client";
import { Link } from "../app/router";
import { CodeBlock } from "../conversation/CodeBlock";
import { Markdown } from "../conversation/markdown";
import { bytes, fullTime, plural, when } from "../ui/format";
import { Notice } from "../ui/Notice";
import { kindName, type Doc } from "./useDocuments";
import "../styles/documents.css";
import "../styles/conversation.css";

type Piece = Schema["ChunkView"];

const page = 100;

/** A document as it was read, piece by piece; an address may name the piece a source is from. */
export default function DocumentView({ id, piece }: { id: string; piece: string | null }) {
  const [one, setOne] = useState<Doc | null>(null);
  const [pieces, setPieces] = useState<readonly Piece[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [wrong, setWrong] = useState<{ text: string; gone: boolean } | null>(null);
  const aimed = useRef<HTMLElement>(null);

  useEffect(() => {
    let left = false;
    document.title = "Document · Parley";
    void (async () => {
      try {
        const path = { id };
        const found = await of(api.GET("/api/documents/{id}", { params: { path } }));
        if (left) return;
        setOne(found);
        document.title = `${found.name} · Parley`;
        const all: Piece[] = [];
        let cursor: string | null = null;
        do {
          const from: string | null = cursor;
          const query = { limit: page, ...(from !== null && { cursor: from }) };
          const read: Schema["ChunkViewPage"] = await of(api.GET("/api/documents/{id}/chunks", { params: { path, query } }));
          if (left) return;
          all.push(...read.items);
          cursor = read.next_cursor;
          // As far as the piece that was asked for; the rest when somebody gets there.
        } while (cursor !== null && piece !== null && !all.some((each) => each.id === piece));
        setPieces(all);
        setNext(cursor);
      } catch (failure) {
        if (!left) setWrong({ text: messageOf(failure), gone: failure instanceof ApiError && failure.status === 404 });
      }
    })();
    return () => void (left = true);
  }, [id, piece]);
  useEffect(() => {
    aimed.current?.scrollIntoView({ block: "center" });
    aimed.current?.focus({ preventScroll: true });
  }, [piece, pieces]);

  async function more() {
    try {
      const query = { limit: page, ...(next && { cursor: next }) };
      const read = await of(api.GET("/api/documents/{id}/chunks", { params: { path: { id }, query } }));
      setPieces((now) => [...now, ...read.items]);
      setNext(read.next_cursor);
    } catch (failure) {
      setWrong({ text: messageOf(failure), gone: false });
    }
  }

  if (wrong?.gone || (wrong && !one)) {
    return (
      <main className="main" id="main" tabIndex={-1}>
        <Notice title={wrong.gone ? "There is no such document" : "The document cannot be read"} alert>
          <p>{wrong.gone ? "It was deleted, or it is somebody else's." : wrong.text}</p>
          <Link className="button" to="/documents">
            Documents
          </Link>
        </Notice>
      </main>
    );
  }
  if (!one) return <main className="main" id="main" aria-busy="true" aria-label="Document" />;
  const missed = piece !== null && next !== undefined && !pieces.some((each) => each.id === piece);
  return (
    <main className="main document" id="main" tabIndex={-1}>
      <div className="column">
        <header>
          <p>
            <Link className="link" to="/documents">
              Documents
            </Link>
          </p>
          <h1 dir="auto">{one.name}</h1>
          <p className="muted">
            {[kindName(one.kind), one.pages !== null && plural(one.pages, "page", "pages"), plural(one.words, "word", "words"), bytes(one.size)].filter(Boolean).join(", ")}
            {", "}
            <time dateTime={one.updated_at} title={fullTime(one.updated_at)}>
              {when(one.updated_at)}
            </time>
            {one.file_id && (
              <>
                {". "}
                <a className="link" href={`/api/files/${one.file_id}/content`} target="_blank" rel="noopener">
                  The original
                </a>
              </>
            )}
          </p>
          {one.url && (
            <p className="muted">
              <a className="link" href={one.url} target="_blank" rel="noopener noreferrer nofollow">
                {one.url}
              </a>
            </p>
          )}
          {one.status !== "ready" && <p className={one.status === "failed" ? "wrong" : "muted"}>{one.reason ?? "Its newest version is being read."}</p>}
          {missed && <p className="muted">The piece that was named is not in this version any more.</p>}
        </header>
        <h2 className="sr">What it says</h2>
        {pieces.map((each, index) => (
          <Part key={each.id} piece={each} before={pieces[index - 1]} aimed={each.id === piece} hold={each.id === piece ? aimed : null} />
        ))}
        {wrong && (
          <p className="wrong" role="alert">
            {wrong.text}
          </p>
        )}
        {next && <button onClick={() => void more()}>Show more</button>}
      </div>
    </main>
  );
}

/** One piece; headings and pages are said where they change. */
function Part({ piece, before, aimed, hold }: { piece: Piece; before: Piece | undefined; aimed: boolean; hold: React.Ref<HTMLElement> | null }) {
  const under = piece.headings.join(" › ");
  const isNew = under !== "" && under !== before?.headings.join(" › ");
  const turned = piece.page !== null && piece.page !== before?.page;
  return (
    <section ref={hold} tabIndex={aimed ? -1 : undefined} className={aimed ? "piece aimed" : "piece"} aria-label={`Piece ${piece.number}`}>
      {(isNew || turned) && (
        <p className="muted place" dir="auto">
          {isNew && <strong>{under}</strong>} {turned && <span>page {piece.page}</span>}
        </p>
      )}
      {piece.kind === "code" ? <CodeBlock code={piece.text} language="" /> : <Markdown text={piece.text} />}
    </section>
  );
}
