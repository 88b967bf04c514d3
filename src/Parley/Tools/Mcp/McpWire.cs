using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Parley.Tools.Mcp;

/// <summary>What an MCP server answered to one request.</summary>
/// <param name="Message">The JSON-RPC response; null where the body held none.</param>
internal sealed record McpReply(int Status, string? SessionId, JsonDocument? Message) : IDisposable
{
    public JsonElement? Result => Member("result");

    public JsonElement? Error => Member("error");

    public void Dispose() => Message?.Dispose();

    private JsonElement? Member(string name) =>
        Message is { } message
        && message.RootElement.ValueKind == JsonValueKind.Object
        && message.RootElement.TryGetProperty(name, out var member)
            ? member
            : null;
}

/// <summary>
/// One POST of the streamable HTTP transport: the answer is one JSON document, or server-sent events of which one is the
/// response. Thread-safe.
/// </summary>
internal sealed class McpWire(ToolHttp http)
{
    /// <summary>Sends one JSON-RPC message and waits for its response.</summary>
    /// <param name="id">Of the request; null for a notification, which has no response.</param>
    /// <param name="asked">Given what the server asks meanwhile; null where it may ask nothing.</param>
    /// <exception cref="ToolServerException">It cannot be reached, or what it answers is no MCP.</exception>
    public async Task<McpReply> PostAsync(
        ToolServer server,
        ReadOnlyMemory<byte> body,
        long? id,
        IEnumerable<(string Name, string Value)> headers,
        Func<JsonElement, Task>? asked,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url)
        {
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(server, request, ct);
        var session = answer.Headers.TryGetValues("Mcp-Session-Id", out var given) ? given.First() : null;
        var status = (int)answer.StatusCode;
        if (id is null)
        {
            return new McpReply(status, session, null);
        }

        var message =
            answer.Content.Headers.ContentType?.MediaType == "text/event-stream"
                ? await StreamedAsync(server, answer, id.Value, asked, ct)
                : await WholeAsync(server, answer, id.Value, ct);
        return new McpReply(status, session, message);
    }

    /// <summary>A session that is no longer needed is ended; whether the server minds is its own matter.</summary>
    public async Task DeleteAsync(
        ToolServer server,
        IEnumerable<(string Name, string Value)> headers,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, server.Url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var _ = await http.SendAsync(server, request, ct);
    }

    private static async Task<JsonDocument?> WholeAsync(
        ToolServer server,
        HttpResponseMessage answer,
        long id,
        CancellationToken ct
    )
    {
        var (body, cut) = await ToolHttp.ReadAsync(server, answer, ToolHttp.LargestBody, ct);
        if (cut)
        {
            throw new ToolServerException($"{server.Name} answered more than {ToolHttp.LargestBody >> 20} MiB");
        }

        try
        {
            var message = JsonDocument.Parse(body);
            if (!answer.IsSuccessStatusCode || IsResponse(message.RootElement, id))
            {
                return message;
            }

            message.Dispose();
            throw new ToolServerException($"{server.Name} answered something else than it was asked");
        }
        catch (JsonException broken)
        {
            return answer.IsSuccessStatusCode
                ? throw new ToolServerException(
                    $"{server.Name} answered what is no JSON: is its address right?",
                    broken
                )
                : null;
        }
    }

    private static async Task<JsonDocument> StreamedAsync(
        ToolServer server,
        HttpResponseMessage answer,
        long id,
        Func<JsonElement, Task>? asked,
        CancellationToken ct
    )
    {
        try
        {
            var pipe = PipeReader.Create(await answer.Content.ReadAsStreamAsync(ct));
            var events = new EventPipe(pipe);
            while (await events.NextAsync(ct) is { } data)
            {
                if (data.Length == 0)
                {
                    continue; // an event to come back to, without a message
                }

                var message = JsonDocument.Parse(data);
                if (IsResponse(message.RootElement, id))
                {
                    await pipe.CompleteAsync();
                    return message;
                }

                using (message)
                {
                    if (asked is not null && message.RootElement.TryGetProperty("id", out _))
                    {
                        await asked(message.RootElement);
                    }
                }
            }
        }
        catch (Exception broken)
            when (broken
                    is HttpRequestException
                        or IOException
                        or JsonException
                        or InvalidOperationException
                        or InvalidDataException
            )
        {
            throw new ToolServerException(
                broken is InvalidDataException
                    ? $"{server.Name} {broken.Message}"
                    : $"{server.Name} broke off in the middle of its answer",
                broken
            );
        }

        throw new ToolServerException($"{server.Name} closed the stream before its answer") { IsAway = true };
    }

    private static bool IsResponse(JsonElement message, long id) =>
        message.ValueKind == JsonValueKind.Object
        && !message.TryGetProperty("method", out _)
        && message.TryGetProperty("id", out var of)
        && (
            of.ValueKind == JsonValueKind.Null
            || (of.ValueKind == JsonValueKind.Number && of.TryGetInt64(out var number) && number == id)
        );
}

/// <summary>The data of server-sent events, one after the other (WHATWG HTML, 9.2), each of bounded size.</summary>
internal sealed class EventPipe(PipeReader pipe)
{
    private readonly ArrayBufferWriter<byte> data = new();
    private bool hasData;

    /// <summary>Null at the end. An event that the end cuts off is dropped, as the standard has it.</summary>
    public async ValueTask<byte[]?> NextAsync(CancellationToken ct)
    {
        data.ResetWrittenCount();
        hasData = false;
        while (true)
        {
            var read = await pipe.ReadAsync(ct);
            var rest = read.Buffer;
            var whole = Take(ref rest);
            pipe.AdvanceTo(rest.Start, whole ? rest.Start : rest.End);
            if (whole)
            {
                return data.WrittenSpan.ToArray();
            }

            if (read.IsCompleted)
            {
                return null;
            }

            if (rest.Length + data.WrittenCount > ToolHttp.LargestBody)
            {
                throw new InvalidDataException($"sent an event of more than {ToolHttp.LargestBody >> 20} MiB");
            }
        }
    }

    /// <summary>True where an event ended.</summary>
    private bool Take(ref ReadOnlySequence<byte> rest)
    {
        var reader = new SequenceReader<byte>(rest);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            rest = rest.Slice(reader.Position);
            reader = new SequenceReader<byte>(rest);
            if (Line(line.ToArray()))
            {
                return true;
            }
        }

        return false;
    }

    private bool Line(ReadOnlySpan<byte> line)
    {
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        if (line.IsEmpty)
        {
            return hasData;
        }

        if (line.StartsWith("data:"u8))
        {
            if (hasData)
            {
                data.Write("\n"u8);
            }

            var value = line[5..];
            data.Write(value is [(byte)' ', ..] ? value[1..] : value);
            hasData = true;
        }

        return false;
    }
}
