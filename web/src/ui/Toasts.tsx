import { useEffect, useState } from "react";
import { useStore } from "../app/store";
import { Icon } from "./Icon";
import { drop, toasts, undo, type Toast } from "./toasts";

/** How long a sentence stands, in ms; one that can be undone longer, and none while somebody is at it. */
const stay = { told: 4000, undoable: 12_000 };

export const Toasts = () => (
  <div className="toasts" role="status">
    {useStore(toasts).map((toast) => (
      <One key={toast.id} toast={toast} />
    ))}
  </div>
);

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
