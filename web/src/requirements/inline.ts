/** A stretch of a statement as Markdown means it. */
export interface Span {
  kind: "text" | "strong" | "em" | "code";
  text: string;
}

/** Code first: what stands in it means nothing else. Underscores only around words, since names have them inside. */
const marks = /`([^`\n]+)`|\*\*(\S(?:[^*]*?\S)?)\*\*|\*(\S(?:[^*]*?\S)?)\*|(?<![\p{L}\p{N}])_(\S(?:[^_]*?\S)?)_(?![\p{L}\p{N}])|!?\[([^\]\n]*)\]\([^)\s]*\)/gu;

/** A statement is one line of running text: emphasis and code are shown, of a link its words. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  const add = (kind: Span["kind"], words: string) => {
    const last = spans.at(-1);
    if (words === "") return;
    if (kind === "text" && last?.kind === "text") last.text += words;
    else spans.push({ kind, text: words });
  };
  let at = 0;
  for (const found of text.matchAll(marks)) {
    add("text", text.slice(at, found.index));
    const [, code, strong, star, line, link] = found;
    if (code !== undefined) add("code", code);
    else if (strong !== undefined) add("strong", strong);
    else if (link !== undefined) add("text", link);
    else add("em", star ?? line ?? "");
    at = found.index + found[0].length;
  }
  add("text", text.slice(at));
  return spans;
}
