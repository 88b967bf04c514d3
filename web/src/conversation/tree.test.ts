import { expect, test } from "vitest";
import { pathOf, treeOf, type Node } from "./tree";

const node = (id: string, parent_id: string | null, active = false, hidden = false): Node => ({
  id,
  parent_id,
  active,
  hidden,
  role: "user",
  size: 1,
});
//  a - b - c - d        active: a b c d
//       \- e - f, g     e and below: another branch
const tree = treeOf([node("a", null, true), node("b", "a", true), node("c", "b", true), node("e", "b"), node("d", "c", true), node("f", "e"), node("g", "e")]);
const ids = (through: string | null, chosen?: Map<string, string>) => pathOf(tree, through, chosen).map((step) => step.node.id);

test("the active path is the way where nothing else is said", () => {
  expect(ids(null)).toEqual(["a", "b", "c", "d"]);
  expect(pathOf(tree, null)[2]).toMatchObject({ offset: 2, siblings: ["c", "e"], sibling: 0 });
});

test("a message on a side branch is reached through its branch, which goes on to its newest end", () => {
  expect(ids("e")).toEqual(["a", "b", "e", "g"]);
  expect(ids("f")).toEqual(["a", "b", "e", "f"]);
});

test("who chose a branch stays on it", () => {
  expect(ids(null, new Map([["b", "e"], ["e", "f"]]))).toEqual(["a", "b", "e", "f"]);
  expect(ids("d", new Map([["b", "e"]]))).toEqual(["a", "b", "c", "d"]);
});

test("hidden messages are left out but for the one that is asked for", () => {
  const hidden = treeOf([node("s", null, true, true), node("q", "s", true)]);
  expect(pathOf(hidden, null).map((s) => s.node.id)).toEqual(["q"]);
  expect(pathOf(hidden, "s").map((s) => s.node.id)).toEqual(["s", "q"]);
});

test("a message whose parent is not there begins, and a circle ends", () => {
  expect(pathOf(treeOf([node("x", "gone")]), null).map((s) => s.node.id)).toEqual(["x"]);
  expect(pathOf(treeOf([node("x", "y"), node("y", "x")]), "x")).toEqual([]);
});

test("ten thousand messages are laid out at once", () => {
  const long = treeOf(Array.from({ length: 10_000 }, (_, i) => node(`m${i}`, i ? `m${i - 1}` : null, true)));
  expect(pathOf(long, "m5000")).toHaveLength(10_000);
});
