import { memo, useRef } from "react";
import { Markdown } from "../conversation/markdown";
import { blocksOf } from "./blocks";
import type { Turn } from "./turns";

/** An answer as it comes: what is whole is laid out once, only its end is parsed again. */
export const Streaming = memo(({ turn }: { turn: Turn }) => {
  const blocks = useRef<readonly string[]>([""]);
  blocks.current = blocksOf(turn.text, blocks.current);
  return (
    <div className="writing">
      {turn.thinking && turn.text === "" && (
        <p className="muted" dir="auto">
          {turn.thinking.slice(-240)}
        </p>
      )}
      {blocks.current.map((block, index) => (
        <Markdown key={index} text={block} />
      ))}
    </div>
  );
});
Streaming.displayName = "Streaming";
