import { expect, test } from "vitest";
import { actionOf, capsOf, combination, table } from "./keys";

let clock = 0;
const press = (key: string, more: object = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  timeStamp: (clock += 100),
  target: null,
  ...more,
});

test("no combination means two things in one place, and none hides behind another", () => {
  for (const scope of new Set(table.map((key) => key.scope))) {
    const all = table.filter((key) => key.scope === scope || key.scope === "page").flatMap((key) => key.keys as readonly string[]);
    expect(new Set(all).size, scope).toBe(all.length);
    expect(all).not.toContain("g");
  }
});

test("a key is the same whoever asks, and two are one after the other", () => {
  const g = press("g");
  const h = press("h");
  expect(actionOf("page", g)).toBe(null);
  expect(combination({ ...g, nativeEvent: g } as never)).toBe("g");
  expect(actionOf("messages", h)).toBe(null);
  expect(actionOf("page", h)).toBe("home");
  expect(actionOf("page", press("h"))).toBe(null);
});

test("the second key is not waited for forever, and g g is not the beginning of g g", () => {
  actionOf("list", press("g"));
  clock += 5000;
  expect(actionOf("page", press("h"))).toBe(null);
  actionOf("list", press("g"));
  expect(actionOf("list", press("g"))).toBe("first");
  expect(actionOf("page", press("h"))).toBe(null);
  actionOf("list", press("g"));
  actionOf("list", press("Shift", { shiftKey: true }));
  expect(actionOf("list", press("G", { shiftKey: true }))).toBe(null);
  expect(actionOf("list", press("G", { shiftKey: true }))).toBe("last");
});

test("modifiers are told apart from characters", () => {
  expect(actionOf("page", press("k", { metaKey: true }))).toBe("palette");
  expect(actionOf("page", press("K", { ctrlKey: true }))).toBe("palette");
  expect(actionOf("list", press("J"))).toBe("next");
  expect(actionOf("list", press("j", { altKey: true }))).toBe(null);
  expect(actionOf("page", press("?", { shiftKey: true }))).toBe("keys");
  expect(actionOf("composer", press("Enter", { shiftKey: true }))).toBe("line");
});

test("combinations are read cap by cap", () => {
  expect(capsOf("g h")).toEqual(["g", "h"]);
  expect(capsOf("Shift+F10")).toEqual(["Shift", "F10"]);
});
