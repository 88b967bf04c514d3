import { useLayoutEffect, useRef, type KeyboardEvent } from "react";
import { createPortal } from "react-dom";
import { Icon, type IconName } from "./Icon";

export interface MenuEntry {
  name: string;
  icon?: IconName;
  run?: () => void;
  /** A file to be saved, in place of something to do. */
  href?: string;
  checked?: boolean;
  danger?: boolean;
}

interface Props {
  label: string;
  /** What it belongs to: it stands beside it, and focus goes back there. */
  anchor: HTMLElement;
  /** Null is a line between groups. */
  entries: readonly (MenuEntry | null)[];
  onClose: () => void;
}

/** A list of things to do, beside what they are done to. Arrows and first letters walk, Enter does, Escape leaves. */
export function Menu({ label, anchor, entries, onClose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(onClose);
  latest.current = onClose;
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

  useLayoutEffect(() => {
    const menu = box.current!;
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const below = at.bottom + height + 8 <= innerHeight || at.top < height + 8;
    menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, below ? Math.min(at.bottom + 4, innerHeight - height - 8) : at.top - height - 4)}px`;
    menu.querySelector<HTMLElement>("[role^=menuitem]")?.focus({ preventScroll: true });
    const close = () => latest.current();
    const outside = (event: Event) => !menu.contains(event.target as Node) && close();
    addEventListener("pointerdown", outside);
    addEventListener("wheel", outside, { passive: true });
    addEventListener("resize", close);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("wheel", outside);
      removeEventListener("resize", close);
    };
  }, [anchor]);

  function leave() {
    onClose();
    anchor.focus({ preventScroll: true });
  }

  function key(event: KeyboardEvent) {
    // What is pressed in a menu is the menu's.
    event.stopPropagation();
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      leave();
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const begins = (item: HTMLElement) => item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase());
      (all.slice(at + 1).find(begins) ?? all.find(begins))?.focus();
    }
  }

  // In the page's own landmark, past lists that move their rows and cut what reaches out of them.
  return createPortal(
    <div ref={box} className="menu" role="menu" aria-label={label} onKeyDown={key}>
      {entries.map((entry, index) => {
        if (!entry) return <div key={index} role="separator" />;
        const inside = (
          <>
            {entry.icon ? <Icon name={entry.checked ? "check" : entry.icon} /> : null}
            {entry.name}
          </>
        );
        return entry.href ? (
          <a key={index} role="menuitem" tabIndex={-1} href={entry.href} download="" onClick={leave}>
            {inside}
          </a>
        ) : (
          <button
            key={index}
            role={entry.checked === undefined ? "menuitem" : "menuitemcheckbox"}
            aria-checked={entry.checked}
            tabIndex={-1}
            className={entry.danger ? "danger" : undefined}
            onClick={() => {
              leave();
              entry.run?.();
            }}
          >
            {inside}
          </button>
        );
      })}
    </div>,
    document.getElementById("main") ?? document.body,
  );
}
