import { dialog } from "../app/dialogs";
import { navigate } from "../app/router";
import { undoLast } from "../ui/toasts";
import type { Action } from "./keys";

/** Focus goes there once it is there: what is on its way comes with one of the next frames. */
function focus(selector: string, frames = 60) {
  const found = document.querySelector<HTMLElement>(selector);
  if (found) found.focus();
  else if (frames > 0) requestAnimationFrame(() => focus(selector, frames - 1));
}

/** What the keys of the whole page do; the palette does the same. */
export function run(action: Action<"page">) {
  switch (action) {
    case "palette":
    case "keys":
      return dialog.set({ name: action });
    case "search":
      if (location.pathname !== "/search") navigate("/search");
      return focus("#q");
    case "home":
      return navigate("/");
    case "import":
      return navigate("/import");
    case "list":
      return focus(".list a[tabindex='0']", 0);
    case "messages":
      return focus(".messages", 0);
    case "consent":
      return focus(".consent button", 0);
    case "write":
      return focus(".composer textarea", 0);
    case "new":
      navigate("/");
      return focus(".composer textarea");
    case "undo":
      return void undoLast();
  }
}
