using System.Buffers;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Tools.Mcp;

/// <summary>
/// Speaks with one MCP server for one person, in the protocol that it knows: the stateless one of 2026-07-28, where every
/// request says all about itself, or those before it, which begin with a handshake and may have a session. Which it is, is
/// found out once. Thread-safe.
/// </summary>
internal sealed class McpSession(ToolServer server, McpWire wire) : IDisposable
{
    private const string Modern = "2026-07-28";
    private const int UnsupportedVersion = -32022;
    private static readonly string[] Handshaken = ["2025-11-25", "2025-06-18", "2025-03-26"];

    private readonly SemaphoreSlim opening = new(1);
    private volatile Spoken? spoken;
    private long lastId;

    /// <summary>The protocol as it was agreed on.</summary>
    private sealed record Spoken(string Version, bool IsModern, string? SessionId);

    public ToolServer Server => server;

    /// <summary>When it was last used, for whoever ends sessions.</summary>
    public DateTimeOffset UsedAt { get; set; }

    /// <summary>Asks, and gives the result.</summary>
    /// <param name="parameters">Writes the members of <c>params</c>.</param>
    /// <param name="name">What is called, where the method calls something by its name.</param>
    /// <param name="more">Headers that the protocol without sessions wants beside it.</param>
    /// <exception cref="ToolServerException">It cannot be reached, or refuses.</exception>
    public async Task<JsonDocument> AskAsync(
        string method,
        Action<Utf8JsonWriter> parameters,
        string? name,
        IEnumerable<(string Name, string Value)> more,
        CancellationToken ct
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var known = spoken ?? await OpenAsync(ct);
            using var reply = await SendAsync(known, method, parameters, name, more, ct);
            if (reply.Status == 404 && known.SessionId is not null && attempt == 1)
            {
                // The server has ended the session: a new one is begun, once.
                Interlocked.CompareExchange(ref spoken, null, known);
                continue;
            }

            RequireThere(reply, method);
            if (reply.Error is { } error)
            {
                throw new ToolServerException($"{server.Name} refused {method}: {Words(error)}");
            }

            if (reply is not { Status: 200, Result: { } result })
            {
                throw new ToolServerException($"{server.Name} answered {reply.Status} to {method}");
            }

            return JsonDocument.Parse(result.GetRawText());
        }
    }

    /// <summary>Ends what the server keeps for it.</summary>
    public async Task CloseAsync(CancellationToken ct)
    {
        if (spoken is { SessionId: not null } known)
        {
            spoken = null;
            await wire.DeleteAsync(server, Headers(known), ct);
        }
    }

    public void Dispose() => opening.Dispose();

    private async Task<Spoken> OpenAsync(CancellationToken ct)
    {
        await opening.WaitAsync(ct);
        try
        {
            return spoken ??= await DiscoverAsync(ct) ?? await ShakeHandsAsync(ct);
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Null where the server knows only the protocols with a handshake: anything but a modern answer says so.</summary>
    private async Task<Spoken?> DiscoverAsync(CancellationToken ct)
    {
        var modern = new Spoken(Modern, IsModern: true, null);
        using var reply = await SendAsync(modern, "server/discover", static _ => { }, null, [], ct);
        if (reply.Status is 401 or 403)
        {
            throw new ToolServerException($"{server.Name} answered {reply.Status}: its key is missing or wrong");
        }

        if (reply is { Status: 200, Result: { } result })
        {
            return Names(result, "supportedVersions") is { Count: > 0 } versions && !versions.Contains(Modern)
                ? null
                : modern;
        }

        if (
            reply.Error is { ValueKind: JsonValueKind.Object } error
            && error.TryGetProperty("code", out var code)
            && code.TryGetInt32(out var number)
            && number == UnsupportedVersion
            && error.TryGetProperty("data", out var data)
        )
        {
            var supported = Names(data, "supported");
            return supported.Exists(Handshaken.Contains)
                ? null
                : throw new ToolServerException(
                    $"{server.Name} speaks MCP {string.Join(", ", supported)}, which Parley does not"
                );
        }

        return null;
    }

    private async Task<Spoken> ShakeHandsAsync(CancellationToken ct)
    {
        using var reply = await SendAsync(
            null,
            "initialize",
            json =>
            {
                json.WriteString("protocolVersion"u8, Handshaken[0]);
                json.WriteStartObject("capabilities"u8);
                json.WriteEndObject();
                json.WriteStartObject("clientInfo"u8);
                Client(json);
                json.WriteEndObject();
            },
            null,
            [],
            ct
        );
        RequireThere(reply, "initialize");
        if (reply.Error is { } error)
        {
            throw new ToolServerException($"{server.Name} refused to begin: {Words(error)}");
        }

        if (reply is not { Status: 200, Result: { ValueKind: JsonValueKind.Object } result })
        {
            throw new ToolServerException(
                $"{server.Name} answered {reply.Status} to the beginning: is its address right?"
            );
        }

        var version = result.TryGetProperty("protocolVersion", out var said) ? said.GetString() : null;
        if (version is null || !Handshaken.Contains(version))
        {
            throw new ToolServerException(
                $"{server.Name} speaks MCP {version ?? "of no version"}, which Parley does not"
            );
        }

        if (reply.SessionId is { } id && (id.Length > 1_000 || id.Any(c => c is < '!' or > '~')))
        {
            throw new ToolServerException($"{server.Name} gave a session id that is none");
        }

        var known = new Spoken(version, IsModern: false, reply.SessionId);
        await NotifyAsync(known, "notifications/initialized", static _ => { }, ct);
        return known;
    }

    private async Task<McpReply> SendAsync(
        Spoken? known,
        string method,
        Action<Utf8JsonWriter> parameters,
        string? name,
        IEnumerable<(string Name, string Value)> more,
        CancellationToken ct
    )
    {
        var id = Interlocked.Increment(ref lastId);
        var body = Message(json =>
        {
            json.WriteNumber("id"u8, id);
            json.WriteString("method"u8, method);
            json.WriteStartObject("params"u8);
            parameters(json);
            if (known is { IsModern: true })
            {
                About(json, known);
            }

            json.WriteEndObject();
        });
        var headers = new List<(string, string)>(known is null ? [] : Headers(known));
        if (known is { IsModern: true })
        {
            headers.Add(("Mcp-Method", method));
            if (name is not null)
            {
                headers.Add(("Mcp-Name", McpHeaders.Encode(name)));
            }

            headers.AddRange(more);
        }

        try
        {
            var asked = known is { IsModern: false }
                ? message => ReplyAsync(known, message, ct)
                : (Func<JsonElement, Task>?)null;
            return await wire.PostAsync(server, body, id, headers, asked, ct);
        }
        catch (OperationCanceledException) when (known is { IsModern: false })
        {
            // Before 2026-07-28 a closed connection says nothing: the server is told, if it still listens.
            await CancelledAsync(known, id);
            throw;
        }
    }

    private async Task CancelledAsync(Spoken known, long id)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await NotifyAsync(
                known,
                "notifications/cancelled",
                json =>
                {
                    json.WriteNumber("requestId"u8, id);
                    json.WriteString("reason"u8, "the user stopped it, or it took too long"u8);
                },
                soon.Token
            );
        }
        catch (Exception gone) when (gone is ToolServerException or OperationCanceledException)
        {
            // Nobody is there to be told.
        }
    }

    /// <summary>A server of the older protocols may ask in the middle of its answer: it is there is all it learns.</summary>
    private async Task ReplyAsync(Spoken known, JsonElement message, CancellationToken ct)
    {
        var ping = message.TryGetProperty("method", out var method) && method.ValueEquals("ping");
        var body = Message(json =>
        {
            json.WritePropertyName("id"u8);
            message.GetProperty("id").WriteTo(json);
            json.WriteStartObject(ping ? "result"u8 : "error"u8);
            if (!ping)
            {
                json.WriteNumber("code"u8, -32601);
                json.WriteString("message"u8, "Method not found"u8);
            }

            json.WriteEndObject();
        });
        using var _ = await wire.PostAsync(server, body, null, Headers(known), null, ct);
    }

    private async Task NotifyAsync(Spoken known, string method, Action<Utf8JsonWriter> parameters, CancellationToken ct)
    {
        var body = Message(json =>
        {
            json.WriteString("method"u8, method);
            json.WriteStartObject("params"u8);
            parameters(json);
            json.WriteEndObject();
        });
        using var _ = await wire.PostAsync(server, body, null, Headers(known), null, ct);
    }

    private static IEnumerable<(string Name, string Value)> Headers(Spoken known)
    {
        yield return ("MCP-Protocol-Version", known.Version);
        if (known.SessionId is { } id)
        {
            yield return ("Mcp-Session-Id", id);
        }
    }

    private static void About(Utf8JsonWriter json, Spoken known)
    {
        json.WriteStartObject("_meta"u8);
        json.WriteString("io.modelcontextprotocol/protocolVersion"u8, known.Version);
        json.WriteStartObject("io.modelcontextprotocol/clientInfo"u8);
        Client(json);
        json.WriteEndObject();
        json.WriteStartObject("io.modelcontextprotocol/clientCapabilities"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Client(Utf8JsonWriter json)
    {
        json.WriteString("name"u8, "parley"u8);
        json.WriteString("version"u8, ParleyVersion.Text);
    }

    private static ReadOnlyMemory<byte> Message(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, JsonOut.Options))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            write(json);
            json.WriteEndObject();
        }

        return body.WrittenMemory;
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

    /// <summary>A proxy may answer in JSON too: its word is none of the server's.</summary>
    private void RequireThere(McpReply reply, string method)
    {
        var failure = ToolServerException.Of(reply.Status, $"{server.Name} answered {reply.Status} to {method}");
        if (failure.IsAway)
        {
            throw failure;
        }
    }

    private static string Words(JsonElement error)
    {
        var text =
            error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("message", out var message)
            && message.ValueKind == JsonValueKind.String
                ? message.GetString()!
                : "it gave no reason";
        return text.Length > 300 ? text[..300] + "…" : text;
    }
}
