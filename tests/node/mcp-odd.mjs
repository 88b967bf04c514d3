// An MCP server over standard input and output that does what no good one does, by tools of those names; without any
// package. `mute`: before its handshake it answers nothing. `deaf`: it does not end when its input does.
import { createInterface } from "node:readline";

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const cancelled = [];
const held = [];
let begun = false;
let pong = "none";

const acts = {
  echo: (id, { text }) => text,
  env: (id, { name }) => `${process.env[name] ?? "unset"} in ${process.cwd()}`,
  pid: () => String(process.pid),
  long: (id, { bytes }) => "x".repeat(bytes),
  never: () => void process.stderr.write("never\n"),
  cancelled: () => cancelled.join(","),
  pong: () => pong,
  // Answers the last of so many questions first.
  reverse: (id, { text, of }) => {
    held.unshift(() => answer(id, text));
    if (held.length === of) for (const one of held.splice(0)) one();
  },
  die: (id, { code }) => {
    process.stderr.write("the secret of my death\n", () => process.exit(code));
  },
  noise: () => {
    process.stdout.write("this is no message\n[1,2]\n\n");
    return "after noise";
  },
  ask: () => {
    say({ id: "mine", method: "ping" });
    return "asked";
  },
};

const answer = (id, text) => say({ id, result: { content: [{ type: "text", text }] } });

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { id, method, params, result } = JSON.parse(line);
    if (id === "mine") {
      pong = JSON.stringify(result);
    } else if (method === "initialize") {
      begun = true;
      say({ id, result: { protocolVersion: "2024-11-05", capabilities: { tools: {} }, serverInfo: { name: "odd", version: "1" } } });
    } else if (method === "tools/list") {
      const tools = Object.keys(acts).map((name) => ({ name, description: name, inputSchema: { type: "object" } }));
      say({ id, result: { tools } });
    } else if (method === "tools/call") {
      const text = acts[params.name](id, params.arguments);
      if (text !== undefined) answer(id, text);
    } else if (method === "notifications/cancelled") {
      cancelled.push(params.requestId);
    } else if (id !== undefined && (begun || !process.argv.includes("mute"))) {
      say({ id, error: { code: -32601, message: "Method not found" } });
    }
  })
  .on("close", () => {
    if (process.argv.includes("deaf")) setInterval(() => {}, 1000);
  });
