/**
 * Where a text that grows can be cut so that what lies before stays as it is: at blank lines outside of fences, before
 * something that begins at the margin and is no item of a list. Only what follows the last cut is parsed again.
 */
export function blocksOf(text: string, from: readonly string[] = []): string[] {
  // What was whole before is whole now: growing happens at the end.
  const blocks = from.slice(0, -1);
  let done = 0;
  for (const block of blocks) done += block.length;
  let start = done;
  let fence = "";
  let blank = false;
  for (let at = done; at < text.length; ) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end < 0 ? text.length : end);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === "" && blank && at > start && /^[^\s\-*+>|\d]/.test(line)) {
      blocks.push(text.slice(start, at));
      start = at;
    }
    if (mark && fence === "") fence = mark;
    else if (mark && mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark) fence = "";
    blank = line.trim() === "";
    if (end < 0) break;
    at = end + 1;
  }
  return [...blocks, text.slice(start)];
}
