import { expect, test } from "vitest";
import { blocksOf } from "./blocks";

const text = "One\ntwo\n\nThree\n\n```js\na\n\nb\n```\n\n- x\n\n- y\n\nEnd *of*";

test("a text is cut where nothing reaches across", () => {
  expect(blocksOf(text)).toEqual(["One\ntwo\n\n", "Three\n\n", "```js\na\n\nb\n```\n\n- x\n\n- y\n\n", "End *of*"]);
  expect(blocksOf("")).toEqual([""]);
});

test("growing letter by letter gives what the whole gives, and keeps what is done", () => {
  let blocks: string[] = [];
  for (let length = 0; length <= text.length; length++) {
    const before = blocks;
    blocks = blocksOf(text.slice(0, length), blocks);
    expect(blocks.join("")).toBe(text.slice(0, length));
    expect(blocks.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
  }
  expect(blocks).toEqual(blocksOf(text));
});
