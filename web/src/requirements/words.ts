/** A stretch of words that two texts have in common, or only one of them. */
export interface Stretch {
  kind: "same" | "gone" | "new";
  text: string;
}

/** Tokens of both texts that are compared at most, multiplied: the table of a longer pair would be felt. */
const most = 400_000;

const tokens = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** What became of a text, word by word: the longest common subsequence stays, the rest is gone or new. */
export function changesOf(before: string, after: string): Stretch[] {
  const [a, b] = [tokens(before), tokens(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [was, is] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];

  const found: Stretch[] = [];
  const add = (kind: Stretch["kind"], words: readonly string[]) => {
    if (words.length === 0) return;
    const last = found.at(-1);
    if (last?.kind === kind) last.text += words.join("");
    else found.push({ kind, text: words.join("") });
  };
  add("same", a.slice(0, start));
  if (was.length * is.length > most) {
    add("gone", was);
    add("new", is);
  } else {
    walk(was, is, add);
  }
  add("same", a.slice(a.length - end));
  return found;
}

function walk(was: readonly string[], is: readonly string[], add: (kind: Stretch["kind"], words: readonly string[]) => void) {
  const width = is.length + 1;
  /** For each pair of places: how many tokens what follows them has in common. */
  const common = new Uint16Array((was.length + 1) * width);
  for (let i = was.length - 1; i >= 0; i--) {
    for (let j = is.length - 1; j >= 0; j--) {
      common[i * width + j] = was[i] === is[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  let [i, j] = [0, 0];
  // What is gone stands before what is new in its place, not among it.
  let [gone, fresh]: [string[], string[]] = [[], []];
  const flush = () => {
    add("gone", gone);
    add("new", fresh);
    [gone, fresh] = [[], []];
  };
  while (i < was.length || j < is.length) {
    if (i < was.length && j < is.length && was[i] === is[j]) {
      flush();
      add("same", [was[i++]!]);
      j++;
    } else if (j === is.length || (i < was.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      gone.push(was[i++]!);
    } else {
      fresh.push(is[j++]!);
    }
  }
  flush();
}
