import { expect, test } from "vitest";
import { spansOf } from "./inline";

test("emphasis and code are told apart, links are their words", () => {
  expect(spansOf("The **app** must call `a*b*c` as [REQ-1](#req-1) _says_.")).toEqual([
    { kind: "text", text: "The " },
    { kind: "strong", text: "app" },
    { kind: "text", text: " must call " },
    { kind: "code", text: "a*b*c" },
    { kind: "text", text: " as REQ-1 " },
    { kind: "em", text: "says" },
    { kind: "text", text: "." },
  ]);
});

test("signs that mark nothing stay", () => {
  for (const text of ["snake_case_name", "2 * 3 * 4", "a ** b", "an array[0] (of two)"]) expect(spansOf(text)).toEqual([{ kind: "text", text }]);
});
