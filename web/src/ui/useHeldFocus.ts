import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";

/** Calls `lost` where what had focus in the box is no more: focus would be nowhere, and keys with it. */
export function useHeldFocus(box: RefObject<HTMLElement | null>, lost: () => void) {
  const held = useRef(false);
  useEffect(() => {
    const watch = (event: Event) => (held.current = box.current?.contains(event.target as Node) ?? false);
    addEventListener("focusin", watch);
    addEventListener("pointerdown", watch);
    return () => {
      removeEventListener("focusin", watch);
      removeEventListener("pointerdown", watch);
    };
  }, [box]);
  useLayoutEffect(() => {
    if (!held.current || document.activeElement !== document.body) return;
    held.current = false;
    lost();
  });
}
