import { expect, test } from "vitest";
import { layout, lineOf, linesBetween, neighbourOf, size, type Edge } from "./layout";

const edges = (...pairs: string[]): Edge[] => pairs.map((pair) => ({ from: pair[0]!, to: pair[1]! }));

test("what a statement leads to is on its right, what leads to it on its left, each as far as it is away", () => {
  const { spots } = layout("m", edges("ma", "ab", "xm", "yx", "zb"));
  const columns = Object.fromEntries([...spots].map(([id, spot]) => [id, spot.column]));
  expect(columns).toEqual({ m: 0, a: 1, b: 2, z: 3, x: -1, y: -2 });
});

test("boxes never lie over each other, and all are within the drawing", () => {
  const all = edges(...[..."abcdefghij"].map((to) => `m${to}`), ...[..."klno"].map((from) => `${from}m`), "ab", "cd");
  const { spots, width, height } = layout("m", all);
  const places = [...spots.values()];
  for (const one of places) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.y).toBeGreaterThanOrEqual(0);
    expect(one.x + size.width).toBeLessThanOrEqual(width);
    expect(one.y + size.height).toBeLessThanOrEqual(height);
    for (const other of places) if (one !== other) expect(one.x !== other.x || Math.abs(one.y - other.y) >= size.height).toBe(true);
  }
});

test("the order in which links come changes nothing, and what hangs together stands together", () => {
  const all = edges("ma", "mb", "ac", "bd");
  const one = layout("m", all);
  expect(layout("m", all.toReversed())).toEqual({ ...one, spots: new Map(one.spots) });
  expect(one.spots.get("c")!.row < one.spots.get("d")!.row).toBe(one.spots.get("a")!.row < one.spots.get("b")!.row);
});

test("a statement without links stands alone, one linked with itself too", () => {
  expect(layout("m", []).spots.size).toBe(1);
  expect(layout("m", edges("mm")).spots.size).toBe(1);
});

test("lines leave at the side they lead to", () => {
  const { spots } = layout("m", edges("ma", "xm"));
  const [m, a, x] = [spots.get("m")!, spots.get("a")!, spots.get("x")!];
  expect(lineOf(m, a).path.startsWith(`M${m.x + size.width} `)).toBe(true);
  expect(lineOf(x, m).path.endsWith(`${m.x} ${m.y + size.height / 2}`)).toBe(true);
});

test("arrows lead to the nearest box that way", () => {
  const { spots } = layout("m", edges("ma", "mb", "mc", "xm"));
  const middle = neighbourOf(spots, "m", "right")!;
  expect(spots.get(middle)!.row).toBe(0);
  expect(neighbourOf(spots, "m", "left")).toBe("x");
  expect(neighbourOf(spots, "x", "right")).toBe("m");
  expect(neighbourOf(spots, "m", "up")).toBe(null);
  expect(spots.get(neighbourOf(spots, middle, "down")!)!.row).toBe(1);
});

test("a pair has one line, however many links it has", () => {
  const lines = linesBetween(edges("ab", "ba", "ab", "ac", "cc"));
  expect(lines.map(({ from, to, back, links }) => `${from}${to} ${back} ${links.length}`)).toEqual(["ab true 3", "ac false 1"]);
});
