import { expect, test } from "vitest";
import { wordsToBlackOut } from "./redact";

test("words are one a line or between commas, and each once", () => {
  expect(wordsToBlackOut(" Ada Lovelace, Grace\n\nAda Lovelace ;x,")).toEqual(["Ada Lovelace", "Grace", "x"]);
  expect(wordsToBlackOut("")).toEqual([]);
});
