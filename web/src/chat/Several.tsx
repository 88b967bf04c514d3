import { useEffect, useRef } from "react";
import { Icon } from "../ui/Icon";
import { mostBeside } from "./beside";
import type { Model } from "./models";

interface Props {
  list: readonly Model[];
  chosen: readonly string[];
  onChange: (names: readonly string[]) => void;
}

/** Which models are asked at once, to stand side by side. */
export function Several({ list, chosen, onChange }: Props) {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (box.current && !box.current.contains(event.target as Node)) box.current.open = false;
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
  return (
    <details
      className="tool-picker several"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !box.current?.open) return;
        event.stopPropagation();
        box.current.open = false;
        box.current.querySelector("summary")?.focus();
      }}
    >
      <summary>
        <Icon name="columns" />
        {chosen.length > 1 ? `${chosen.length} models` : "Compare"}
      </summary>
      <div className="popover">
        <fieldset>
          <legend className="sr">Models that are asked at once</legend>
          <p className="muted">Two to {mostBeside} models answer side by side.</p>
          {list.map((one) => {
            const on = chosen.includes(one.name);
            return (
              <label key={one.name} className="check">
                <input
                  type="checkbox"
                  checked={on}
                  disabled={!on && chosen.length >= mostBeside}
                  onChange={() => onChange(on ? chosen.filter((name) => name !== one.name) : [...chosen, one.name])}
                />
                <span dir="auto">{one.title ?? one.name}</span>
              </label>
            );
          })}
        </fieldset>
      </div>
    </details>
  );
}
