using System.Collections.Concurrent;

namespace Parley.Tools.Mcp;

/// <summary>
/// A session for each person and server: what a server remembers of one is never shown to another. Those unused for a
/// while are ended. Thread-safe.
/// </summary>
internal sealed class McpSessions(McpWire wire, TimeProvider time) : BackgroundService, IMcpPeers
{
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(long Server, long User), McpSession> all = new();

    /// <summary>The session of that person; a server that was set up anew has none of before.</summary>
    public IMcpPeer Of(ToolServer server, long userId)
    {
        var session = all.AddOrUpdate(
            (server.Id, userId),
            _ => new McpSession(server, wire),
            (_, known) => ReferenceEquals(known.Server, server) ? known : new McpSession(server, wire)
        );
        session.UsedAt = time.GetUtcNow();
        return session;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await EndAsync(DateTimeOffset.MaxValue);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await EndAsync(time.GetUtcNow() - Unused);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Ends those last used before then.</summary>
    private async Task EndAsync(DateTimeOffset before)
    {
        var ending = new List<Task>();
        foreach (var (key, session) in all)
        {
            if (session.UsedAt < before && all.TryRemove(key, out _))
            {
                ending.Add(CloseAsync(session));
            }
        }

        await Task.WhenAll(ending);
    }

    private async Task CloseAsync(McpSession session)
    {
        using var limit = new CancellationTokenSource(Farewell, time);
        try
        {
            await session.CloseAsync(limit.Token);
        }
        catch (Exception gone) when (gone is ToolServerException or OperationCanceledException)
        {
            // A server that is gone has ended it itself.
        }
    }
}
