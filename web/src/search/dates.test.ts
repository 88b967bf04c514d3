import { expect, test } from "vitest";
import { after, barsOf, spelled } from "./dates";

test("stretches without a match stand between those with one", () => {
  const of = (interval: "day" | "month" | "year" | "week", ...starts: string[]) => barsOf({ interval, buckets: starts.map((start) => ({ start, count: 2 })) });
  expect(of("month", "2024-11-01", "2025-02-01").map((bar) => `${bar.start} ${bar.count}`)).toEqual(["2024-11-01 2", "2024-12-01 0", "2025-01-01 0", "2025-02-01 2"]);
  expect(of("week", "2024-12-30", "2025-01-13").map((bar) => bar.end)).toEqual(["2025-01-06", "2025-01-13", "2025-01-20"]);
  expect(of("year", "0001-01-01", "2025-01-01").length).toBeLessThan(700);
  expect(of("day")).toEqual([]);
});

test("a day is spelled as the query has it", () => {
  expect([after("2024-12-31", "day"), after("2024-12-01", "month")].map(spelled)).toEqual(["2025", "2025"]);
  expect(["2025-03-01", "2025-03-02"].map(spelled)).toEqual(["2025-03", "2025-03-02"]);
});
