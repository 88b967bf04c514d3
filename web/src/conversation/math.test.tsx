import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import MarkdownIt from "markdown-it";
import Formula from "./Formula";
import { withMath } from "./math";

const parser = new MarkdownIt();
withMath(parser);
const found = (text: string) =>
  parser.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]).flatMap((token) => (token.type.startsWith("math") ? [`${token.type === "math_block" ? "block" : token.markup || "words"} ${token.content}`] : []));
const drawn = (tex: string) => renderToStaticMarkup(<Formula tex={tex} display={false} />);

test("formulas are told from money and from what is written about them", () => {
  expect(found("so $E=mc^2$ and \\(a+b\\), $$x$$ too")).toEqual(["words E=mc^2", "words a+b", "display x"]);
  for (const no of ["$5 and $6", "from $5-$6", "US$ 5 or AU$ 6", "`$a$`", "a \\$b\\$", "$ a $", "$$", "```\n$$a$$\n```", "\\(a", "    $$\n    a\n    $$"]) expect(found(no), no).toEqual([]);
  expect(found("**$a$**")).toEqual(["words a"]);
});

test("formulas by themselves reach over lines, in lists too, and end a paragraph", () => {
  expect(found("said:\n$$\na\n\\\\ b\n$$\nthen\n\\[ c \\]\n\n- x\n\n  $$\n  d\n  $$")).toEqual(["block a\n\\\\ b", "block c", "block d"]);
  expect(found("$$a")).toEqual([]);
});

test("what is drawn is MathML of known elements, and leads nowhere", () => {
  expect(drawn("\\frac{a}{b}")).toContain("<mfrac><mi>a</mi><mi>b</mi></mfrac>");
  for (const tex of ["\\href{javascript:alert(1)}{x}", "\\url{https://elsewhere.example}", "\\includegraphics{https://elsewhere.example/x.png}", "\\htmlStyle{color:red}{x}", "\\htmlData{a=b}{x}", "\\class{x}{y}", "\\def\\a{\\a\\a}\\a", "<script>1</script>"]) {
    const made = drawn(tex);
    expect(made, tex).not.toMatch(/<(a|img|script|span|div)\b|href=|style=|class=/i);
  }
  expect(drawn("\\frac{a")).toBe("<code>\\frac{a</code>");
});

test("S38: dollars and brackets without end are text, and soon", () => {
  for (const text of ["$a ".repeat(30_000), "$".repeat(100_000), "\\(".repeat(50_000), "\\[\n".repeat(30_000), "$$\n".repeat(30_000)]) {
    const before = performance.now();
    parser.parse(text, {});
    expect(performance.now() - before).toBeLessThan(2000);
  }
});
