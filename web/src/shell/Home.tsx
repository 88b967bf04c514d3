import { lazy, Suspense, useEffect, useState } from "react";
import { api, connection, messageOf, of, type Schema } from "../api/client";
import { Link, navigate } from "../app/router";
import { useStore } from "../app/store";
import { Composer } from "../chat/Composer";
import { useModels } from "../chat/models";
import { compare } from "../chat/beside";
import { manner } from "../chat/context";
import { ask, turns } from "../chat/turns";
import { device } from "../offline/state";
import { conversations } from "./conversations";
import { count, plural, providerName } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";

const WaitingList = lazy(() => import("../offline/WaitingList"));
const AwayHome = lazy(() => import("../offline/AwayHome"));

/** What there is, and the two things to do with it: find, and bring more. */
export function Home() {
  const [stats, setStats] = useState<Schema["ArchiveStats"] | null>(null);
  const [wrong, setWrong] = useState("");
  const here = useStore(device);
  const away = useStore(connection) === "lost" && here !== null;
  useEffect(() => {
    document.title = "Parley";
    let gone = false;
    setWrong("");
    if (away) return;
    of(api.GET("/api/stats")).then(
      (answer) => gone || setStats(answer),
      (failure: unknown) => gone || setWrong(messageOf(failure)),
    );
    return () => void (gone = true);
  }, [away]);

  const { view } = useStore(conversations);
  const space = view.kind === "list" ? view.space : null;
  const turn = useStore(turns).get("");
  const canAsk = (useModels()?.length ?? 0) > 0;
  return (
    <main className="main home" id="main" tabIndex={-1}>
      {wrong && !away && <Notice title="The archive cannot be read" alert><p>{wrong}</p></Notice>}
      {!away && stats?.conversations === 0 && (
        <Notice title="Bring your conversations">
          <p>
            Ask ChatGPT, Claude, Gemini or Grok for your data, and give Parley the file as it comes. This server reads and
            keeps it; an import sends nothing anywhere.
          </p>
          <Link className="button primary" to="/import">
            <Icon name="import" />
            Import
          </Link>
        </Notice>
      )}
      {here && here.waiting.length > 0 && (
        <Suspense fallback={null}>
          <WaitingList conversation={null} />
        </Suspense>
      )}
      {(stats || away) && canAsk && (
        <section className="begin" aria-label="A new conversation">
          {turn?.wrong && (
            <p className="wrong" role="alert">
              {turn.wrong}
            </p>
          )}
          <Composer
            draft="new"
            model={null}
            turn={turn}
            onCompare={async (asked, models) => {
              const id = await compare({ ...asked, models: [...models], ...(space !== null && { space }), ...manner() });
              if (location.pathname === "/") navigate(`/c/${id}`);
            }}
            onAsk={(asked, model_name) => void ask({ ...asked, model_name, ...(space !== null && { space }), ...manner() }, { made: (id) => location.pathname === "/" && navigate(`/c/${id}`) })}
          />
        </section>
      )}
      {away && (
        <Suspense fallback={null}>
          <AwayHome />
        </Suspense>
      )}
      {!away && stats && stats.conversations > 0 && (
        <div className="column">
          <h1>{plural(stats.conversations, "conversation", "conversations")}</h1>
          <p className="muted">
            {plural(stats.messages, "message", "messages")}, {count(stats.words)} words. <Link className="link" to="/insight">Overview</Link>
          </p>
          <form
            role="search"
            onSubmit={(event) => {
              event.preventDefault();
              const q = new FormData(event.currentTarget).get("q");
              navigate(`/search?${new URLSearchParams({ q: String(q) })}`);
            }}
          >
            <label className="sr" htmlFor="home-q">
              Search
            </label>
            <input id="home-q" name="q" type="search" placeholder="Find any sentence…" autoComplete="off" required />
          </form>
          <h2>Where they come from</h2>
          <ul className="bars">
            {stats.providers.toSorted((a, b) => b.messages - a.messages).map((one) => (
              <li key={one.provider}>
                <Link to={`/search?${new URLSearchParams({ q: `provider:${one.provider} `, sort: "newest" })}`}>
                  <span>{providerName(one.provider)}</span>
                  <meter min={0} max={Math.max(...stats.providers.map((p) => p.messages))} value={one.messages} aria-hidden="true" />
                  <span className="number">{plural(one.messages, "message", "messages")}</span>
                </Link>
              </li>
            ))}
          </ul>
          <h2>The longest</h2>
          <ul className="plain-list">
            {stats.longest.slice(0, 6).map((one) => (
              <li key={one.id}>
                <Link to={`/c/${one.id}`}>
                  <span dir="auto">{one.title ?? "Untitled"}</span>
                  <span className="number">{plural(one.message_count, "message", "messages")}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </main>
  );
}
