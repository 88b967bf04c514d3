using System.Buffers;
using System.Text.Json;
using Parley.Kernel.Http;

namespace Parley.Mcp;

/// <summary>What is answered to one message.</summary>
/// <param name="Status">Of the HTTP answer.</param>
/// <param name="Json">A JSON-RPC response; empty where there is nothing to answer.</param>
internal sealed record McpAnswer(int Status, ReadOnlyMemory<byte> Json)
{
    /// <summary>To what was only told.</summary>
    public static McpAnswer Nothing { get; } = new(StatusCodes.Status202Accepted, default);

    /// <param name="members">Writes the members of the result.</param>
    public static McpAnswer Result(McpRequest request, Action<Utf8JsonWriter> members) =>
        new(
            StatusCodes.Status200OK,
            Message(
                request.Id,
                json =>
                {
                    json.WriteStartObject("result"u8);
                    if (request.IsModern)
                    {
                        json.WriteString("resultType"u8, "complete"u8);
                    }

                    members(json);
                    json.WriteEndObject();
                }
            )
        );

    public static McpAnswer Error(McpException failure, JsonElement? id) =>
        new(
            failure.Status,
            Message(
                failure.Id ?? id,
                json =>
                {
                    json.WriteStartObject("error"u8);
                    json.WriteNumber("code"u8, failure.Code);
                    json.WriteString("message"u8, failure.Message);
                    if (failure.Requested is { } requested)
                    {
                        json.WriteStartObject("data"u8);
                        json.WriteStartArray("supported"u8);
                        foreach (var version in McpServer.Versions)
                        {
                            json.WriteStringValue(version);
                        }

                        json.WriteEndArray();
                        json.WriteString("requested"u8, requested);
                        json.WriteEndObject();
                    }

                    json.WriteEndObject();
                }
            )
        );

    private static ReadOnlyMemory<byte> Message(JsonElement? id, Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(body, JsonOut.Options);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        if (id is { } known)
        {
            json.WritePropertyName("id"u8);
            known.WriteTo(json);
        }

        members(json);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }
}
