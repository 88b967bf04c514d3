import { lazy, memo, Suspense, useEffect, useState } from "react";
import { Icon } from "../ui/Icon";

const Preview = lazy(() => import("./Preview"));

/** What a browser can show: named so, or begun so. */
const shows = (code: string, language: string) => /^(html|svg)$/i.test(language) || (/^(xml)?$/i.test(language) && /^\s*(<!doctype html|<html[\s>]|<svg[\s>])/i.test(code));

/** Code as it was written, in a box of its own that scrolls by itself. */
export const CodeBlock = memo(({ code, language }: { code: string; language: string }) => {
  const [copied, setCopied] = useState(false);
  const [previewed, setPreviewed] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className="code">
      <div className="code-head">
        <span>{language || "text"}</span>
        {shows(code, language) && (
          <button className="plain" aria-pressed={previewed} onClick={() => setPreviewed(!previewed)}>
            <Icon name="play" />
            Preview
          </button>
        )}
        <button className="plain" onClick={() => void navigator.clipboard.writeText(code).then(() => setCopied(true))}>
          <Icon name={copied ? "check" : "copy"} />
          {copied ? "Copied" : "Copy"}
        </button>
      </div>
      {previewed && (
        <Suspense fallback={<p className="preview muted">Loading…</p>}>
          <Preview key={code} code={code} />
        </Suspense>
      )}
      <pre tabIndex={0} role="region" aria-label={language ? `Code, ${language}` : "Code"} dir="ltr">
        <code>{code.replace(/\n$/, "")}</code>
      </pre>
    </div>
  );
});
CodeBlock.displayName = "CodeBlock";
