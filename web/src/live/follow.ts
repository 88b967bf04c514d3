import { readEvents } from "../api/events";
import type { Schema } from "../api/client";

export type News = Schema["HubEvent"];

/** Where events come from, and what is waited for before they are asked for again. */
export interface Source {
  /** The events after that one; "" is from now on. Throws what the server refused. */
  open: (last: string, signal: AbortSignal) => Promise<Response>;
  wait: (failures: number, failure: unknown) => Promise<void>;
}

/** The last event that was told, over connections and pauses. */
export interface Mark {
  last: string;
}

/**
 * Tells everything that happens, each event once, until the signal ends it: a connection that breaks is taken up behind
 * the last event that was told.
 */
export async function follow(source: Source, mark: Mark, tell: (news: News) => void, signal: AbortSignal) {
  for (let failures = 0; !signal.aborted; ) {
    let failure: unknown = null;
    try {
      for await (const event of readEvents(await source.open(mark.last, signal), (id) => (mark.last = id))) {
        failures = 0;
        tell(JSON.parse(event.data) as News);
      }
    } catch (caught) {
      failure = caught;
      // An id that the server does not take is none to go on from.
      if (statusOf(caught) === 400) mark.last = "";
    }
    if (signal.aborted) return;
    await source.wait(failures++, failure);
  }
}

const statusOf = (failure: unknown) => (failure instanceof Error && "status" in failure ? failure.status : null);
