import { useState } from "react";
import type { Schema } from "../api/client";
import { count, monthName, providerName } from "../ui/format";
import { has, inMonth, spell, toggle } from "./query";

const names = { provider: "From", role: "Said by", model: "Model", month: "Month" } as const;
const roles: Record<string, string> = { user: "You", assistant: "Assistant", system: "System", tool: "Tools" };
const wide = matchMedia("(min-width: 70rem)");
const few = 6;

interface Props {
  facets: Schema["SearchResult"]["facets"];
  q: string;
  onChange: (q: string) => void;
}

/** How the matches divide; choosing one writes it into the query. */
export function Facets({ facets, q, onChange }: Props) {
  return (
    <details className="facets" open={wide.matches}>
      <summary>Narrow down</summary>
      {(Object.keys(names) as (keyof typeof names)[]).map((key) =>
        facets[key] && facets[key].values.length > 0 ? <Facet key={key} name={key} facet={facets[key]} q={q} onChange={onChange} /> : null,
      )}
    </details>
  );
}

function Facet({ name, facet, q, onChange }: { name: keyof typeof names; facet: Schema["FacetResult"] } & Omit<Props, "facets">) {
  const [all, setAll] = useState(false);
  const values = facet.values.filter(({ value }) => (name === "month" ? /^\d{4}-\d\d$/.test(value) : value !== "unknown" && spell(name, value) !== null));
  if (values.length === 0) return null;
  return (
    <fieldset>
      <legend>{names[name]}</legend>
      {(all ? values : values.slice(0, few)).map(({ value, count: matches }) => (
        <label key={value} className="check">
          <input
            type="checkbox"
            checked={name === "month" ? has(q, "after", value) : has(q, name, value)}
            onChange={() => onChange(name === "month" ? inMonth(q, value) : toggle(q, name, value))}
          />
          <span dir="auto">{name === "provider" ? providerName(value) : name === "role" ? (roles[value] ?? value) : name === "month" ? monthName(value) : value}</span>
          <span className="number">
            {facet.approximate && "~"}
            {count(matches)}
          </span>
        </label>
      ))}
      {values.length > few && (
        <button className="link" onClick={() => setAll(!all)}>
          {all ? "Fewer" : `All ${values.length}`}
        </button>
      )}
    </fieldset>
  );
}
