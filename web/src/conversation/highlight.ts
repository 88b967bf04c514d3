/** Words shown where they stand, without touching what React made: ranges that the browser paints. */
const painted = typeof Highlight === "undefined" || !CSS.highlights ? null : new Highlight();
if (painted) CSS.highlights.set("found", painted);

const most = 500; // ranges in one message

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Marks the words inside an element; gives back what takes the marks away. */
export function mark(element: Element, words: readonly string[]): () => void {
  if (!painted || words.length === 0) return () => {};
  const wanted = words.map(fold).filter((word) => word.length > 1);
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < most; node = walker.nextNode()) {
    const text = node.textContent ?? "";
    const folded = fold(text);
    // Folding that changes the length would shift what is marked; such a text is compared as it is.
    const hay = folded.length === text.length ? folded : text.toLowerCase();
    for (const word of wanted) {
      for (let at = hay.indexOf(word); at >= 0 && ranges.length < most; at = hay.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        ranges.push(range);
      }
    }
  }
  for (const range of ranges) painted.add(range);
  return () => {
    for (const range of ranges) painted.delete(range);
  };
}
