using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Processes;

namespace Parley.Tools.Mcp;

/// <summary>
/// The programs of the settings file: one process for each, for all who may use it, started when it is first asked and
/// again when it is asked after its end. They end with the server. Thread-safe.
/// </summary>
internal sealed class StdioPeers(ToolOptions options, TimeProvider time, ILogger<StdioPeers> log)
    : IMcpPeers,
        IHostedService,
        IDisposable
{
    private readonly ConcurrentDictionary<long, StdioPeer> all = new();
    private readonly CancellationTokenSource ending = new();

    public IMcpPeer Of(ToolServer server, long userId) =>
        ending.IsCancellationRequested
            ? throw new ToolServerException($"{server.Name} is not started: Parley is about to end")
            : all.GetOrAdd(server.Id, _ => new StdioPeer(server, options, time, log, ending.Token));

    /// <summary>Null where it is no program.</summary>
    public ToolProgramView? ViewOf(ToolServer server) =>
        server.Program is not { } program ? null
        : all.TryGetValue(server.Id, out var peer)
            ? new ToolProgramView(program.Program, program.ForAll, peer.Runs, peer.Complaints.All)
        : new ToolProgramView(program.Program, program.ForAll, Running: false, []);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await Task.WhenAll(all.Values.Select(p => p.StopAsync()));
    }

    public void Dispose() => ending.Dispose();
}

/// <summary>One program, whether it runs or not. Thread-safe.</summary>
/// <param name="ending">Parley is about to end: nothing is started any more, and what starts is given up.</param>
internal sealed class StdioPeer(
    ToolServer server,
    ToolOptions options,
    TimeProvider time,
    ILogger log,
    CancellationToken ending
) : IMcpPeer
{
    private readonly Lock gate = new();
    private Task<StdioConnection>? connecting;
    private volatile StdioConnection? live;

    /// <summary>What it said last, of this run and those before.</summary>
    public LastLines Complaints { get; } = new();

    public bool Runs => live is { HasEnded: false };

    public async Task<JsonDocument> AskAsync(
        string method,
        Action<Utf8JsonWriter> parameters,
        string? name,
        IEnumerable<(string Name, string Value)> more,
        CancellationToken ct
    )
    {
        var connection = await Connect().WaitAsync(ct);
        return await connection.AskAsync(method, parameters, ct);
    }

    public async Task StopAsync()
    {
        Task<StdioConnection>? last;
        lock (gate)
        {
            last = connecting;
        }

        if (last is not null)
        {
            try
            {
                using var connection = await last;
                await connection.StopAsync();
            }
            catch (ToolServerException)
            {
                // It never came up.
            }
        }
    }

    /// <summary>The connection that lives, or a new one. Its start is nobody's alone: it goes on when who asked gives up.</summary>
    private Task<StdioConnection> Connect()
    {
        lock (gate)
        {
            if (ending.IsCancellationRequested)
            {
                throw new ToolServerException($"{server.Name} is not started: Parley is about to end");
            }

            return connecting is { } known && (!known.IsCompleted || Runs)
                ? known
                : connecting = Task.Run(OpenAsync, CancellationToken.None);
        }
    }

    private async Task<StdioConnection> OpenAsync()
    {
        var connection = await StdioConnection.OpenAsync(server, options, Complaints, time, log, ending);
        live = connection;
        return connection;
    }
}
