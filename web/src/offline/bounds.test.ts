import { expect, test } from "vitest";
import { beyond } from "./bounds";

const entry = (id: string, at: number, bytes = 1) => ({ id, at, bytes });

test("the newest stay, by count", () => {
  expect(beyond([entry("old", 1), entry("new", 3), entry("middle", 2)], 2, 100)).toEqual(["old"]);
  expect(beyond([entry("a", 1)], 1, 100)).toEqual([]);
  expect(beyond([], 1, 100)).toEqual([]);
});

test("the newest stay, by bytes, and one that does not fit leaves its place to older ones", () => {
  expect(beyond([entry("new", 4, 40), entry("giant", 3, 70), entry("small", 2, 50), entry("old", 1, 20)], 9, 100)).toEqual(["giant", "old"]);
});

test("what is kept never passes either bound", () => {
  for (let seed = 1; seed < 200; seed++) {
    const entries = Array.from({ length: seed % 17 }, (_, n) => entry(String(n), (n * seed * 7919) % 101, (n * seed * 104729) % 60));
    const gone = new Set(beyond(entries, 5, 90));
    const kept = entries.filter((one) => !gone.has(one.id));
    expect(kept.length).toBeLessThanOrEqual(5);
    expect(kept.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(90);
  }
});
