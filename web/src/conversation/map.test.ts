import { expect, test } from "vitest";
import { hasBranches, placeOf, runsOf } from "./map";
import { pathOf, treeOf, type Node } from "./tree";

const node = (id: string, parent_id: string | null, active = false, hidden = false): Node => ({ id, parent_id, active, hidden, role: "user", size: 1 });
//  a - b - c - d        active: a b c d
//       \- e - f, g     e and below: another branch
const tree = treeOf([node("a", null, true), node("b", "a", true), node("c", "b", true), node("e", "b"), node("d", "c", true), node("f", "e"), node("g", "e")]);
const lines = (of: ReturnType<typeof runsOf>) => of.map((run) => `${".".repeat(run.depth)}${run.first}-${run.last} ${run.count}${run.goesOn ? " on" : ""}`);

test("side branches stand above what goes on, set in by one", () => {
  expect(lines(runsOf(tree))).toEqual(["a-b 2 on", ".e-e 1 on", "..f-f 1", ".g-g 1", "c-d 2"]);
  expect([hasBranches(tree), hasBranches(treeOf([node("a", null)]))]).toEqual([true, false]);
});

test("where one stands is the line of the message, on the path that is shown", () => {
  const runs = runsOf(tree);
  const at = (through: string | null, id: string) => runs[placeOf(runs, pathOf(tree, through), id)]?.first;
  expect([at(null, "b"), at(null, "d"), at("e", "e"), at("e", "g"), at("f", "f")]).toEqual(["a", "c", "e", "g", "f"]);
});

test("hidden messages are not counted, several beginnings stand below each other, circles end", () => {
  expect(lines(runsOf(treeOf([node("s", null, true, true), node("q", "s", true), node("x", null)])))).toEqual(["q-q 1", "x-x 1"]);
  expect(runsOf(treeOf([node("x", "y"), node("y", "x")]))).toEqual([]);
});

test("ten thousand messages are mapped at once, in one line, in a comb, and as versions of one", () => {
  const of = (parent: (i: number) => string | null) => runsOf(treeOf(Array.from({ length: 10_000 }, (_, i) => node(`m${i}`, parent(i)))));
  expect(of((i) => (i ? `m${i - 1}` : null))).toHaveLength(1);
  // Every other message has a version aside that nothing follows.
  expect(of((i) => (i < 2 ? null : `m${i - (i % 2) - 1}`)).length).toBeGreaterThan(9_000);
  expect(of((i) => (i ? "m0" : null))).toHaveLength(10_000);
});
