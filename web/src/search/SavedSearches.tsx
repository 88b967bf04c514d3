import { useRef, useState } from "react";
import { dialog } from "../app/dialogs";
import { Link } from "../app/router";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { useHeldFocus } from "../ui/useHeldFocus";
import { addressOf, forget, type Saved } from "./saved";

/** Searches that were saved, where nothing is asked yet. */
export function SavedSearches({ items }: { items: readonly Saved[] }) {
  const box = useRef<HTMLElement>(null);
  const [menu, setMenu] = useState<{ one: Saved; anchor: HTMLElement } | null>(null);
  useHeldFocus(box, () => (box.current?.querySelector<HTMLElement>("li a") ?? document.getElementById("q"))?.focus());
  if (items.length === 0) return null;
  return (
    <section ref={box} className="saved" aria-labelledby="saved">
      <h2 id="saved">Saved</h2>
      <ul>
        {items.map((one) => (
          <li key={one.id}>
            <Link to={addressOf(one)}>
              <span dir="auto">{one.name}</span>
              {one.name !== one.query && (
                <code className="muted" dir="auto">
                  {one.query}
                </code>
              )}
            </Link>
            <button className="plain" aria-haspopup="menu" onClick={(event) => setMenu({ one, anchor: event.currentTarget })}>
              <Icon name="more" />
              <span className="sr" dir="auto">
                With {one.name}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {menu && (
        <Menu
          label={`With ${menu.one.name}`}
          anchor={menu.anchor}
          entries={[
            { name: "Rename…", icon: "edit", run: () => dialog.set({ name: "saveSearch", of: menu.one }) },
            { name: "Forget", icon: "trash", danger: true, run: () => void forget(menu.one) },
          ]}
          onClose={() => setMenu(null)}
        />
      )}
    </section>
  );
}
