import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Markdown, outside } from "./markdown";

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} />);

const hostile = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[a](javascript:alert(1))",
  "[a](JaVaScRiPt:alert(1))",
  "[a](java\nscript:alert(1))",
  "[a](&#106;avascript:alert(1))",
  "[a](vbscript:x)",
  "[a](data:text/html;base64,PHNjcmlwdD4=)",
  "[a](//elsewhere.example)",
  "![a](javascript:alert(1))",
  "![a](data:image/svg+xml;base64,PHN2Zz4=)",
  "![a](https://elsewhere.example/x.png)",
  "![a][r]\n\n[r]: https://elsewhere.example/x.png",
  "<javascript:alert(1)>",
  "| a |\n|:-:|\n| <b onclick=x> |",
  "```<img src=x>\n</code></pre><script>1</script>\n```",
];

test("S35, S36: what is hostile is text or a link that names its host, and nothing loads", () => {
  for (const text of hostile) {
    const made = html(text);
    expect(made).not.toMatch(/<(script|img|iframe|object|embed|svg(?! class="icon")|form|style)/i);
    expect(made).not.toMatch(/<[^>]*\s(on\w+|style|srcset)=/i);
    for (const [, href] of made.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https?:\/\//);
  }
});

test("only the web and mail are led to", () => {
  expect(outside("https://a.example/x")?.host).toBe("a.example");
  expect(outside("mailto:a@b.example")?.protocol).toBe("mailto:");
  for (const no of ["javascript:x", " https://a", "ftp://a", "file:///x", "/x", "https://", ""]) expect(outside(no)).toBeNull();
});

test("headings begin below the speaker's and leave no gap", () => {
  const levels = [...html("### a\n\n# b\n\n#### c").matchAll(/<h(\d) class="as-h(\d)"/g)].map(([, level, as]) => [level, as]);
  expect(levels).toEqual([["3", "3"], ["3", "1"], ["4", "4"]]);
});

test("S38: any nesting is rendered, and soon", () => {
  const texts = [">".repeat(100_000), "- ".repeat(50_000), "[".repeat(100_000), "*a ".repeat(33_000), "`".repeat(100_000), "![".repeat(50_000) + "](x)".repeat(10_000)];
  for (const text of texts) {
    const before = performance.now();
    html(text);
    // Ten times what it may take on a quiet machine: this finds what explodes.
    expect(performance.now() - before).toBeLessThan(2000);
  }
});
