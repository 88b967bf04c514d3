import { useEffect, type ReactNode } from "react";
import { connection, type Schema } from "../api/client";
import { dialog } from "../app/dialogs";
import { Dialogs } from "../app/Dialogs";
import { Link, usePlace, type Route } from "../app/router";
import { useStore } from "../app/store";
import { actionOf } from "../keys/keys";
import { run } from "../keys/run";
import { followNews, useNews } from "../live/live";
import { device } from "../offline/state";
import { plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Toasts } from "../ui/Toasts";
import { Account } from "./Account";
import { ConversationList } from "./ConversationList";
import { conversations, refresh, reload, remove } from "./conversations";
import { drawer as store } from "./drawer";
import { ViewBar, Views } from "./Views";

interface Props {
  user: Schema["UserView"];
  config: Schema["ConfigAnswer"];
  route: Route;
  children: ReactNode;
}

/** What stays while pages change: the conversations on the left, a bar to come back to them where it is narrow. */
export function Shell({ user, config, route, children }: Props) {
  const lost = useStore(connection) === "lost";
  const here = useStore(device);
  const keeps = here !== null;
  const place = usePlace();
  const drawer = useStore(store);
  const setDrawer = store.set;
  useEffect(() => setDrawer(false), [place, setDrawer]);
  useEffect(() => {
    if (!lost) return void reload();
    if (!keeps) return;
    // What is shown stands for a moment: a server that was only started anew is there again.
    const timer = setTimeout(() => void reload(), conversations.get().items.length > 0 ? 1500 : 0);
    return () => clearTimeout(timer);
  }, [lost, keeps]);
  useEffect(() => followNews(), []);
  useNews((news) => {
    if (news.type === "resync") void reload();
    else if (news.type === "conversation" && news.conversation_id) {
      // Where the bin is shown, it may be one that has come there.
      if (news.deleted && conversations.get().view.kind !== "bin") remove(news.conversation_id);
      else refresh(news.conversation_id);
    }
  });
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") setDrawer(false);
      // What somebody nearer took is taken, and what stands over the page has its own keys.
      const action = actionOf("page", event);
      if (action === null || event.defaultPrevented || dialog.get() !== null) return;
      event.preventDefault();
      run(action);
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [setDrawer]);

  return (
    <div className={drawer ? "shell drawer-open" : "shell"}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className="banner-place" role="status" aria-live="polite">
        {lost && (
          <p className="banner">
            {here ? `Offline: ${plural(here.kept.length, "conversation", "conversations")} kept on this device.` : "The server does not answer; trying again. Nothing is lost."}
          </p>
        )}
      </div>
      <header className="topbar">
        <button className="plain" aria-expanded={drawer} aria-controls="sidebar" onClick={() => setDrawer(!drawer)}>
          <Icon name={drawer ? "close" : "menu"} />
          <span className="sr">Conversations</span>
        </button>
        <Link to="/" className="wordmark">
          Parley
        </Link>
        <Link to="/search" className="plain" aria-label="Search">
          <Icon name="search" />
        </Link>
      </header>
      <nav id="sidebar" className="sidebar" aria-label="Conversations">
        <div className="sidebar-head">
          <Link to="/" className="wordmark" aria-current={route.name === "home" ? "page" : undefined}>
            Parley
          </Link>
          <Views />
        </div>
        <Link to="/search" className="find" aria-current={route.name === "search" ? "page" : undefined}>
          <Icon name="search" />
          Search <kbd>/</kbd>
        </Link>
        <ViewBar />
        <ConversationList />
        <div className="sidebar-foot">
          <Link to="/import" aria-current={route.name === "import" ? "page" : undefined}>
            <Icon name="import" />
            Import
          </Link>
          <Link to="/documents" aria-current={route.name === "documents" || route.name === "document" ? "page" : undefined}>
            <Icon name="file" />
            Documents
          </Link>
          <Link to="/requirements" aria-current={route.name === "requirements" || route.name === "requirement" ? "page" : undefined}>
            <Icon name="list" />
            Requirements
          </Link>
          <Account user={user} config={config} />
        </div>
      </nav>
      <button className="scrim" tabIndex={-1} aria-hidden="true" onClick={() => setDrawer(false)} />
      {children}
      <Dialogs />
      <Toasts />
    </div>
  );
}
