import { api, of } from "../api/client";
import { dialog } from "../app/dialogs";
import { plural } from "../ui/format";
import { say } from "../ui/toasts";
import type { Requirements } from "./names";

/** Deletes a requirements document, once that was asked. */
export const askToRemove = (one: Requirements, after: () => unknown) =>
  dialog.set({
    name: "confirm",
    title: "Delete the requirements document?",
    text: `“${one.name}” is deleted for good, with its ${plural(one.statements, "statement", "statements")}, their links and all versions.`,
    yes: "Delete it",
    run: async () => {
      await of(api.DELETE("/api/prd/{id}", { params: { path: { id: one.id } } }));
      say(`“${one.name}” is deleted.`);
      await after();
    },
  });
