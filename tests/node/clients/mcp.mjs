// The official MCP clients: the 1.x package, and the 2.x one in the older protocol and in the stateless one; over HTTP, or
// over standard input and output of a program. And the tokenizers of GPT-4 and GPT-4o, which budgets are held against.
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";

const about = { name: "parley-tests", version: "1" };
let tokenizers; // a second of work, which not every test needs
const count = (text) => Math.max(...(tokenizers ??= [cl100k, o200k].map((ranks) => new Tiktoken(ranks))).map((tokenizer) => tokenizer.encode(text, [], []).length));

async function using({ at, key, mode, command, args }, work) {
  const [Http, Stdio] = mode === "1.x" ? [OldHttp, OldStdio] : [StreamableHTTPClientTransport, StdioClientTransport];
  const client =
    mode === "1.x" ? new OldClient(about)
    : new Client(about, { versionNegotiation: { mode: mode === "auto" ? "auto" : mode === "2.x" ? "legacy" : { pin: mode } } });
  const transport = command
    ? new Stdio({ command, args, stderr: "ignore" })
    : new Http(new URL(`${at}/mcp`), { requestInit: { headers: key ? { Authorization: `Bearer ${key}` } : {} } });
  await client.connect(transport);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

export const calls = {
  server: (asked) => using(asked, async (client) => ({
    version: client.getServerVersion(), capabilities: client.getServerCapabilities(), instructions: client.getInstructions(),
  })),
  tools: (asked) => using(asked, async (client) => {
    const { tools } = await client.listTools();
    return { tools, tokens: count(JSON.stringify(tools)) };
  }),
  tool: (asked) => using(asked, async (client) => {
    const said = await client.callTool({ name: asked.name, arguments: asked.arguments });
    const text = said.content.map((one) => one.text).join("");
    return { text, isError: said.isError ?? false, tokens: asked.count ? count(text) : null };
  }),
  resources: (asked) => using(asked, async (client) => {
    const items = [];
    for (let cursor, first = true; first || cursor; first = false) {
      const page = await client.listResources(cursor ? { cursor } : {});
      items.push(...page.resources);
      cursor = page.nextCursor;
    }
    return { items, templates: (await client.listResourceTemplates()).resourceTemplates };
  }),
  read: (asked) => using(asked, async (client) => (await client.readResource({ uri: asked.uri })).contents),
  prompts: (asked) => using(asked, async (client) => (await client.listPrompts()).prompts),
  prompt: (asked) => using(asked, async (client) => (await client.getPrompt({ name: asked.name, arguments: asked.arguments })).messages),
  count: async ({ texts }) => texts.map(count),
};
