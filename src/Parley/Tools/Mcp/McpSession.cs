using System.Text.Json;

namespace Parley.Tools.Mcp;

/// <summary>
/// Speaks with one MCP server for one person, in the protocol that it knows: the stateless one of 2026-07-28, where every
/// request says all about itself, or those before it, which begin with a handshake and may have a session. Which it is, is
/// found out once. Thread-safe.
/// </summary>
internal sealed class McpSession(ToolServer server, McpWire wire) : IMcpPeer, IDisposable
{
    private static readonly string[] Handshaken = ["2025-11-25", "2025-06-18", "2025-03-26"];

    private readonly SemaphoreSlim opening = new(1);
    private volatile Spoken? spoken;
    private long lastId;

    /// <summary>The protocol as it was agreed on.</summary>
    private sealed record Spoken(string Version, bool IsModern, string? SessionId);

    public ToolServer Server => server;

    /// <summary>When it was last used, for whoever ends sessions.</summary>
    public DateTimeOffset UsedAt { get; set; }

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
                throw new ToolServerException($"{server.Name} refused {method}: {McpMessages.Words(error)}");
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
        var modern = new Spoken(McpMessages.Modern, IsModern: true, null);
        using var reply = await SendAsync(modern, "server/discover", static _ => { }, null, [], ct);
        if (reply.Status is 401 or 403)
        {
            throw new ToolServerException($"{server.Name} answered {reply.Status}: its key is missing or wrong");
        }

        return McpMessages.IsModern(server, reply.Status == 200 ? reply.Result : null, reply.Error, Handshaken)
            ? modern
            : null;
    }

    private async Task<Spoken> ShakeHandsAsync(CancellationToken ct)
    {
        using var reply = await SendAsync(
            null,
            "initialize",
            json => McpMessages.Greeting(json, Handshaken[0]),
            null,
            [],
            ct
        );
        RequireThere(reply, "initialize");
        if (reply.Error is { } error)
        {
            throw new ToolServerException($"{server.Name} refused to begin: {McpMessages.Words(error)}");
        }

        if (reply is not { Status: 200, Result: { ValueKind: JsonValueKind.Object } result })
        {
            throw new ToolServerException(
                $"{server.Name} answered {reply.Status} to the beginning: is its address right?"
            );
        }

        var version = McpMessages.Version(server, result, Handshaken);
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
        var body = McpMessages.Of(json =>
        {
            json.WriteNumber("id"u8, id);
            json.WriteString("method"u8, method);
            json.WriteStartObject("params"u8);
            parameters(json);
            if (known is { IsModern: true })
            {
                McpMessages.About(json);
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
            await NotifyAsync(known, "notifications/cancelled", json => McpMessages.Cancelled(json, id), soon.Token);
        }
        catch (Exception gone) when (gone is ToolServerException or OperationCanceledException)
        {
            // Nobody is there to be told.
        }
    }

    /// <summary>A server of the older protocols may ask in the middle of its answer: it is there is all it learns.</summary>
    private async Task ReplyAsync(Spoken known, JsonElement message, CancellationToken ct)
    {
        var body = McpMessages.Of(json => McpMessages.Reply(json, message));
        using var _ = await wire.PostAsync(server, body, null, Headers(known), null, ct);
    }

    private async Task NotifyAsync(Spoken known, string method, Action<Utf8JsonWriter> parameters, CancellationToken ct)
    {
        var body = McpMessages.Of(json =>
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

    /// <summary>A proxy may answer in JSON too: its word is none of the server's.</summary>
    private void RequireThere(McpReply reply, string method)
    {
        var failure = ToolServerException.Of(reply.Status, $"{server.Name} answered {reply.Status} to {method}");
        if (failure.IsAway)
        {
            throw failure;
        }
    }
}
