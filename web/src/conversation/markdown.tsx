import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import { Fragment, lazy, memo, Suspense, type ReactNode } from "react";
import { CodeBlock } from "./CodeBlock";
import { Cites } from "./cites";
import { withMath } from "./math";

/**
 * Markdown to elements, without HTML in between (S35): raw HTML is text, an element is made only by the lines below,
 * and what no line knows is left out. Nesting is cut at 100 (S38).
 */
const parser = new MarkdownIt({ html: false, linkify: false, breaks: false, maxNesting: 100 });
withMath(parser);
// What may stand in a link is decided here, not by the parser's list.
parser.validateLink = () => true;

const Formula = lazy(() => import("./Formula"));

/** A formula, once what draws it is there; as it was written until then. */
const Drawn = ({ tex, display }: { tex: string; display: boolean }) => (
  <Suspense fallback={<code>{tex}</code>}>
    <Formula tex={tex} display={display} />
  </Suspense>
);

export const Markdown = memo(({ text }: { text: string }) => <div className="prose" dir="auto">{render(levelled(parser.parse(text, {})))}</div>);
Markdown.displayName = "Markdown";

/**
 * Headings of a message stand below its speaker's (h2) without a gap, whatever its author began with: who reads by
 * headings finds a tree. How large one looks is its author's.
 */
function levelled(tokens: Token[]): Token[] {
  let above = 2;
  for (const token of tokens) {
    if (token.type !== "heading_open") continue;
    above = Math.min(2 + Number(token.tag.slice(1)), above + 1, 6);
    token.meta = { level: above };
  }
  return tokens;
}

interface Frame {
  token: Token | null;
  children: ReactNode[];
}

export function render(tokens: readonly Token[]): ReactNode {
  const stack: Frame[] = [{ token: null, children: [] }];
  tokens.forEach((token, index) => {
    const top = stack.at(-1)!;
    if (token.nesting === 1) {
      stack.push({ token, children: [] });
    } else if (token.nesting === -1) {
      if (stack.length < 2) return;
      stack.pop();
      stack.at(-1)!.children.push(element(top.token!, top.children, index));
    } else {
      top.children.push(leaf(token, index));
    }
  });
  // Nesting that was cut leaves some open.
  while (stack.length > 1) {
    const { token, children } = stack.pop()!;
    stack.at(-1)!.children.push(element(token!, children, `open${stack.length}`));
  }
  return stack[0]!.children;
}

function element(token: Token, children: ReactNode[], key: number | string): ReactNode {
  switch (token.type) {
    case "paragraph_open":
      return token.hidden ? <Fragment key={key}>{children}</Fragment> : <p key={key}>{children}</p>;
    case "heading_open": {
      const Level = `h${Number(token.meta?.["level"] ?? 3)}` as "h3";
      return (
        <Level key={key} className={`as-${token.tag}`}>
          {children}
        </Level>
      );
    }
    case "blockquote_open":
      return <blockquote key={key}>{children}</blockquote>;
    case "bullet_list_open":
      return <ul key={key}>{children}</ul>;
    case "ordered_list_open":
      return (
        <ol key={key} start={Number(token.attrGet("start") ?? 1)}>
          {children}
        </ol>
      );
    case "list_item_open":
      return <li key={key}>{children}</li>;
    case "em_open":
      return <em key={key}>{children}</em>;
    case "strong_open":
      return <strong key={key}>{children}</strong>;
    case "s_open":
      return <s key={key}>{children}</s>;
    case "table_open":
      return (
        <div className="table" key={key} tabIndex={0} role="region" aria-label="Table">
          <table>{children}</table>
        </div>
      );
    case "thead_open":
      return <thead key={key}>{children}</thead>;
    case "tbody_open":
      return <tbody key={key}>{children}</tbody>;
    case "tr_open":
      return <tr key={key}>{children}</tr>;
    case "th_open":
      return (
        <th key={key} scope="col" {...alignment(token)}>
          {children}
        </th>
      );
    case "td_open":
      return (
        <td key={key} {...alignment(token)}>
          {children}
        </td>
      );
    case "link_open":
      return <OutsideLink key={key} href={String(token.attrGet("href") ?? "")}>{children}</OutsideLink>;
    default:
      return <Fragment key={key}>{children}</Fragment>;
  }
}

function leaf(token: Token, key: number): ReactNode {
  switch (token.type) {
    case "inline":
      return <Fragment key={key}>{render(token.children ?? [])}</Fragment>;
    case "text":
      return token.content.includes("[") ? <Cites key={key} text={token.content} /> : token.content;
    case "html_inline":
    case "html_block":
      return token.content;
    case "softbreak":
      return "\n";
    case "hardbreak":
      return <br key={key} />;
    case "code_inline":
      return <code key={key}>{token.content}</code>;
    case "fence":
    case "code_block":
      return <CodeBlock key={key} code={token.content} language={token.info.trim().split(/\s/)[0] ?? ""} />;
    case "math":
      return <Drawn key={key} tex={token.content} display={token.markup === "display"} />;
    case "math_block":
      return (
        <div key={key} className="math" tabIndex={0} role="group" aria-label="Formula">
          <Drawn tex={token.content} display />
        </div>
      );
    case "hr":
      return <hr key={key} />;
    case "image":
      return <Picture key={key} src={String(token.attrGet("src") ?? "")} alt={token.content} />;
    default:
      return token.content;
  }
}

function alignment(token: Token): { className?: string } {
  const style = String(token.attrGet("style") ?? "");
  return style.includes("right") ? { className: "right" } : style.includes("center") ? { className: "center" } : {};
}

/** Null: it is not led to. */
export function outside(href: string): URL | null {
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return null;
  try {
    const url = new URL(href);
    return /^(https?|mailto):$/.test(url.protocol) ? url : null;
  } catch {
    return null; // an address that cannot be read is text
  }
}

/** Where it leads stands beside it, unless its text says so already. */
function OutsideLink({ href, children }: { href: string; children: ReactNode[] }) {
  const url = outside(href);
  if (!url) return <span title={href}>{children}</span>;
  const said = children.length === 1 && typeof children[0] === "string" && children[0].includes(url.host || href);
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
      {!said && url.host && <span className="host"> {url.host}</span>}
    </a>
  );
}

/** Nothing of others is loaded by being looked at (S36). */
export function Picture({ src, alt }: { src: string; alt: string }) {
  if (/^data:image\/(png|jpeg|gif|webp|avif);base64,/i.test(src)) return <img src={src} alt={alt} />;
  const url = outside(src);
  if (!url || url.protocol === "mailto:") return <span className="muted">[image{alt && `: ${alt}`}]</span>;
  return (
    <a className="button remote" href={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {alt || "Image"} <span className="muted">at {url.host}</span>
    </a>
  );
}
