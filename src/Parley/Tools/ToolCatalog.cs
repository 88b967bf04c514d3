using System.Collections.Concurrent;
using Parley.Identity;

namespace Parley.Tools;

/// <summary>Lists the tools of one kind of server. Thread-safe.</summary>
internal interface IToolSource
{
    ToolServerKind Kind { get; }

    /// <summary>What the server offers now; what cannot be offered is told to <paramref name="left"/>, with the reason.</summary>
    /// <exception cref="ToolServerException">It cannot be asked, or answers what is no list.</exception>
    Task<IReadOnlyList<RemoteTool>> ListAsync(ToolServer server, Action<string> left, CancellationToken ct);
}

/// <summary>What came of reading one server's list.</summary>
/// <param name="Left">Tools that are not offered, each with its reason.</param>
internal sealed record ToolListing(IReadOnlyList<RemoteTool> Tools, IReadOnlyList<string> Left);

/// <summary>
/// What every tool server offers: read again each few minutes, served from memory meanwhile. One that fails keeps the
/// list it had, and fails nobody else's. Thread-safe.
/// </summary>
internal sealed class ToolCatalog(
    ToolServerStore store,
    IEnumerable<IToolSource> sources,
    ToolServerHealth health,
    ToolOptions options,
    TimeProvider time,
    ILogger<ToolCatalog> log
)
{
    private const int MostTools = 200;
    private const int LongestDescription = 4_000;
    private const int LargestSchema = 64 * 1024;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ToolServerKind, IToolSource> sources = sources.ToDictionary(s => s.Kind);
    private readonly ConcurrentDictionary<long, Shelf> shelves = new();

    /// <summary>One server's list as it was last read.</summary>
    private sealed class Shelf(ToolServer server)
    {
        public readonly Lock Gate = new();
        public ToolServer Server => server;
        public IReadOnlyList<RemoteTool> Tools { get; set; } = [];
        public DateTimeOffset? ReadAt { get; set; }
        public string? Error { get; set; }
        public Task? Reading { get; set; }
    }

    /// <summary>The tools of all servers that this caller may use.</summary>
    public async ValueTask<IReadOnlyList<RemoteTool>> ListAsync(Caller caller, CancellationToken ct)
    {
        var mine = new List<Shelf>();
        List<Task>? waits = null;
        foreach (var server in await store.AllAsync(ct))
        {
            if (!server.IsFor(caller))
            {
                continue;
            }

            var shelf = ShelfOf(server);
            mine.Add(shelf);
            var age = shelf.Error is null ? options.ListAge : Retry;
            if (shelf.ReadAt is not { } at || time.GetUtcNow() - at > age)
            {
                var reading = Read(shelf);
                if (shelf.ReadAt is null)
                {
                    (waits ??= []).Add(reading);
                }
            }
        }

        if (waits is not null)
        {
            await Task.WhenAll(waits).WaitAsync(ct);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. mine.SelectMany(s => s.Tools).Where(t => names.Add(t.Name))];
    }

    /// <summary>Reads one server's list now.</summary>
    /// <exception cref="ToolServerException">It cannot be read.</exception>
    public async Task<ToolListing> ReadAsync(ToolServer server, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.ListLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var left = new List<string>();
        try
        {
            var all = await sources[server.Kind].ListAsync(server, left.Add, both.Token);
            var tools = new List<RemoteTool>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var tool in all)
            {
                var fault =
                    tool.Description.Length > LongestDescription
                        ? $"its description is longer than {LongestDescription} characters"
                    : tool.Parameters.Utf8.Length > LargestSchema
                        ? $"its schema is larger than {LargestSchema / 1024} KiB"
                    : tools.Count == MostTools ? $"a server's tools are {MostTools} at most"
                    : !names.Add(tool.Name) ? "another tool has the same name"
                    : null;
                if (fault is null)
                {
                    tools.Add(tool);
                }
                else
                {
                    left.Add($"{tool.RemoteName}: {fault}");
                }
            }

            health.Answered(server);
            return new ToolListing(tools, left);
        }
        catch (ToolServerException failure) when (failure.IsAway)
        {
            health.Failed(server);
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            health.Failed(server);
            throw new ToolServerException(
                $"{server.Name} gave no list of tools within {options.ListLimit.TotalSeconds:0} s"
            );
        }
    }

    /// <summary>That the caller may still use the tool's server, as it was when the tool was chosen.</summary>
    /// <exception cref="ToolException">They may not.</exception>
    public async ValueTask RequireAsync(Caller caller, RemoteTool tool, CancellationToken ct)
    {
        if (await store.FindAsync(tool.Server.Id, ct) is not { } server || !server.IsFor(caller))
        {
            throw new ToolException($"{tool.Server.Name} can no longer be used");
        }

        if (!ReferenceEquals(server, tool.Server))
        {
            throw new ToolException($"{tool.Server.Name} was set up anew meanwhile: ask again");
        }
    }

    /// <summary>Why a server's list could not be read the last time; null where it could, or was not asked for.</summary>
    public string? ErrorOf(ToolServer server) => shelves.TryGetValue(server.Id, out var shelf) ? shelf.Error : null;

    /// <inheritdoc cref="ToolServerHealth.StateOf"/>
    public string StateOf(ToolServer server) => health.StateOf(server);

    private Shelf ShelfOf(ToolServer server)
    {
        var shelf = shelves.GetOrAdd(server.Id, _ => new Shelf(server));
        return ReferenceEquals(shelf.Server, server) ? shelf : shelves[server.Id] = new Shelf(server);
    }

    /// <summary>One reading at a time; it belongs to nobody's request, and never fails.</summary>
    private Task Read(Shelf shelf)
    {
        lock (shelf.Gate)
        {
            return shelf.Reading is { IsCompleted: false } running
                ? running
                : shelf.Reading = Task.Run(() => FillAsync(shelf), CancellationToken.None);
        }
    }

    private async Task FillAsync(Shelf shelf)
    {
        try
        {
            if (health.Refuse(shelf.Server) is { } refusal)
            {
                throw new ToolServerException(refusal);
            }

            shelf.Tools = (await ReadAsync(shelf.Server, CancellationToken.None)).Tools;
            shelf.Error = null;
        }
        catch (ToolServerException failure)
        {
            shelf.Error = failure.Message;
            ToolLog.NotListed(log, shelf.Server.Name, failure.Message);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            shelf.Error = "the list cannot be read";
            ToolLog.ListBroke(log, shelf.Server.Name, failure);
        }

        shelf.ReadAt = time.GetUtcNow();
    }
}
