import type { Schema } from "../api/client";
import type { ServerEvent } from "../api/events";

/** A tool that the model called. */
export interface ToolUse {
  id: string;
  name: string;
  /** JSON, or what the model wrote in place of it. */
  input: string;
  /** Null while it runs. */
  result: string | null;
  wrong: boolean;
}

/** A call that waits for its person. */
export interface Consent {
  id: string;
  call: string;
  name: string;
  server: string;
  description: string;
  /** It may change something: a yes to it holds for the conversation at most. */
  writes: boolean;
  until: string;
}

/** What a model was told of a conversation that is longer than its window. */
export interface Context {
  /** Messages told as a summary; 0 where there is none. */
  covers: number;
  /** They are all from the beginning on. */
  whole: boolean;
  /** Why there is no summary; null where there is one. */
  problem: string | null;
}

/** An answer that is being made, as far as it has come. */
export interface Turn {
  id: string | null;
  question: string;
  conversation: string | null;
  /** The message it becomes. */
  message: string | null;
  /** What the answer said before it was cut, where it goes on. */
  before: string;
  text: string;
  thinking: string;
  tools: readonly ToolUse[];
  consents: readonly Consent[];
  /** Null where all of the conversation was told. */
  context: Context | null;
  /** Passages that the model was told with the question. */
  sources: readonly Schema["PassageView"][];
  /** It was asked for on this page, which then goes where the answer is. */
  own: boolean;
  state: "asked" | "running" | "ended";
  /** What went wrong; "" where nothing did. */
  wrong: string;
  /** It was sent, and no answer came: nobody knows whether it arrived. */
  unanswered: boolean;
}

export const blank: Turn = {
  id: null,
  question: "",
  conversation: null,
  message: null,
  before: "",
  text: "",
  thinking: "",
  tools: [],
  consents: [],
  context: null,
  sources: [],
  own: true,
  state: "asked",
  wrong: "",
  unanswered: false,
};

/** What an event makes of a turn; the same turn where it means nothing here. */
export function applied(turn: Turn, { event, data }: ServerEvent): Turn {
  const said = JSON.parse(data) as Record<string, unknown>;
  const text = (name: string) => (typeof said[name] === "string" ? said[name] : "");
  const id = (name: string) => text(name) || null;
  switch (event) {
    case "conversation_created":
      return { ...turn, conversation: id("conversation_id") };
    case "message_created":
      return { ...turn, id: id("turn_id"), conversation: id("conversation_id"), message: id("message_id"), state: "running" };
    case "token":
      return { ...turn, text: turn.text + text("content") };
    case "thinking":
      return { ...turn, thinking: turn.thinking + text("content") };
    case "tool_call": {
      const input = typeof said["arguments"] === "string" ? said["arguments"] : JSON.stringify(said["arguments"] ?? {}, null, 2);
      return { ...turn, tools: [...turn.tools, { id: text("id"), name: text("name"), input, result: null, wrong: false }] };
    }
    case "tool_result": {
      // Models may give the same id to two calls: the result is the last one's.
      const at = turn.tools.findLastIndex((tool) => tool.id === text("id"));
      if (at < 0) return turn;
      return { ...turn, tools: turn.tools.with(at, { ...turn.tools[at]!, result: text("content"), wrong: said["is_error"] === true }) };
    }
    case "tool_consent": {
      const asks = {
        id: text("consent_id"),
        call: text("call_id"),
        name: text("name"),
        server: text("server"),
        description: text("description"),
        writes: said["writes"] === true,
        until: text("expires_at"),
      };
      return { ...turn, consents: [...turn.consents, asks] };
    }
    case "context":
      return { ...turn, context: contextOf(said) };
    case "sources":
      return { ...turn, sources: Array.isArray(said["sources"]) ? (said["sources"] as Schema["PassageView"][]) : [] };
    case "tool_consent_given":
      return { ...turn, consents: turn.consents.filter((one) => one.id !== text("consent_id")) };
    case "done":
      return { ...turn, state: "ended", consents: [] };
    case "error":
      return { ...turn, state: "ended", consents: [], wrong: text("message") || "The answer broke off." };
    default:
      return turn;
  }
}

const contextOf = (said: Record<string, unknown>): Context => ({
  covers: typeof said["covers"] === "number" ? said["covers"] : 0,
  whole: said["whole"] === true,
  problem: typeof said["problem"] === "string" ? said["problem"] : null,
});
