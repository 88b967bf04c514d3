import katex from "katex";
import { createElement, Fragment, memo, type ReactNode } from "react";

/** What KaTeX makes of a formula: elements of MathML, text, and spaces. */
interface Part {
  type?: string;
  text?: string;
  width?: number;
  character?: string | null;
  attributes?: Readonly<Record<string, string>>;
  children?: readonly Part[];
}

/** KaTeX's own way to its tree, before it is HTML or nodes; its types leave it out. */
const { __renderToDomTree: treeOf } = katex as unknown as { __renderToDomTree(tex: string, options: object): Part };

const elements = new Set(
  "math semantics annotation mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mlabeledtr mstyle mpadded menclose mphantom mmultiscripts mprescripts none".split(" "),
);
const attributes = new Set(
  "display encoding mathvariant stretchy fence separator lspace rspace minsize maxsize accent accentunder linethickness columnalign rowalign columnspacing rowspacing columnlines rowlines scriptlevel displaystyle width height depth voffset mathcolor mathbackground mathsize notation largeop movablelimits symmetric form side frame".split(" "),
);

function shown(part: Part, key: number): ReactNode {
  const children = part.children?.map(shown);
  if (part.type && elements.has(part.type)) {
    const named = Object.entries(part.attributes ?? {}).filter(([name]) => attributes.has(name));
    return createElement(part.type, { key, ...Object.fromEntries(named) }, ...(children ?? []));
  }
  if (part.text !== undefined) return part.text;
  if (part.width !== undefined && part.type === undefined) return part.character ?? createElement("mspace", { key, width: `${part.width}em` });
  return <Fragment key={key}>{children}</Fragment>;
}

/**
 * A formula as MathML, drawn by the browser: elements and attributes of the lists above and nothing else (S35), no HTML
 * and no font in between. Macros end soon (`maxExpand`), nothing leads anywhere (`trust`); what cannot be read stands as
 * it was written.
 */
const Formula = memo(({ tex, display }: { tex: string; display: boolean }) => {
  let tree: Part;
  try {
    tree = treeOf(tex, { output: "mathml", displayMode: display, throwOnError: true, strict: "ignore", trust: false, maxExpand: 300, maxSize: 20 });
  } catch {
    return <code>{tex}</code>;
  }
  return shown(tree, 0);
});
Formula.displayName = "Formula";
export default Formula;
