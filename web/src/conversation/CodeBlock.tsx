import { memo, useEffect, useState } from "react";
import { Icon } from "../ui/Icon";

/** Code as it was written, in a box of its own that scrolls by itself. */
export const CodeBlock = memo(({ code, language }: { code: string; language: string }) => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className="code">
      <div className="code-head">
        <span>{language || "text"}</span>
        <button className="plain" onClick={() => void navigator.clipboard.writeText(code).then(() => setCopied(true))}>
          <Icon name={copied ? "check" : "copy"} />
          {copied ? "Copied" : "Copy"}
        </button>
      </div>
      <pre tabIndex={0} role="region" aria-label={language ? `Code, ${language}` : "Code"} dir="ltr">
        <code>{code.replace(/\n$/, "")}</code>
      </pre>
    </div>
  );
});
CodeBlock.displayName = "CodeBlock";
