export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/**
 * Server-sent events of an answer, one at a time; comments keep the connection alive and are left out. `behind` is told
 * each id once what came with it has been taken: one may come alone.
 */
export async function* readEvents(answer: Response, behind: (id: string) => void = () => {}): AsyncGenerator<ServerEvent> {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let kept = "";
    let now = { id: "", event: "message", data: [] as string[] };
    for (let part; !(part = await reader.read()).done; ) {
      const lines = (kept + part.value).split(/\r\n|\n|\r/);
      kept = lines.pop()!;
      for (const line of lines) {
        if (line === "") {
          if (now.data.length > 0) yield { id: now.id, event: now.event, data: now.data.join("\n") };
          if (now.id !== "") behind(now.id);
          now = { id: now.id, event: "message", data: [] };
          continue;
        }
        const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
        if (field === "data") now.data.push(value ?? "");
        else if (field === "event") now.event = value ?? "";
        else if (field === "id") now.id = value ?? "";
      }
    }
  } finally {
    await reader.cancel();
  }
}
