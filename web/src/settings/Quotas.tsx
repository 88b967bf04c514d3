import { api, of } from "../api/client";
import { quotaNames, stands } from "../admin/Limits";
import { fullTime, when } from "../ui/format";
import { Section, useList, Wrong } from "./parts";

/** How one stands with what one may use; nothing where there are no limits. */
export function Quotas() {
  const { items, wrong } = useList(async () => (await of(api.GET("/api/auth/quotas"))).quotas);
  if (wrong === "" && !items?.some((one) => one.limit !== null)) return null;
  return (
    <Section title="Limits">
      <Wrong text={wrong} />
      <dl className="facts-list">
        {items?.map((one) => (
          <div key={one.kind}>
            <dt>{quotaNames[one.kind]}</dt>
            <dd>
              {stands(one)}
              {one.limit !== null && <meter min={0} max={one.limit} value={Math.min(one.used, one.limit)} aria-label={quotaNames[one.kind]} />}
              {one.reset_at && one.limit !== null && (
                <span className="muted" title={fullTime(one.reset_at)}>
                  {" "}
                  begins anew {when(one.reset_at)}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
