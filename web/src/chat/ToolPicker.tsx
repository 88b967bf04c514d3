import { useEffect, useRef } from "react";
import { useStore } from "../app/store";
import { plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { grounded, remembers, summarises } from "./context";
import { chosen, toggle, useTools } from "./tools";

/** Which tools the model may call, and what becomes of what does not fit its window. */
export function ToolPicker() {
  const tools = useTools();
  const names = useStore(chosen);
  const whole = useStore(summarises);
  const own = useStore(grounded);
  const told = useStore(remembers);
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (box.current && !box.current.contains(event.target as Node)) box.current.open = false;
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
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
        {own && (on === 0 ? "Own sources" : "Own sources, ")}
        {on === 0 ? !own && "Tools" : plural(on, "tool", "tools")}
      </summary>
      <div className="popover">
        <fieldset>
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
          {tools.length === 0 && <p className="muted">There are no tools.</p>}
        </fieldset>
        <label className="check apart" title="Passages of your documents and conversations are told to the model with the question, and named below its answer.">
          <input type="checkbox" checked={own} onChange={() => grounded.set(!own)} />
          <span>Answer from my own sources</span>
        </label>
        <label className="check" title="Facts that you keep under Settings, Memories.">
          <input type="checkbox" checked={told} onChange={() => remembers.set(!told)} />
          <span>Tell what is remembered</span>
        </label>
        <label className="check" title="Its model writes the summary before it answers; that costs tokens and time.">
          <input type="checkbox" checked={whole} onChange={() => summarises.set(!whole)} />
          <span>Summarise what no longer fits</span>
        </label>
      </div>
    </details>
  );
}
