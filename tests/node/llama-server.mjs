// Plays llama.cpp's llama-server as far as Parley uses it: /health says 503 while it loads (FAKE_LLAMA_LOADS requests),
// the models and the chat want the key. A chat that says "die" ends it, FAKE_LLAMA_BROKEN at its start.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";

const value = (name) => process.argv[process.argv.lastIndexOf(name) + 1];
let loads = Number(process.env.FAKE_LLAMA_LOADS ?? 2);

process.stderr.write(`load_model: ${readFileSync(value("--model")).subarray(0, 4)} ${process.argv.slice(2).join(" ")}\n`);
if (process.env.FAKE_LLAMA_BROKEN) {
  process.stderr.write("error: failed to load model\n", () => process.exit(1));
}

const json = (response, status, body) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

createServer((request, response) => {
  if (request.url === "/health") {
    return loads-- > 0 ? json(response, 503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } }) : json(response, 200, { status: "ok" });
  }
  if (request.headers.authorization !== `Bearer ${process.env.LLAMA_API_KEY}`) {
    return json(response, 401, { error: { code: 401, message: "Invalid API Key", type: "authentication_error" } });
  }
  if (request.url === "/v1/models") {
    return json(response, 200, { object: "list", data: [{ id: value("--alias"), object: "model", created: 1, owned_by: "llamacpp" }] });
  }
  let body = "";
  request.on("data", (piece) => (body += piece)).on("end", () => {
    if (body.includes("die")) process.exit(9);
    const message = { role: "assistant", content: `${process.pid}` };
    json(response, 200, { id: "1", object: "chat.completion", created: 1, model: value("--alias"), choices: [{ index: 0, message, finish_reason: "stop" }] });
  });
}).listen(Number(value("--port")), value("--host"));
