import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app/theme";
import { App } from "./app/App";
import { start } from "./app/session";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/forms.css";
import "./styles/overlay.css";

void start();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
