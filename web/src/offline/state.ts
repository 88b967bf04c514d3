import type { Schema } from "../api/client";
import { createStore } from "../app/store";
import type { Waiting } from "./queue";

/** A conversation that is kept: what the list shows of it, and what it takes. */
export interface Kept {
  id: string;
  owner: string;
  /** When it was opened or changed last, in ms: the newest stay. */
  at: number;
  /** Of its words, as JSON in UTF-8. */
  bytes: number;
  head: Schema["ConversationView"];
}

/** What this device keeps for who is signed in, newest first. */
export interface Device {
  kept: readonly Kept[];
  waiting: readonly Waiting[];
}

/** Null: nothing is kept on this device. */
export const device = createStore<Device | null>(null);

/** The message that is on its way to the server. */
export const sending = createStore<string | null>(null);

/** Words that go back to where they are written: a conversation, or "new". */
export const returned = createStore<{ draft: string; text: string } | null>(null);

/** Messages that wait for their account to sign in again. */
export const atDoor = createStore(0);
