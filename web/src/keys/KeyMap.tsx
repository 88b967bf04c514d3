import { Dialog } from "../ui/Dialog";
import { capsOf, table, type Scope } from "./keys";

const places: Record<Scope, string> = {
  page: "Anywhere",
  list: "In the list",
  messages: "In a conversation",
  map: "On the map of a conversation",
  find: "Finding in a conversation",
  search: "In the search field",
  dates: "Over the matches by date",
  chart: "Over a chart of the overview",
  tabs: "Over the tabs of requirements",
  rows: "In a list of requirements",
  graph: "In a drawing of links",
  composer: "Where one writes",
};

/** Every key, by where it works. */
export default function KeyMap({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className="key-map" tabIndex={0} role="region" aria-label="Keys">
        {(Object.keys(places) as Scope[]).map((scope) => (
          <section key={scope}>
            <h3>{places[scope]}</h3>
            <dl>
              {table
                .filter((key) => key.scope === scope)
                .map((key) => (
                  <div key={key.action}>
                    <dt>{key.name}</dt>
                    <dd>
                      {key.keys.map((keys, index) => (
                        <span key={keys}>
                          {index > 0 && <span className="muted"> or </span>}
                          <Caps keys={keys} />
                        </span>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

export const Caps = ({ keys }: { keys: string }) =>
  capsOf(keys).map((cap, index) => <kbd key={index}>{cap}</kbd>);
