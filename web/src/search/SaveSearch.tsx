import { useEffect, useRef } from "react";
import { Form } from "../settings/parts";
import { Dialog } from "../ui/Dialog";
import { rename, save, type Saved, type ToSave } from "./saved";

interface Props {
  /** One that is saved gets another name; else it is saved. */
  of: Saved | Omit<ToSave, "name">;
  onClose: () => void;
}

/** Names a search, so that it is found again. */
export default function SaveSearch({ of, onClose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const known = "id" in of ? of : null;
  return (
    <Dialog title={known ? "Rename the search" : "Save the search"} onClose={onClose}>
      <Form
        label="Name of the search"
        yes={known ? "Rename" : "Save"}
        onCancel={onClose}
        run={async (said) => {
          const name = String(said.get("name")).trim();
          await (known ? rename(known, name) : save({ ...of, name }));
          onClose();
        }}
      >
        <label>
          Name
          <input ref={field} name="name" defaultValue={known?.name ?? of.query.trim().slice(0, 100)} maxLength={100} required dir="auto" />
        </label>
      </Form>
    </Dialog>
  );
}
