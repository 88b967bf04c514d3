import type { Schema } from "../api/client";
import { createStore } from "../app/store";

/** The conversation that is open, for what acts on it from elsewhere; null where none is. */
export const opened = createStore<Schema["ConversationView"] | null>(null);
