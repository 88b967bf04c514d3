import { lazy, Suspense, useEffect } from "react";
import { Notice } from "../ui/Notice";
import { Home } from "../shell/Home";
import { Shell } from "../shell/Shell";
import { navigate, routeOf, usePlace } from "./router";
import { session, start } from "./session";
import { useStore } from "./store";

const search = () => import("../search/SearchView");
const conversation = () => import("../conversation/ConversationView");
const SignIn = lazy(() => import("../auth/SignIn"));
const SearchView = lazy(search);
const ConversationView = lazy(conversation);
const SettingsView = lazy(() => import("../settings/SettingsView"));
const AdminView = lazy(() => import("../admin/AdminView"));
const InsightView = lazy(() => import("../insight/InsightView"));
const DocumentsView = lazy(() => import("../documents/DocumentsView"));
const DocumentView = lazy(() => import("../documents/DocumentView"));
const RequirementsView = lazy(() => import("../requirements/RequirementsView"));
const RequirementView = lazy(() => import("../requirements/RequirementView"));
const ImportView = lazy(() => import("../imports/ImportView"));

export function App() {
  const now = useStore(session);
  const { path, query } = usePlace();
  const route = routeOf(path);
  const signedInAtDoor = now.state === "in" && route.name === "signin";
  useEffect(() => {
    // What comes next is here before it is asked for: a key pressed after "/" finds its field.
    if (now.state === "in") void Promise.allSettled([search(), conversation()]);
  }, [now.state]);
  useEffect(() => {
    if (signedInAtDoor) navigate(ownPath(query.get("return")), { replace: true });
  }, [signedInAtDoor, query]);

  switch (now.state) {
    case "starting":
      return <main className="blank" aria-busy="true" aria-label="Parley" />;
    case "failed":
      return (
        <main className="blank">
          <Notice title="Parley does not answer" alert>
            <p>{now.reason}</p>
            <button onClick={() => void start()}>Try again</button>
          </Notice>
        </main>
      );
    case "out":
      return (
        <Suspense fallback={<main className="blank" aria-busy="true" aria-label="Sign in" />}>
          <SignIn config={now.config} />
        </Suspense>
      );
    case "in":
      return (
        <Shell user={now.user} config={now.config} route={route}>
          <Suspense fallback={<main className="main" aria-busy="true" aria-label="Loading" />}>
            {route.name === "home" && <Home />}
            {route.name === "search" && <SearchView />}
            {route.name === "conversation" && <ConversationView key={route.id} id={route.id} message={route.message} />}
            {route.name === "import" && <ImportView />}
            {route.name === "documents" && <DocumentsView />}
            {route.name === "document" && <DocumentView key={route.id} id={route.id} piece={route.piece} />}
            {route.name === "requirements" && <RequirementsView />}
            {route.name === "requirement" && <RequirementView key={route.id} id={route.id} tab={route.tab} />}
            {route.name === "insight" && <InsightView />}
            {route.name === "settings" && <SettingsView />}
            {route.name === "admin" && <AdminView />}
            {route.name === "nowhere" && (
              <main className="main" id="main">
                <Notice title="There is nothing here">
                  <p>
                    <code>{path}</code> is no address of this page.
                  </p>
                </Notice>
              </main>
            )}
          </Suspense>
        </Shell>
      );
  }
}

/** Only an address of this page: nobody is led elsewhere by a link (S26). */
const ownPath = (to: string | null) => (to && /^\/(?!\/|\\)/.test(to) ? to : "/");
