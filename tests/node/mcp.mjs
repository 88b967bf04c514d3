// An MCP server on a free loopback port, made of the official library: `node mcp.mjs legacy` with sessions (the 1.x
// package), `node mcp.mjs modern` without (2.x). Prints its address and serves until its input ends.
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import * as z from "zod";

const tools = (server) => {
  server.registerTool("add", { description: "Adds two numbers", inputSchema: z.object({ a: z.number(), b: z.number() }) }, async ({ a, b }) => ({
    content: [{ type: "text", text: `${a} + ${b} = ${a + b}` }],
  }));
  server.registerTool("fail", { description: "Fails", inputSchema: z.object({}) }, async () => {
    throw new Error("it broke inside");
  });
  return server;
};

const legacy = async () => {
  const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js");
  const { StreamableHTTPServerTransport } = await import("@modelcontextprotocol/sdk/server/streamableHttp.js");
  const sessions = new Map();
  return async (request, response) => {
    let transport = sessions.get(request.headers["mcp-session-id"]);
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => sessions.set(id, transport),
      });
      await tools(new McpServer({ name: "sums", version: "1" })).connect(transport);
    }
    await transport.handleRequest(request, response);
  };
};

const modern = async () => {
  const { McpServer, createMcpHandler } = await import("@modelcontextprotocol/server");
  const handler = createMcpHandler(() => tools(new McpServer({ name: "sums", version: "2" })), { legacy: "reject" });
  return async (request, response) => {
    const body = ["GET", "HEAD"].includes(request.method) ? undefined : Readable.toWeb(request);
    const answer = await handler.fetch(new Request(`http://${request.headers.host}${request.url}`, { method: request.method, headers: request.headers, body, duplex: "half" }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body) for await (const piece of answer.body) response.write(piece);
    response.end();
  };
};

const answer = await (process.argv[2] === "modern" ? modern() : legacy());
const server = createServer((request, response) => answer(request, response).catch((error) => response.destroy(error)));
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
console.log(`http://127.0.0.1:${server.address().port}`);
process.stdin.resume().on("end", () => process.exit(0));
