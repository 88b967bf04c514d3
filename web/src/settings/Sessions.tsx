import { api, messageOf, of, type Schema } from "../api/client";
import { fullTime, when } from "../ui/format";
import { say } from "../ui/toasts";
import { allOf, Section, useList, Wrong } from "./parts";

/** Where one is signed in; each can be ended but the one that shows it, which has its way out. */
export function Sessions() {
  const { items, wrong, again } = useList(() => allOf((cursor) => of(api.GET("/api/auth/sessions", { params: { query: { limit: 200, ...cursor } } }))));
  async function end(work: Promise<unknown>, said: string) {
    try {
      await work;
      say(said);
    } catch (failure) {
      say(messageOf(failure), { wrong: true });
    }
    await again();
  }
  return (
    <Section title="Sessions">
      <Wrong text={wrong} />
      <ul className="rows">
        {items?.toReversed().map((one) => (
          <li key={one.id}>
            <div>
              <p>
                {agentOf(one)} {one.current && <strong className="badge">this one</strong>}
              </p>
              <p className="muted hint">
                {one.address && `${one.address}, `}
                <span title={fullTime(one.used_at)}>last used {when(one.used_at)}</span>, since <span title={fullTime(one.created_at)}>{when(one.created_at)}</span>
              </p>
            </div>
            {!one.current && <button onClick={() => void end(of(api.DELETE("/api/auth/sessions/{id}", { params: { path: { id: one.id } } })), "That session has ended.")}>End it</button>}
          </li>
        ))}
      </ul>
      {items && items.length > 1 && (
        <div className="form-foot">
          <button onClick={() => void end(of(api.DELETE("/api/auth/sessions")), "Every other session has ended.")}>End all others</button>
        </div>
      )}
    </Section>
  );
}

/** A browser by the names it gives itself; what gives others is told as it is. */
function agentOf({ agent }: Schema["SessionView"]): string {
  if (!agent) return "A program without a name";
  const browser = [/Firefox\/\d+/, /Edg\/\d+/, /OPR\/\d+/, /Chrome\/\d+/, /Version\/\d+.*Safari/].map((one) => one.exec(agent)?.[0]).find(Boolean);
  const system = /Windows|Mac OS X|iPhone|iPad|Android|Linux/.exec(agent)?.[0];
  if (!browser) return agent.slice(0, 80);
  const name = browser.replace(/^Edg\//, "Edge ").replace(/^OPR\//, "Opera ").replace(/^Version\/(\d+).*/, "Safari $1").replace("/", " ");
  return system ? `${name} on ${system}` : name;
}
