import { expect, test } from "vitest";
import { addable, addressOf, calledBy } from "./names";

test("a statement is called by its words, and by its author's id where they do not have it", () => {
  expect(calledBy({ name: "REQ-1", text: "REQ-1: It\nshall stop." })).toBe("REQ-1: It shall stop.");
  expect(calledBy({ name: "REQ-1", text: "It shall stop." })).toBe("REQ-1: It shall stop.");
  expect(calledBy({ name: null, text: "It shall stop at once." }, 10)).toBe("It shall…");
});

test("the first page of a document has the document's own address", () => {
  expect(addressOf("d")).toBe("/requirements/d");
  expect(addressOf("d", "statements", { at: "s" })).toBe("/requirements/d?at=s");
  expect(addressOf("d", "links", { at: "s" })).toBe("/requirements/d/links?at=s");
});

test("what follows from headings is nobody's to add", () => {
  expect(addable).toContain("DEPENDS_ON");
  expect(addable).not.toContain("BELONGS_TO");
});
