import { dialog } from "../app/dialogs";
import { navigate } from "../app/router";
import { undoLast } from "../ui/toasts";
import { focusOn } from "./ahead";
import type { Action } from "./keys";

/** What stands there now; nothing where it does not. */
const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();

/** What the keys of the whole page do; the palette does the same. */
export function run(action: Action<"page">) {
  switch (action) {
    case "palette":
      dialog.set({ name: action });
      return focusOn(".palette-field");
    case "keys":
      return dialog.set({ name: action });
    case "search":
      if (location.pathname !== "/search") navigate("/search");
      return focusOn("#q");
    case "home":
      return navigate("/");
    case "import":
      return navigate("/import");
    case "documents":
      return navigate("/documents");
    case "requirements":
      return navigate("/requirements");
    case "insight":
      return navigate("/insight");
    case "settings":
      return navigate("/settings");
    case "admin":
      return navigate("/admin");
    case "list":
      return focus(".list a[tabindex='0']");
    case "messages":
      return focus(".messages");
    case "consent":
      return focus(".consent button");
    case "write":
      return focus(".composer textarea");
    case "new":
      navigate("/");
      // It may be that there is none.
      return focusOn(".composer textarea", 2000);
    case "undo":
      return void undoLast();
  }
}
