import { expect, test } from "vitest";
import { between, filtersOf, has, inMonth, toggle, tokens, unfinished, without, wordsOf } from "./query";

test("filters are told from words, quoted and negated ones too", () => {
  const text = 'green tea provider:claude -role:system model:"gpt 4" "hot water" x:y http://a';
  expect(filtersOf(text).map((t) => [t.filter, t.negated, t.value])).toEqual([
    ["provider", false, "claude"],
    ["role", true, "system"],
    ["model", false, "gpt 4"],
  ]);
  expect(wordsOf(text)).toEqual(["green", "tea", "hot water", "x:y", "http://a"]);
  for (const token of tokens(text)) expect(text.slice(token.start, token.end)).toContain(token.value);
});

test("a filter without its value is text, as one types it", () => {
  expect(filtersOf("tea provider:")).toEqual([]);
});

test("chips go as they came", () => {
  expect(toggle("tea", "provider", "claude")).toBe("tea provider:claude");
  expect(toggle("tea provider:Claude water", "provider", "claude")).toBe("tea water");
  expect(toggle("", "model", "gpt 4")).toBe('model:"gpt 4"');
  expect(toggle("tea", "model", 'a"b')).toBe("tea");
  expect(has('model:"gpt 4"', "model", "GPT 4")).toBe(true);
  expect(without("a tag:x b", filtersOf("a tag:x b")[0]!)).toBe("a b");
});

test("a month takes the place of other dates, and goes when it is chosen again", () => {
  expect(inMonth("tea after:2020", "2024-12")).toBe("tea after:2024-12 before:2025-01");
  expect(inMonth("tea after:2024-12 before:2025-01", "2024-12")).toBe("tea");
});

test("a stretch of time takes the place of other dates, as short as it can be said", () => {
  expect(between("tea after:2020 cup", "2024-01-01", "2025-01-01")).toBe("tea cup after:2024 before:2025");
  expect(between("", "2024-02-01", "2024-02-08")).toBe("after:2024-02 before:2024-02-08");
});

test("only a last word that may go on is a prefix", () => {
  expect(unfinished("green te")).toBe("green te*");
  for (const done of ["green te ", '"green te', "t", "te*", "provider:cl", "tea OR", "", "a ("]) expect(unfinished(done)).toBe(done);
});
