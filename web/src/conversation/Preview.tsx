import { useEffect, useRef, useState } from "react";

/** How high a preview may be, in px. */
const heights = { least: 96, begin: 240, most: 640 };

/**
 * Runs HTML or SVG that a model wrote where it can reach nothing: a frame without an origin, under a policy that loads
 * nothing (S37, `Web/PreviewPage`). What it says is believed only where it comes from that frame and is a height. Other
 * code takes another frame (`key`).
 */
export default function Preview({ code }: { code: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(heights.begin);
  useEffect(() => {
    let shown = false;
    const hear = (event: MessageEvent<unknown>) => {
      const inside = frame.current?.contentWindow;
      if (!inside || event.source !== inside || typeof event.data !== "object" || event.data === null) return;
      const said = event.data as Record<string, unknown>;
      if (said["preview"] === "ready" && !shown) {
        shown = true;
        // It has no origin that could be named; nothing but the code is told.
        inside.postMessage({ preview: code }, "*");
      } else if (said["preview"] === "height" && typeof said["height"] === "number" && Number.isFinite(said["height"])) {
        setHeight(Math.round(Math.min(heights.most, Math.max(heights.least, said["height"]))));
      }
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, [code]);
  return <iframe ref={frame} className="preview" sandbox="allow-scripts" src="/preview" title="Preview of the code" style={{ height }} />;
}
