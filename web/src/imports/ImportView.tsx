import { useEffect } from "react";
import { Link } from "../app/router";
import { DropZone, useDrop } from "../ui/DropZone";
import { bytes, count, fullTime, plural, providerName, when } from "../ui/format";
import type { Schema } from "../api/client";
import { useImports, type Job } from "./useImport";
import "../styles/import.css";

/** Brings exports of other programs in, and says what came of each. */
export default function ImportView() {
  const { jobs, sending, wrong, bring, stop, undo } = useImports();
  const take = (files: readonly File[]) => void bring(files);
  const { over, handlers } = useDrop(take);
  useEffect(() => {
    document.title = "Import · Parley";
  }, []);

  return (
    <main className="main import" id="main" {...handlers}>
      <div className="column">
        <h1>Import</h1>
        <DropZone title="Drop an export here, as it came" over={over} take={take}>
          A zip or a single file of ChatGPT, Claude, Gemini, Grok, Zed, Open WebUI and others. What it is shows itself.
        </DropZone>
        {wrong && (
          <p className="wrong" role="alert">
            {wrong}
          </p>
        )}
        {sending.map((name) => (
          <section className="job" key={name} aria-label={name}>
            <h3 dir="auto">{name}</h3>
            <p role="status">On its way…</p>
            <progress aria-label={`Sending ${name}`} />
          </section>
        ))}
        {jobs?.map((job) => <JobView key={job.id} job={job} onStop={() => void stop(job)} onUndo={() => void undo(job)} />)}
        {jobs?.length === 0 && sending.length === 0 && <Guides />}
      </div>
    </main>
  );
}

const words: Record<Job["status"], string> = {
  queued: "waits its turn",
  running: "being read",
  done: "done",
  failed: "failed",
  cancelled: "stopped",
  undoing: "being undone",
  undone: "undone",
};

function JobView({ job, onStop, onUndo }: { job: Job; onStop: () => void; onUndo: () => void }) {
  const active = job.status === "running" || job.status === "queued";
  const { progress, report } = job;
  return (
    <section className={`job ${job.status}`} aria-label={job.name}>
      <header>
        <h3 dir="auto">{job.name}</h3>
        <span className="muted">
          {words[job.status]}, {bytes(job.size)}, <time dateTime={job.created_at} title={fullTime(job.created_at)}>{when(job.created_at)}</time>
        </span>
        {active && <button onClick={onStop}>Stop</button>}
        {(job.status === "done" || job.status === "cancelled" || job.status === "failed") && report && !report.dry_run && <button onClick={onUndo}>Undo</button>}
      </header>
      {active && progress && (
        <>
          <progress aria-label={`Reading ${job.name}`} max={progress.size || 1} value={progress.position} />
          <p className="muted number" role="status">
            {plural(progress.conversations, "conversation", "conversations")}, {plural(progress.messages, "message", "messages")}
            {progress.messages_per_second > 0 && `, ${count(Math.round(progress.messages_per_second))} a second`}
            {progress.eta_seconds !== undefined && progress.eta_seconds > 1 && `, ${Math.ceil(progress.eta_seconds)} s to go`}
          </p>
        </>
      )}
      {job.status === "undoing" && <progress aria-label={`Undoing ${job.name}`} />}
      {job.error && <p className="wrong">{job.error}</p>}
      {report && job.status !== "undone" && !active && <Report report={report} />}
    </section>
  );
}

function Report({ report }: { report: Schema["ImportReport"] }) {
  return (
    <>
      {report.sources.length === 0 && <p>Nothing in it was recognised.</p>}
      {report.sources.map((source, index) => {
        const brought = sum(source.messages.new);
        const facts = [
          plural(source.conversations.new, "new conversation", "new conversations"),
          plural(brought, "new message", "new messages"),
          source.conversations.updated > 0 && `${count(source.conversations.updated)} updated`,
          source.conversations.unchanged > 0 && `${count(source.conversations.unchanged)} known already`,
          source.conversations.empty > 0 && `${count(source.conversations.empty)} empty`,
          source.conversations.skipped > 0 && `${count(source.conversations.skipped)} left out: deleted here`,
          source.conversations.failed > 0 && `${count(source.conversations.failed)} failed`,
          source.attachments.stored > 0 && plural(source.attachments.stored, "file", "files"),
          source.attachments.missing > 0 && `${count(source.attachments.missing)} files not in the archive`,
        ];
        return (
          <div key={index} className="source">
            <p>
              <Link to={`/search?${new URLSearchParams({ q: `provider:${source.provider} `, sort: "newest" })}`}>{providerName(source.provider)}</Link>:{" "}
              {facts.filter(Boolean).join(", ")}
            </p>
            <Notices title="Failed" list={source.failures} bad />
            <Notices title="Worth knowing" list={source.warnings} />
            <Notices title="Left out" list={source.ignored} />
          </div>
        );
      })}
      <Notices title="Entries left out" list={report.skipped} />
    </>
  );
}

const sum = (counts: Schema["RoleCounts"]) => counts.user + counts.assistant + counts.system + counts.tool;

/** Reasons, each with the places it was met at. */
function Notices({ title, list, bad }: { title: string; list: Schema["NoticeList"]; bad?: boolean }) {
  if (list.count === 0) return null;
  return (
    <details className={bad ? "notices bad" : "notices"} open={bad}>
      <summary>
        {title} <span className="number">{count(list.count)}</span>
      </summary>
      <ul>
        {list.groups.map((one) => (
          <li key={one.code + one.what}>
            <p>
              {one.what} {one.count > 1 && <span className="number">× {count(one.count)}</span>}
            </p>
            <ul>
              {one.places.map((place, index) => (
                <li key={index}>
                  <code>
                    {place.entry}
                    {place.index !== undefined && `, record ${place.index}`}
                    {place.id && `, ${place.id}`}
                  </code>
                </li>
              ))}
              {one.count > one.places.length && <li className="muted">and {count(one.count - one.places.length)} more</li>}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}

const guides = [
  ["ChatGPT", "Settings → Data controls → Export data. A link to a zip comes by mail."],
  ["Claude", "Settings → Privacy → Export data. A link to a zip comes by mail."],
  ["Gemini", "takeout.google.com: deselect all, choose My Activity, then Gemini Apps, as JSON."],
  ["Grok", "accounts.x.ai → Data → Download. Or the archive of your X account."],
  ["Zed, Claude Code", "Their folders lie on this machine: parley import FOLDER on the command line."],
] as const;

const Guides = () => (
  <section className="guides" aria-labelledby="guides">
    <h2 id="guides">Where to get an export</h2>
    <dl>
      {guides.map(([name, how]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{how}</dd>
        </div>
      ))}
    </dl>
  </section>
);
