import { typing } from "./keys";

let waiting = new AbortController();

/**
 * Moves focus to a field that may still be on its way (a view that is loaded, a list that is read), for so many ms. What
 * is typed meanwhile is kept, and stands in the field once it is there.
 */
export function focusOn(selector: string, patience = 10_000) {
  waiting.abort();
  const own = (waiting = new AbortController());
  const { signal } = own;
  const until = performance.now() + patience;
  let kept = "";

  function arrived(): boolean {
    const found = document.querySelector<HTMLElement>(selector);
    if (!found) return false;
    own.abort();
    found.focus();
    if (kept !== "" && (found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement)) {
      found.setRangeText(kept, found.selectionStart ?? 0, found.selectionEnd ?? 0, "end");
      found.dispatchEvent(new InputEvent("input", { bubbles: true, data: kept, inputType: "insertText" }));
    }
    return true;
  }
  function key(event: KeyboardEvent) {
    // Whoever has come to a field by now writes there, behind what was typed before.
    if (typing(event.target)) return void (arrived() || own.abort());
    if (event.key === "Escape" || event.key === "Tab") return own.abort();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Backspace") kept = kept.slice(0, -1);
    else if (event.key.length === 1) kept += event.key;
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    arrived();
  }
  function look() {
    if (signal.aborted || arrived()) return;
    if (performance.now() < until) requestAnimationFrame(look);
    else own.abort();
  }
  if (arrived()) return;
  addEventListener("keydown", key, { capture: true, signal });
  addEventListener("pointerdown", () => own.abort(), { capture: true, signal });
  requestAnimationFrame(look);
}
