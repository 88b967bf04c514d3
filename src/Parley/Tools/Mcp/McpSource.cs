using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Kernel.Http;
using static Parley.Kernel.JsonMembers;

namespace Parley.Tools.Mcp;

/// <summary>The tools of MCP servers. Thread-safe.</summary>
internal sealed class McpSource(ToolServerKind kind, IMcpPeers peers) : IToolSource
{
    private const int MostPages = 50;

    /// <summary>Lists belong to nobody: they are asked for in a session of their own.</summary>
    private const long Nobody = 0;

    public ToolServerKind Kind => kind;

    public async Task<IReadOnlyList<RemoteTool>> ListAsync(ToolServer server, Action<string> left, CancellationToken ct)
    {
        var session = peers.Of(server, Nobody);
        var tools = new List<RemoteTool>();
        string? cursor = null;
        for (var page = 1; page <= MostPages; page++)
        {
            using var document = await session.AskAsync(
                "tools/list",
                json =>
                {
                    if (cursor is not null)
                    {
                        json.WriteString("cursor"u8, cursor);
                    }
                },
                null,
                [],
                ct
            );
            var result = document.RootElement;
            if (!result.TryGetProperty("tools", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                throw new ToolServerException($"{server.Name} answered no list of tools");
            }

            foreach (var tool in list.EnumerateArray())
            {
                Add(server, tool, tools, left);
            }

            cursor = Text(result, "nextCursor");
            if (string.IsNullOrEmpty(cursor))
            {
                return tools;
            }
        }

        left($"more than {MostPages} pages of tools: the rest was not read");
        return tools;
    }

    private void Add(ToolServer server, JsonElement tool, List<RemoteTool> to, Action<string> left)
    {
        if (Text(tool, "name") is not { Length: > 0 and <= 128 } name)
        {
            left("a tool without a name");
            return;
        }

        if (
            !tool.TryGetProperty("inputSchema", out var schema)
            || schema.ValueKind != JsonValueKind.Object
            || Text(schema, "type") is not (null or "object")
        )
        {
            left($"{name}: its arguments are no object");
            return;
        }

        try
        {
            // Its own word that it only reads counts where an admin trusts it: whoever writes the tool writes the hint.
            var reads =
                server.TrustsHints
                && tool.TryGetProperty("annotations", out var hints)
                && hints.ValueKind == JsonValueKind.Object
                && hints.TryGetProperty("readOnlyHint", out var hint)
                && hint.ValueKind == JsonValueKind.True;
            to.Add(
                new McpTool(
                    peers,
                    server,
                    name,
                    Text(tool, "description") ?? Text(tool, "title") ?? name,
                    new RawJson(JsonMarshal.GetRawUtf8Value(schema).ToArray()),
                    McpHeaders.Of(schema),
                    writes: !reads
                )
            );
        }
        catch (ToolException reason)
        {
            left($"{name}: {reason.Message}");
        }
    }
}
