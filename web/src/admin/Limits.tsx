import type { Schema } from "../api/client";
import { bytes, count } from "../ui/format";

type Kind = Schema["QuotaView"]["kind"];
type Quotas = Schema["QuotaSet"];

export const quotaNames: Record<Kind, string> = {
  messages_per_day: "Messages a day",
  tokens_per_month: "Tokens a month",
  storage_bytes: "Files, in megabytes",
  files: "Files, how many",
};
const mega = 1_000_000;
const unit = (kind: Kind) => (kind === "storage_bytes" ? mega : 1);

/** One quota as it stands, in words. */
export function stands({ kind, limit, used }: Schema["QuotaView"]): string {
  const told = (n: number) => (kind === "storage_bytes" ? bytes(n) : count(n));
  return limit === null ? `${told(used)}, no limit` : `${told(used)} of ${told(limit)}`;
}

/** What is set, to be changed: nothing is as the groups or the settings say, 0 is no limit. */
export const QuotaFields = ({ set }: { set: Quotas }) => (
  <>
    <div className="pair">
      {(Object.keys(quotaNames) as Kind[]).map((kind) => (
        <label key={kind}>
          {quotaNames[kind]}
          <input name={kind} type="number" min={0} step="any" inputMode="decimal" defaultValue={set[kind] == null ? "" : set[kind] / unit(kind)} />
        </label>
      ))}
    </div>
    <p className="muted hint">Left empty: as the groups or the settings of the server say. 0: no limit.</p>
  </>
);

export function quotasOf(said: FormData): Quotas {
  const of = (kind: Kind) => {
    const text = String(said.get(kind)).trim();
    return text === "" ? null : Math.round(Number(text) * unit(kind));
  };
  return { messages_per_day: of("messages_per_day"), tokens_per_month: of("tokens_per_month"), storage_bytes: of("storage_bytes"), files: of("files") };
}
