import { useEffect, useRef } from "react";
import { useStore } from "../app/store";
import { plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { chosen, toggle, useTools } from "./tools";

/** Which tools the model may call; not there where there are none. */
export function ToolPicker() {
  const tools = useTools();
  const names = useStore(chosen);
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (box.current && !box.current.contains(event.target as Node)) box.current.open = false;
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
  if (tools.length === 0) return null;
  const on = tools.filter((tool) => names.includes(tool.name)).length;
  return (
    <details
      className="tool-picker"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !box.current?.open) return;
        event.stopPropagation();
        box.current.open = false;
        box.current.querySelector("summary")?.focus();
      }}
    >
      <summary>
        <Icon name="tool" />
        {on === 0 ? "Tools" : plural(on, "tool", "tools")}
      </summary>
      <fieldset className="popover">
        <legend className="sr">Tools the model may call</legend>
        {tools.map((tool) => (
          <label key={tool.name} className="check" title={tool.description}>
            <input type="checkbox" checked={names.includes(tool.name)} onChange={() => toggle(tool.name)} />
            <span>{tool.name}</span>
            <span className="muted" dir="auto">
              {tool.server ?? "Parley"}
            </span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}
