import { expect, test } from "vitest";
import { inMonth, mostMonths, span } from "./months";

test("months in which nothing was said are there, ages are not", () => {
  expect(span(["2024-11", null, "2025-02"])).toEqual(["2024-11", "2024-12", "2025-01", "2025-02"]);
  expect(span([null])).toEqual([]);
  const long = span(["0001-01", "2025-02"]);
  expect([long.length, long.at(-1)]).toEqual([mostMonths, "2025-02"]);
});

test("a month leads to what was said in it", () => {
  expect(inMonth("2024-12", "provider:claude")).toBe("/search?q=provider%3Aclaude+after%3A2024-12+before%3A2025-01&sort=newest");
});
