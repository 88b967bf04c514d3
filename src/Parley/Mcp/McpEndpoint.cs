using System.Text;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Mcp;

/// <summary>
/// MCP over HTTP (2026-07-28, "Streamable HTTP"): one message a POST, answered as one JSON document. What the headers of a
/// modern request say must be what its body says: others on the way may go by them.
/// </summary>
internal static class McpEndpoint
{
    private const string Base64Mark = "=?base64?";

    public static async Task<IResult> PostAsync(HttpContext http, Caller caller, McpServer server, HttpOptions surface)
    {
        if (!IsAllowed(http.Request, surface))
        {
            return new ProblemResult(ProblemCodes.Forbidden, "the request does not come from a page of this server");
        }

        var utf8 = await JsonBodies.ReadAsync(http);
        McpAnswer answer;
        try
        {
            using var message = Parse(utf8);
            var request = McpRequest.Of(message.RootElement);
            answer = Mismatch(http.Request.Headers, request) is { } mismatch
                ? McpAnswer.Error(mismatch, request.Id)
                : await server.AnswerAsync(caller, request, http.RequestAborted);
        }
        catch (McpException refusal)
        {
            answer = McpAnswer.Error(refusal, null);
        }

        http.Response.Headers.CacheControl = "no-store";
        return answer.Json.IsEmpty
            ? TypedResults.StatusCode(answer.Status)
            : new StoredAnswer(answer.Status, null, null, answer.Json.ToArray());
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = HttpOptions.JsonDepth });
        }
        catch (JsonException broken)
        {
            throw new McpException(
                McpException.ParseError,
                $"this is no JSON: {broken.Message}",
                StatusCodes.Status400BadRequest
            );
        }
    }

    /// <summary>A page in a browser says where it is from: it must be one of ours or of a listed origin (S24).</summary>
    private static bool IsAllowed(HttpRequest request, HttpOptions surface)
    {
        var origin = request.Headers.Origin;
        return origin.Count == 0
            || (
                origin.Count == 1
                && (
                    origin.ToString() == $"{request.Scheme}://{request.Host}"
                    || surface.Origins.Contains(origin.ToString())
                )
            );
    }

    /// <summary>What the headers say otherwise than the body; null where nothing is.</summary>
    private static McpException? Mismatch(IHeaderDictionary headers, McpRequest request)
    {
        var version = headers["MCP-Protocol-Version"].ToString();
        if (!request.IsModern)
        {
            // The older protocols know the header alone, and the oldest not even that.
            return version.Length == 0 || (version != McpServer.Modern && McpServer.Versions.Contains(version))
                ? null
                : new McpException(
                    McpException.UnsupportedVersion,
                    "Unsupported protocol version",
                    StatusCodes.Status400BadRequest
                )
                {
                    Requested = version,
                };
        }

        if (request.Id is null)
        {
            return null; // what headers such a message has is not laid down
        }

        return Differs("MCP-Protocol-Version", version, request.Version)
            ?? Differs("Mcp-Method", headers["Mcp-Method"].ToString(), request.Method)
            ?? request.Method switch
            {
                "tools/call" or "prompts/get" => Differs(
                    "Mcp-Name",
                    Decoded(headers["Mcp-Name"].ToString()),
                    request.Text("name")
                ),
                "resources/read" => Differs("Mcp-Name", Decoded(headers["Mcp-Name"].ToString()), request.Text("uri")),
                _ => null,
            };
    }

    private static McpException? Differs(string header, string? value, string? body) =>
        value == (body ?? "")
            ? null
            : new McpException(
                McpException.HeaderMismatch,
                string.IsNullOrEmpty(value)
                    ? $"Header mismatch: {header} is missing"
                    : $"Header mismatch: {header} is not what the body says",
                StatusCodes.Status400BadRequest
            );

    /// <summary>A value that no header could hold stands there as Base64; null where it is none.</summary>
    private static string? Decoded(string value)
    {
        if (!value.StartsWith(Base64Mark, StringComparison.Ordinal) || !value.EndsWith("?=", StringComparison.Ordinal))
        {
            return value;
        }

        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[Base64Mark.Length..^2], bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : null;
    }
}
