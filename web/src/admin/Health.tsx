import { api, of, type Schema } from "../api/client";
import { bytes, count } from "../ui/format";
import { Section, useList, Wrong } from "../settings/parts";

const states: Record<Schema["HealthReport"]["status"], string> = {
  ok: "Everything works.",
  degraded: "It serves, and something wants to be looked at.",
  draining: "It is about to stop.",
};

/** How the server is, in sentences. */
export function Health() {
  const { items, wrong, again } = useList(async () => [await of(api.GET("/health"))]);
  const report = items?.[0];
  return (
    <Section title="Health">
      <Wrong text={wrong} />
      {report && (
        <>
          <p role="status">
            <strong>{states[report.status]}</strong> Parley {report.version} has been up for {spanOf(report.uptime_seconds)}.
          </p>
          {report.warnings.map((warning) => (
            <p key={warning} className="note">
              {warning}
            </p>
          ))}
          <p className="muted">
            {bytes(report.disk.free_bytes)} of {bytes(report.disk.total_bytes)} are free on its disk{report.disk.low && ", which is little"}. {count(report.store.writes)} writes since its start in{" "}
            {count(report.store.commits)} commits, {count(report.store.queue_length)} waiting.
          </p>
          <div className="form-foot">
            <button onClick={() => void again()}>Look again</button>
          </div>
        </>
      )}
    </Section>
  );
}

function spanOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 2) return "a minute";
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} hours` : `${count(Math.floor(minutes / 1440))} days`;
}
