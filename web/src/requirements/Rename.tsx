import { api, of } from "../api/client";
import { Form } from "../settings/parts";
import { Dialog } from "../ui/Dialog";
import { say } from "../ui/toasts";
import type { Requirements } from "./names";

/** Under another name. The API takes a name with the text, so the text is read first and goes back as it is, where nobody changed it since. */
async function rename(id: string, name: string): Promise<Requirements> {
  const path = { id };
  const { text, revision } = await of(api.GET("/api/prd/{id}", { params: { path } }));
  return of(api.PUT("/api/prd/{id}", { params: { path, header: { "If-Match": `"${revision}"` } }, body: { text: text ?? "", name } }));
}

interface Props {
  one: Requirements;
  onClose: () => void;
  onDone: () => void;
}

export const Rename = ({ one, onClose, onDone }: Props) => (
  <Dialog title="Rename" onClose={onClose}>
    <Form
      label="Rename"
      yes="Rename"
      onCancel={onClose}
      run={async (said) => {
        const name = String(said.get("name")).trim();
        if (name !== one.name) {
          await rename(one.id, name);
          onDone();
          say(`It is called “${name}” now.`, {
            undo: async () => {
              await rename(one.id, one.name);
              onDone();
            },
          });
        }
        onClose();
      }}
    >
      <label>
        Title
        <input name="name" defaultValue={one.name} required maxLength={255} dir="auto" />
      </label>
    </Form>
  </Dialog>
);
