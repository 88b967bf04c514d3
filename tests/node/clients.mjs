// Programs of others that talk to a server, as a process of its own: `node clients.mjs openai` takes one call a line,
// {call, at, key, model}, and answers each with a line, {done} or {failed}. A call that gives up in the middle says
// {began} when it has heard the first piece, and goes away then.
import { createInterface } from "node:readline";

const { calls } = await import(`./clients/${process.argv[2]}.mjs`);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
console.log = console.info = console.warn = console.error; // what a library says is not an answer

say({ ready: Object.keys(calls) });
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    say({ done: (await calls[asked.call](asked, () => say({ began: true }))) ?? null });
  } catch (error) {
    say({ failed: { name: error.name, message: error.message, status: error.status ?? error.status_code ?? error.statusCode } });
  }
}
process.exit(0);
