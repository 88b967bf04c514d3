import { memo, useRef } from "react";
import { Markdown } from "../conversation/markdown";
import { Sources, WithSources } from "../conversation/sources";
import { Icon } from "../ui/Icon";
import { blocksOf } from "./blocks";
import type { Turn } from "./turn";

/** An answer as it comes: what is whole is laid out once, only its end is parsed again. */
export const Streaming = memo(({ turn, before }: { turn: Turn; before: string }) => {
  const blocks = useRef<readonly string[]>([""]);
  // What stood there before may come after the first words: then all of it is cut anew.
  const begun = useRef(before);
  if (begun.current !== before) {
    begun.current = before;
    blocks.current = [""];
  }
  blocks.current = blocksOf(before + turn.text, blocks.current);
  return (
    <div className="writing">
      {turn.thinking && turn.text === "" && (
        <p className="muted" dir="auto">
          {turn.thinking.slice(-240)}
        </p>
      )}
      {turn.tools.length > 0 && (
        <ul className="uses">
          {turn.tools.map((tool, index) => (
            <li key={index}>
              <Icon name={tool.result === null ? "tool" : tool.wrong ? "close" : "check"} />
              {tool.result === null ? (turn.consents.some((one) => one.call === tool.id) ? "Asks to call" : "Calls") : tool.wrong ? "Did not get" : "Called"} {tool.name}
            </li>
          ))}
        </ul>
      )}
      <WithSources all={turn.sources}>
        {blocks.current.map((block, index) => (
          <Markdown key={index} text={block} />
        ))}
      </WithSources>
      <Sources all={turn.sources} />
    </div>
  );
});
Streaming.displayName = "Streaming";
