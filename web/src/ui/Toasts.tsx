import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStore } from "../app/store";
import { Icon } from "./Icon";
import { drop, toasts, toastsTop, undo, type Toast } from "./toasts";

/** How long a sentence stands, in ms; one that can be undone longer, and none while somebody is at it. */
const stay = { told: 4000, undoable: 12_000 };

export function Toasts() {
  const box = useRef<HTMLDivElement>(null);
  const shown = useStore(toasts);
  useLayoutEffect(() => {
    const look = () => toastsTop.set(shown.length > 0 && box.current ? box.current.getBoundingClientRect().top : null);
    look();
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  }, [shown]);
  return (
    <div ref={box} className="toasts" role="status">
      {shown.map((toast) => (
        <One key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function One({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => drop(toast.id), toast.undo || toast.wrong ? stay.undoable : stay.told);
    return () => clearTimeout(timer);
  }, [held, toast]);
  return (
    <p
      className={toast.wrong ? "toast wrong" : "toast"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span dir="auto">{toast.text}</span>
      {toast.undo && (
        <button className="link" onClick={() => void undo(toast)}>
          Undo
        </button>
      )}
      <button className="plain" onClick={() => drop(toast.id)}>
        <Icon name="close" />
        <span className="sr">Close</span>
      </button>
    </p>
  );
}
