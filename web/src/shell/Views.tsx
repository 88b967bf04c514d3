import { useEffect } from "react";
import { emptyBin } from "../actions/conversations";
import { dialog } from "../app/dialogs";
import { useStore } from "../app/store";
import { useNews } from "../live/live";
import { Icon } from "../ui/Icon";
import { conversations, show } from "./conversations";
import { everything, keyOf, nameOf, places, readPlaces, viewsOf, type View } from "./views";

const groups: [name: string, has: (view: View) => boolean][] = [
  ["Conversations", (view) => view.kind === "list"],
  ["Put away", (view) => view.kind === "archive" || view.kind === "bin"],
  ["Folders", (view) => view.kind === "folder"],
  ["Tags", (view) => view.kind === "tag"],
];

/** What the list shows: a space, the archive, the bin, a folder, a tag. */
export function Views() {
  const { view } = useStore(conversations);
  const known = viewsOf(useStore(places));
  useEffect(() => void readPlaces(), []);
  useNews((news) => news.type === "resync" && void readPlaces());
  const here = keyOf(view);
  // One that was chosen stays choosable where there are more than are listed.
  const views = known.some((one) => keyOf(one) === here) ? known : [...known, view];
  return (
    <select aria-label="What the list shows" value={here} onChange={(event) => void show(views.find((one) => keyOf(one) === event.target.value) ?? everything)}>
      {groups.map(([name, has]) => {
        const within = views.filter(has);
        return within.length === 0 ? null : (
          <optgroup key={name} label={name}>
            {within.map((one) => (
              <option key={keyOf(one)} value={keyOf(one)}>
                {nameOf(one)}
              </option>
            ))}
          </optgroup>
        );
      })}
    </select>
  );
}

/** Where the list shows what lies elsewhere: its name, the way back, and what can be done with all of it. */
export function ViewBar() {
  const { view, items, state } = useStore(conversations);
  if (view.kind === "list") return null;
  const empty = () =>
    dialog.set({ name: "confirm", title: "Empty the bin?", text: "Everything in it is deleted for good. It cannot be undone.", yes: "Empty it", run: emptyBin });
  return (
    <div className="view-bar">
      <strong dir="auto">{nameOf(view)}</strong>
      {view.kind === "bin" && items.length > 0 && (
        <button className="link" disabled={state === "loading"} onClick={empty}>
          Empty it…
        </button>
      )}
      <button className="plain" onClick={() => void show(everything)}>
        <Icon name="close" />
        <span className="sr">Back to all conversations</span>
      </button>
    </div>
  );
}
