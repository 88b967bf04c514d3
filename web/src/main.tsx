import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app/theme";
import { App } from "./app/App";
import { start } from "./app/session";
import { installWorker } from "./offline/worker";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/forms.css";
import "./styles/overlay.css";

void start();
// Where it cannot be (cookies are blocked, say) the page is as it was, with a server.
void installWorker().catch(() => {});
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
