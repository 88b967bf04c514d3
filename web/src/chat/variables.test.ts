import { expect, test } from "vitest";
import { filled, meant, variablesOf } from "./variables";

const now = new Date("2026-03-09T10:20:30Z");

test("variables are read as the server reads them", () => {
  expect(variablesOf("{{a}} {{ b c :x:y}} {{a:later}} {{CURRENT_DATE}} {{not/one}} {{}} {{é-1}}")).toEqual([
    { name: "a", standard: "" },
    { name: "b c", standard: "x:y" },
    { name: "é-1", standard: "" },
  ]);
});

test("what is given stands there, else what stands there without it", () => {
  const text = "{{a}} in {{b:German}} at {{CURRENT_DATE}} {{CURRENT_TIME}}, {{c}} {{x/y}}";
  expect(filled(text, new Map([["a", "$& {{b}}"]]), now)).toBe("$& {{b}} in German at 2026-03-09 10:20, {{c}} {{x/y}}");
});

test("a word means what begins with it before what has it", () => {
  const all = ["debug", "review", "code-review"].map((command) => ({ id: command, command, title: command, content: "" }));
  expect(meant(all, "re").map((one) => one.id)).toEqual(["review", "code-review"]);
  expect(meant(all, "")).toHaveLength(3);
});
