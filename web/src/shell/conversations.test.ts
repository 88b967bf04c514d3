import { expect, test, vi } from "vitest";

// The list is asked for over the page's own address.
vi.stubGlobal("location", { origin: "http://localhost" });
vi.stubGlobal("navigator", { language: "en-GB" });
const { extended, gone, placed, rowsOf } = await import("./conversations");
type List = import("./conversations").List;
type Item = import("./conversations").Item;

const item = (id: string, day: number, more: Partial<Item> = {}): Item => ({
  id,
  title: id,
  provider: "parley",
  source_id: null,
  model: null,
  space: "Personal",
  folder: null,
  tags: [],
  created_at: null,
  updated_at: `2026-03-${String(day).padStart(2, "0")}T10:00:00Z`,
  pinned: false,
  starred: false,
  archived: false,
  message_count: 1,
  last_message_preview: null,
  active_leaf: null,
  version: 1,
  ...more,
});
const list = (more: Partial<List> = {}): List => ({
  view: { kind: "list", space: null },
  pinned: [item("p", 1, { pinned: true })],
  items: [item("a", 9), item("b", 5), item("c", 3)],
  next: null,
  state: "ready",
  reason: "",
  ...more,
});
const ids = (of: List) => [of.pinned, of.items].map((items) => items.map((one) => one.id).join(""));

test("a conversation that changed stands where its time says, once", () => {
  expect(ids(placed(list(), item("c", 10)))).toEqual(["p", "cab"]);
  expect(ids(placed(list(), item("n", 4)))).toEqual(["p", "abnc"]);
  expect(ids(placed(list(), item("n", 1)))).toEqual(["p", "abcn"]);
  expect(ids(placed(list(), item("b", 5, { pinned: true })))).toEqual(["bp", "ac"]);
  expect(ids(placed(list(), item("p", 1)))).toEqual(["", "abcp"]);
});

test("what is archived, deleted, elsewhere or further down is not there", () => {
  expect(ids(placed(list(), item("b", 5, { archived: true })))).toEqual(["p", "ac"]);
  expect(ids(placed(list(), item("b", 5, { deleted_at: "2026-03-09T10:00:00Z" })))).toEqual(["p", "ac"]);
  expect(ids(placed(list({ view: { kind: "list", space: "Work" } }), item("n", 5)))).toEqual(["p", "abc"]);
  expect(ids(placed(list({ next: "cursor" }), item("n", 1)))).toEqual(["p", "abc"]);
  expect(ids(gone(list(), "a"))).toEqual(["p", "bc"]);
});

test("what was put away stands where it was put", () => {
  const put = (view: List["view"], more: Partial<Item>) => ids(placed(list({ view, pinned: [] }), item("n", 4, more)))[1];
  const deleted_at = "2026-03-04T10:00:00Z";
  expect(put({ kind: "archive" }, { archived: true })).toBe("abnc");
  expect(put({ kind: "archive" }, { archived: true, deleted_at })).toBe("abc");
  expect(put({ kind: "bin" }, { deleted_at, pinned: true })).toBe("abnc");
  expect(put({ kind: "bin" }, {})).toBe("abc");
  expect(put({ kind: "folder", id: "f", name: "F" }, { folder: { id: "f", name: "F" } as never })).toBe("abnc");
  expect(put({ kind: "tag", name: "Tea" }, { tags: ["tea"] })).toBe("abnc");
  expect(put({ kind: "tag", name: "Tea" }, { tags: ["tea"], archived: true })).toBe("abc");
});

test("a heading stands before each group", () => {
  const rows = rowsOf(list(), new Date("2026-03-09T20:00:00Z"));
  expect(rows.map((row) => (row.kind === "head" ? row.label : row.item.id))).toEqual(["Pinned", "p", "Today", "a", "Last 7 days", "b", "c"]);
});

test("what was shown below what is read anew stays below it, once", () => {
  const before = list({ items: [item("a", 9), item("b", 5), item("c", 3), item("d", 2)], next: "far" });
  expect(extended(before, [item("c", 10), item("a", 9)], "near")).toEqual({ items: [item("c", 10), item("a", 9), item("b", 5), item("d", 2)], next: "far" });
  expect(extended(before, [item("a", 9)], null)).toEqual({ items: [item("a", 9)], next: null });
});
