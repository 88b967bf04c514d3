import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { Icon } from "./Icon";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** It stands near the top and shows no head: its name is only told. */
  bare?: boolean;
}

/** A window over the page. The browser keeps focus in it, and gives it back where it came from. */
export function Dialog({ title, onClose, children, bare }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const shown = box.current!;
    if (!shown.open) shown.showModal();
    // The browser would begin at the button that closes it.
    shown.querySelector<HTMLElement>("input, select, textarea, .dialog-foot button")?.focus();
    return () => shown.close();
  }, []);
  return (
    <dialog
      ref={box}
      className={bare ? "bare" : ""}
      aria-labelledby={id}
      // A close that is undone by now was React's own, which in development mounts everything twice.
      onClose={() => box.current && !box.current.open && onClose()}
      onPointerDown={(event) => event.target === box.current && onClose()}
    >
      <div className="dialog-box">
        <header className={bare ? "sr" : ""}>
          <h2 id={id}>{title}</h2>
          {!bare && (
            <button type="button" className="plain" onClick={onClose}>
              <Icon name="close" />
              <span className="sr">Close</span>
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
