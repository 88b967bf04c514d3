import { expect, test } from "vitest";
import { findIn, ordered, snippetOf, wantedOf, type Words } from "./find";

const message = (id: string, content: string, more: object = {}) => ({ id, content, role: "user", hidden: false, active: true, model: null, created_at: `2026-01-0${id}T00:00:00Z`, ...more });
const words = (title: string, ...messages: object[]) => ({ head: { id: title, title, provider: "parley", model: null, created_at: "2026-01-01T00:00:00Z", updated_at: null }, messages }) as unknown as Words;
const found = (query: string, of: Words) => findIn(of, wantedOf(query)).map((hit) => hit.message_id);

test("a message has to say all words, whatever the case, and none of those that are negated", () => {
  const tea = words("x", message("1", "Grüner TEE, kalt"), message("2", "grüner Kaffee"), message("3", "hidden grüner tee", { hidden: true }));
  expect(found("tee GRÜNER", tea)).toEqual(["1"]);
  expect(found("grüner -kaffee", tea)).toEqual(["1"]);
  expect(found("grüner kaff*", tea)).toEqual(["2"]);
  expect(found('"grüner tee"', tea)).toEqual(["1"]);
  expect(found("-tee", tea)).toEqual([]);
  expect(found("a.b", words("x", message("1", "axb")))).toEqual([]);
});

test("titles are found too, filters are said to be left out", () => {
  expect(findIn(words("Steeping tea"), wantedOf("tea")).map((hit) => hit.kind)).toEqual(["title"]);
  expect(wantedOf("tea role:user").more).toBe(true);
  expect(wantedOf("tea pot").more).toBe(false);
});

test("a snippet is cut around the first match, and its marks stand on what was found", () => {
  const { text, highlights } = snippetOf(`${"x ".repeat(200)}a warm\npot, WARM ${"y ".repeat(400)}`, wantedOf("warm").marks!);
  expect(text.startsWith("… ")).toBe(true);
  expect(text.endsWith(" …")).toBe(true);
  expect(text).not.toContain("\n");
  expect(highlights.map(({ start, end }) => text.slice(start, end))).toEqual(["warm", "WARM"]);
});

test("the newest come first, titles before them, and a conversation once where that is asked", () => {
  const hits = findIn(words("tea", message("1", "tea"), message("3", "tea"), message("2", "tea")), wantedOf("tea"));
  expect(ordered(hits, "relevance", false).map((hit) => hit.message_id)).toEqual([null, "3", "2", "1"]);
  expect(ordered(hits, "newest", false)[0]!.message_id).toBe("3");
  expect(ordered(hits, "relevance", true)).toMatchObject([{ kind: "title", more: 3 }]);
});
