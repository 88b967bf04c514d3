using System.Text.Json;
using Parley.Kernel;

namespace Parley.Mcp;

/// <summary>A JSON-RPC message of a client's that asks for something, or only tells.</summary>
/// <param name="Id">A text or a number; null for what is only told.</param>
/// <param name="Params">An object; undefined where there is none.</param>
/// <param name="IsModern">It says all about itself, as MCP 2026-07-28 has it; else there was a handshake before it.</param>
internal sealed record McpRequest(JsonElement? Id, string Method, JsonElement Params, bool IsModern)
{
    private const string VersionKey = "io.modelcontextprotocol/protocolVersion";

    /// <summary>The version a modern request says it is of.</summary>
    public string? Version => VersionOf(Params);

    /// <summary>A text among the parameters; null where it is none.</summary>
    public string? Text(string name) => JsonMembers.Text(Params, name);

    /// <exception cref="McpException">It is no message that a client may send.</exception>
    public static McpRequest Of(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Array)
        {
            throw McpException.NoRequest("send one message at a time");
        }

        if (
            message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("jsonrpc", out var rpc)
            || !rpc.ValueEquals("2.0")
            || !message.TryGetProperty("method", out var method)
            || method.ValueKind != JsonValueKind.String
        )
        {
            throw McpException.NoRequest("this is no JSON-RPC 2.0 request");
        }

        var hasId = message.TryGetProperty("id", out var id);
        if (hasId && id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            throw McpException.NoRequest("the id must be a text or a number");
        }

        var given = message.TryGetProperty("params", out var parameters);
        if (given && parameters.ValueKind != JsonValueKind.Object)
        {
            throw new McpException(McpException.InvalidParams, "params must be an object")
            {
                Id = hasId ? id.Clone() : null,
            };
        }

        return new McpRequest(
            hasId ? id : null,
            method.GetString()!,
            given ? parameters : default,
            VersionOf(given ? parameters : default) is not null
        );
    }

    private static string? VersionOf(JsonElement parameters) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("_meta", out var meta)
            ? JsonMembers.Text(meta, VersionKey)
            : null;
}

/// <summary>A message that is refused, in the words and numbers of JSON-RPC.</summary>
internal sealed class McpException(int code, string message, int status = StatusCodes.Status200OK) : Exception(message)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int Internal = -32603;

    /// <summary>The headers say something else than the body.</summary>
    public const int HeaderMismatch = -32020;

    public const int UnsupportedVersion = -32022;

    public int Code => code;

    /// <summary>Of the HTTP answer that carries it.</summary>
    public int Status => status;

    /// <summary>Of the request, where it could be read.</summary>
    public JsonElement? Id { get; init; }

    /// <summary>For <see cref="UnsupportedVersion"/>: what was asked for.</summary>
    public string? Requested { get; init; }

    public static McpException NoRequest(string why) => new(InvalidRequest, why, StatusCodes.Status400BadRequest);
}
