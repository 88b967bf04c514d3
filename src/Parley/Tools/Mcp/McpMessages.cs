using System.Buffers;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Tools.Mcp;

/// <summary>The messages of MCP, which are the same over every transport.</summary>
internal static class McpMessages
{
    /// <summary>The protocol without handshake and sessions.</summary>
    public const string Modern = "2026-07-28";
    private const int UnsupportedVersion = -32022;

    /// <summary>One JSON-RPC message.</summary>
    /// <param name="write">Writes its members.</param>
    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> write) => Written(write).WrittenMemory;

    /// <summary>The same with the end of line that parts messages over standard input: JSON itself has none here.</summary>
    public static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        var message = Written(write);
        message.Write("\n"u8);
        return message.WrittenMemory;
    }

    /// <summary>What every request of the modern protocol says about itself.</summary>
    public static void About(Utf8JsonWriter json)
    {
        json.WriteStartObject("_meta"u8);
        json.WriteString("io.modelcontextprotocol/protocolVersion"u8, Modern);
        json.WriteStartObject("io.modelcontextprotocol/clientInfo"u8);
        Client(json);
        json.WriteEndObject();
        json.WriteStartObject("io.modelcontextprotocol/clientCapabilities"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The members of <c>initialize</c>.</summary>
    public static void Greeting(Utf8JsonWriter json, string version)
    {
        json.WriteString("protocolVersion"u8, version);
        json.WriteStartObject("capabilities"u8);
        json.WriteEndObject();
        json.WriteStartObject("clientInfo"u8);
        Client(json);
        json.WriteEndObject();
    }

    /// <summary>The members of <c>notifications/cancelled</c>.</summary>
    public static void Cancelled(Utf8JsonWriter json, long id)
    {
        json.WriteNumber("requestId"u8, id);
        json.WriteString("reason"u8, "the user stopped it, or it took too long"u8);
    }

    /// <summary>The members of the answer to what a server asks: that Parley is there is all it learns.</summary>
    public static void Reply(Utf8JsonWriter json, JsonElement asked)
    {
        var ping = asked.TryGetProperty("method", out var method) && method.ValueEquals("ping");
        json.WritePropertyName("id"u8);
        asked.GetProperty("id").WriteTo(json);
        json.WriteStartObject(ping ? "result"u8 : "error"u8);
        if (!ping)
        {
            json.WriteNumber("code"u8, -32601);
            json.WriteString("message"u8, "Method not found"u8);
        }

        json.WriteEndObject();
    }

    /// <summary>What the answer to <c>server/discover</c> says: anything but a modern answer is that of an older server.</summary>
    /// <param name="older">The protocols with a handshake that can be spoken instead.</param>
    /// <exception cref="ToolServerException">It speaks none that Parley does.</exception>
    public static bool IsModern(ToolServer server, JsonElement? result, JsonElement? error, string[] older)
    {
        if (result is { } about)
        {
            return Names(about, "supportedVersions") is not { Count: > 0 } versions || versions.Contains(Modern);
        }

        if (
            error is { ValueKind: JsonValueKind.Object } refusal
            && refusal.TryGetProperty("code", out var code)
            && code.TryGetInt32(out var number)
            && number == UnsupportedVersion
            && refusal.TryGetProperty("data", out var data)
        )
        {
            var supported = Names(data, "supported");
            if (!supported.Exists(older.Contains))
            {
                throw new ToolServerException(
                    $"{server.Name} speaks MCP {string.Join(", ", supported)}, which Parley does not"
                );
            }
        }

        return false;
    }

    /// <summary>The version that the answer to <c>initialize</c> names.</summary>
    /// <exception cref="ToolServerException">It is none of those.</exception>
    public static string Version(ToolServer server, JsonElement result, string[] known)
    {
        var version = JsonMembers.Text(result, "protocolVersion");
        return version is not null && known.Contains(version)
            ? version
            : throw new ToolServerException(
                $"{server.Name} speaks MCP {version ?? "of no version"}, which Parley does not"
            );
    }

    /// <summary>An error's own words, cut.</summary>
    public static string Words(JsonElement error)
    {
        var text = JsonMembers.Text(error, "message") ?? "it gave no reason";
        return text.Length > 300 ? text[..300] + "…" : text;
    }

    private static ArrayBufferWriter<byte> Written(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body, JsonOut.Options);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        write(json);
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private static void Client(Utf8JsonWriter json)
    {
        json.WriteString("name"u8, "parley"u8);
        json.WriteString("version"u8, ParleyVersion.Text);
    }

    private static List<string> Names(JsonElement of, string name)
    {
        var names = new List<string>();
        if (
            of.ValueKind == JsonValueKind.Object
            && of.TryGetProperty(name, out var list)
            && list.ValueKind == JsonValueKind.Array
        )
        {
            foreach (var one in list.EnumerateArray())
            {
                names.Add(one.ValueKind == JsonValueKind.String ? one.GetString()! : "");
            }
        }

        return names;
    }
}
