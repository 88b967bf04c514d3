import { useEffect, useState } from "react";
import { api, of, type Schema } from "../api/client";
import { useStore } from "../app/store";
import { conversations, reload } from "./conversations";

/** Which space the list shows; not there where there is only one. */
export function Spaces() {
  const { space } = useStore(conversations);
  const [spaces, setSpaces] = useState<readonly Schema["LabelView"][]>([]);
  useEffect(() => {
    let gone = false;
    of(api.GET("/api/spaces", { params: { query: { limit: 200 } } })).then(
      (page) => gone || setSpaces(page.items),
      () => {}, // the list beside it says what is wrong; without spaces it shows everything
    );
    return () => void (gone = true);
  }, []);
  if (spaces.length < 2) return null;
  return (
    <select aria-label="Space" value={space ?? ""} onChange={(event) => void reload(event.target.value || null)}>
      <option value="">All spaces</option>
      {spaces.map((one) => (
        <option key={one.id} value={one.name}>
          {one.name} ({one.conversation_count})
        </option>
      ))}
    </select>
  );
}
