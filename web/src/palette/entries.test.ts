import { expect, test } from "vitest";
import { closeness, matching, searches, titled, type Entry } from "./entries";

const entry = (name: string): Entry => ({ id: name, name, hint: "", run: () => {} });

test("beginnings come before words before the rest", () => {
  expect([closeness("Green tea", "gré"), closeness("Green tea", "tea gr"), closeness("Green tea", "ree"), closeness("Green tea", "white")]).toEqual([4, 3, 2, 0]);
  expect(matching([entry("Unpin"), entry("Pin"), entry("Old pin")], "pin").map((one) => one.name)).toEqual(["Pin", "Old pin", "Unpin"]);
  expect(matching([entry("b"), entry("a")], " ").map((one) => one.name)).toEqual(["b", "a"]);
});

test("a conversation stands there once, known or suggested", () => {
  const known = [{ id: "1", title: "Green tea" }, { id: "2", title: "White tea" }] as never;
  const suggested = { titles: [{ conversation_id: "2", title: "White tea" }, { conversation_id: "3", title: "Teapots" }], completions: [], spelling: [], queries: [] };
  expect(titled("tea", known, suggested, () => {}).map((one) => one.id)).toEqual(["1", "2", "3"]);
  expect(titled("", known, null, () => {}, 1).map((one) => one.id)).toEqual(["1"]);
});

test("searching is always there, with what the text may become", () => {
  let went = "";
  const suggested = { titles: [], completions: [{ text: "needle", word: "needle", documents: 1 }], spelling: [], queries: [] };
  const all = searches("need ", suggested, (to) => (went = to));
  expect(all.map((one) => one.name)).toEqual(["Search for “need”", "Search for “needle”"]);
  all[0]!.run();
  expect(went).toBe("/search?q=need");
  expect(searches(" ", null, () => {})).toEqual([]);
});
