import { api, messageOf, of } from "../api/client";
import { say } from "../ui/toasts";
import type { LinkView } from "./names";

type Ends = Pick<LinkView, "from_id" | "to_id" | "relation">;

/** A link as a person says it is: added, or confirmed where it was found. */
export const stand = ({ from_id, to_id, relation }: Ends, reason?: string) => {
  if (relation === "BELONGS_TO") throw new Error("What stands under what is the text’s to say.");
  return of(api.POST("/api/graph/edges", { body: { from_id, to_id, relation, ...(reason !== undefined && { reason }) } }));
};

/** Says that a link is right; what became of it is told to `put`. */
export async function confirm(link: Ends, put: (link: LinkView) => void) {
  try {
    put(await stand(link));
    say("The link is confirmed.");
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
  }
}

/** Takes a link away. It can come back, but only as one that a person stands for: so the server keeps it. */
export async function reject(link: Ends & { id: string; added?: string }, gone: () => void, back: (link: LinkView) => void) {
  try {
    await of(api.DELETE("/api/graph/edges/{id}", { params: { path: { id: link.id } } }));
    gone();
    say(link.added !== undefined ? "The link is taken away." : "The link is rejected; it is not found again.", { undo: async () => back(await stand(link, link.added)) });
  } catch (failure) {
    say(messageOf(failure), { wrong: true });
  }
}
