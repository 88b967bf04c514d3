using System.Text;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using static Parley.Kernel.JsonMembers;

namespace Parley.Tools.Mcp;

/// <summary>Calls one tool of an MCP server, in the caller's own session.</summary>
internal sealed class McpTool(
    IMcpPeers peers,
    ToolServer server,
    string name,
    string description,
    RawJson parameters,
    IReadOnlyList<McpHeader> headers,
    bool writes
) : RemoteTool(server, name, description, parameters, writes)
{
    public override async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        using var answer = await peers
            .Of(Server, caller.OwnerId)
            .AskAsync(
                "tools/call",
                json =>
                {
                    json.WriteString("name"u8, RemoteName);
                    json.WritePropertyName("arguments"u8);
                    arguments.WriteTo(json);
                },
                RemoteName,
                McpHeaders.Values(headers, arguments),
                ct
            );
        var result = answer.RootElement;
        if (result.TryGetProperty("resultType", out var kind) && kind.ValueEquals("input_required"))
        {
            throw new ToolException("it asks for more than its arguments, which Parley does not give");
        }

        var said = Said(result);
        return result.TryGetProperty("isError", out var failed) && failed.ValueKind == JsonValueKind.True
            ? throw new ToolException(said.Length > 0 ? said : "it failed, and gave no reason")
            : said;
    }

    /// <summary>The texts; of everything else, what it is.</summary>
    private static string Said(JsonElement result)
    {
        var text = new StringBuilder();
        if (result.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                text.Append(text.Length > 0 ? "\n" : "").Append(Part(part));
            }
        }

        return text.Length == 0 && result.TryGetProperty("structuredContent", out var structured)
            ? structured.GetRawText()
            : text.ToString();
    }

    private static string Part(JsonElement part)
    {
        var type = Text(part, "type");
        if (type == "text")
        {
            return Text(part, "text") ?? "";
        }

        if (type == "resource" && part.TryGetProperty("resource", out var resource))
        {
            return Text(resource, "text") ?? $"[{Text(resource, "mimeType") ?? "data"} at {Text(resource, "uri")}]";
        }

        return type == "resource_link"
            ? $"[{Text(part, "name")} at {Text(part, "uri")}]"
            : $"[{type ?? "something"} of type {Text(part, "mimeType") ?? "unknown"}, which is no text]";
    }
}
