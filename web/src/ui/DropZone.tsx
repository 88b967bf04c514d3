import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { Icon } from "./Icon";

/** What takes files that are dropped on it, anywhere: spread the handlers over it. */
export function useDrop(take: (files: readonly File[]) => void) {
  const [over, setOver] = useState(false);
  const handlers = {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      setOver(false);
      if (event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      take([...event.dataTransfer.files]);
    },
  };
  return { over, handlers };
}

interface PickerProps {
  take: (files: readonly File[]) => void;
  /** The button that opens it. */
  children: (open: () => void) => ReactNode;
}

/** Files are chosen by the browser's own dialog; the same ones can be chosen again. */
export function FilePicker({ take, children }: PickerProps) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      {children(() => picker.current?.click())}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          take([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}

interface ZoneProps {
  title: string;
  over: boolean;
  take: (files: readonly File[]) => void;
  disabled?: boolean;
  /** What stands beside the button. */
  beside?: ReactNode;
  children: ReactNode;
}

/** Says what may be dropped, and lets it be chosen. */
export const DropZone = ({ title, over, take, disabled, beside, children }: ZoneProps) => (
  <section className={over ? "zone over" : "zone"} aria-labelledby="zone">
    <h2 id="zone">{title}</h2>
    <p className="muted">{children}</p>
    <div className="zone-foot">
      <FilePicker take={take}>
        {(open) => (
          <button className="primary" disabled={disabled} onClick={open}>
            <Icon name="import" />
            Choose files
          </button>
        )}
      </FilePicker>
      {beside}
    </div>
  </section>
);
