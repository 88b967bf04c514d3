import { expect, test } from "vitest";
import { changesOf } from "./words";

const told = (before: string, after: string) =>
  changesOf(before, after)
    .map(({ kind, text }) => ({ same: text, gone: `[-${text}-]`, new: `{+${text}+}` })[kind])
    .join("");

test("what stays is the words, what changed is said where it changed", () => {
  expect(told("The app must start in 2 s.", "The app must start in 3 s.")).toBe("The app must start in [-2-]{+3+} s.");
  expect(told("must", "must")).toBe("must");
  expect(told("", "new")).toBe("{+new+}");
  expect(told("old", "")).toBe("[-old-]");
});

test("words that moved are gone there and new here, and each text can be read out again", () => {
  const [before, after] = ["The lift shall stop, then open the door.", "The lift opens the door, then it shall stop."];
  const all = changesOf(before, after);
  const without = (kind: string) =>
    all
      .filter((one) => one.kind !== kind)
      .map((one) => one.text)
      .join("");
  expect(without("new")).toBe(before);
  expect(without("gone")).toBe(after);
  expect(all.some((one, index) => one.kind === all[index + 1]?.kind)).toBe(false);
});

test("texts too long to compare are replaced but for what they begin and end with", () => {
  const many = (word: string) => Array.from({ length: 700 }, (_, n) => `${word}${n}`).join(" ");
  const found = changesOf(`a ${many("x")} z`, `a ${many("y")} z`);
  expect(found.map((one) => one.kind)).toEqual(["same", "gone", "new", "same"]);
});
