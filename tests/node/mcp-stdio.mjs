// An MCP server over standard input and output, made of the official library: `node mcp-stdio.mjs legacy` (the 1.x
// package), `node mcp-stdio.mjs modern` (2.x, without the older handshake).
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

if (process.argv[2] === "modern") {
  const { McpServer } = await import("@modelcontextprotocol/server");
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  serveStdio(() => tools(new McpServer({ name: "sums", version: "2" })), { legacy: "reject" });
} else {
  const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js");
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
  await tools(new McpServer({ name: "sums", version: "1" })).connect(new StdioServerTransport());
}
