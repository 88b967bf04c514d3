import { expect, test } from "vitest";
import { applied, blank } from "./turn";

const after = (...events: [string, object][]) =>
  events.reduce((turn, [event, data]) => applied(turn, { id: "", event, data: JSON.stringify(data) }), blank);
const call = (id: string) => ["tool_call", { id, name: "echo", arguments: { a: 1 } }] as [string, object];
const asks = ["tool_consent", { consent_id: "1", call_id: "c", name: "echo", server: "mcp", description: "", writes: true, expires_at: "" }] as [string, object];

test("words gather, and the last event ends it", () => {
  const turn = after(["message_created", { turn_id: "t", conversation_id: "c", message_id: "m" }], ["token", { content: "a" }], ["token", { content: "b" }]);
  expect(turn).toMatchObject({ id: "t", conversation: "c", message: "m", text: "ab", state: "running" });
  expect(applied(turn, { id: "", event: "error", data: "{}" })).toMatchObject({ state: "ended", wrong: "The answer broke off." });
});

test("a tool asks until it is answered, in whichever tab", () => {
  expect(after(call("c"), asks).consents).toMatchObject([{ id: "1", call: "c", writes: true }]);
  expect(after(call("c"), asks, ["tool_consent_given", { consent_id: "1", allowed: true }]).consents).toEqual([]);
  expect(after(call("c"), asks, ["done", {}]).consents).toEqual([]);
});

test("a result belongs to the last call of its id", () => {
  const turn = after(call("c"), ["tool_result", { id: "c", content: "one" }], call("c"), ["tool_result", { id: "c", content: "two", is_error: true }]);
  expect(turn.tools.map((tool) => [tool.result, tool.wrong])).toEqual([
    ["one", false],
    ["two", true],
  ]);
});

test("how much of the conversation was told is known", () => {
  expect(after(["token", { content: "a" }]).context).toBe(null);
  expect(after(["context", { overflow: "summarise", covers: 12, whole: true, made: true, problem: null }]).context).toEqual({ covers: 12, whole: true, problem: null });
  expect(after(["context", { overflow: "drop", covers: 0, whole: false, made: false, problem: "too slow" }]).context).toEqual({ covers: 0, whole: false, problem: "too slow" });
});
