import MarkdownIt from "markdown-it";

type Parser = InstanceType<typeof MarkdownIt>;

/** What is longer is text: in characters among words, in lines by itself. */
const longest = 1_000;
const tallest = 60;

/** A closing mark that is not escaped; -1 where there is none within what a formula may be. */
function closeOf(text: string, from: number, end: number, mark: string): number {
  const within = text.slice(from, Math.min(end, from + longest));
  for (let at = within.indexOf(mark); at >= 0; at = within.indexOf(mark, at + 1)) {
    let slashes = 0;
    while (within[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return from + at;
  }
  return -1;
}

/** Whether dollars around it are marks and no money: "$5 and $6", "US$", "$ 1". */
const isMath = (text: string, before: string | undefined, after: string | undefined) => text.trim() === text && text !== "" && !/[\p{L}\p{N}$\\]/u.test(before ?? "") && !/\d/.test(after ?? "");

/** Formulas as models write them: $…$ and \(…\) among words, $$…$$ and \[…\] by themselves. */
export function withMath(parser: Parser) {
  parser.inline.ruler.before("escape", "math", (state, silent) => {
    const { src, pos, posMax } = state;
    const open = ["$$", "$", "\\(", "\\["].find((mark) => src.startsWith(mark, pos));
    if (open === undefined) return false;
    const mark = { "\\(": "\\)", "\\[": "\\]" }[open] ?? open;
    const from = pos + open.length;
    const close = closeOf(src, from, posMax, mark);
    if (close < 0) return false;
    const content = src.slice(from, close);
    if (content.trim() === "" || (open === "$" && !isMath(content, src[pos - 1], src[close + 1]))) return false;
    if (!silent) {
      const token = state.push("math", "", 0);
      token.content = content.trim();
      token.markup = open === "$" || open === "\\(" ? "" : "display";
    }
    state.pos = close + mark.length;
    return true;
  });
  parser.block.ruler.before(
    "fence",
    "math_block",
    (state, first, last, silent) => {
      const lineOf = (line: number) => state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]!);
      const begin = lineOf(first);
      const mark = begin.startsWith("$$") ? "$$" : begin.startsWith("\\[") ? "\\]" : null;
      if (mark === null || state.sCount[first]! - state.blkIndent >= 4) return false;
      const parts: string[] = [];
      let line = first;
      const end = Math.min(last, first + tallest);
      for (; line < end; line++) {
        const said = (line === first ? begin.slice(2) : lineOf(line)).trimEnd();
        const whole = said.endsWith(mark);
        parts.push(whole ? said.slice(0, -2) : said);
        if (whole) break;
        // Something behind its end on the same line: it stands among words.
        if (said.includes(mark)) return false;
      }
      if (line >= end || parts.join("").trim() === "") return false;
      if (silent) return true;
      const token = state.push("math_block", "", 0);
      token.content = parts.join("\n").trim();
      token.map = [first, line + 1];
      state.line = line + 1;
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );
}
