using Parley.Embeddings;
using Parley.Kernel;
using Parley.Vectors.Sqlite;

namespace Parley.Vectors;

/// <summary>
/// Embeds what was marked, whenever writing pauses: an import is over before its messages are embedded, but for a batch each ten
/// minutes. What is to be done is in the store, so that it goes on after any end of the process. Where another model is set, all texts
/// are embedded anew; the old vectors answer until that is done.
/// </summary>
internal sealed class VectorWorker(
    Db db,
    IVectorIndex index,
    Embedders embedders,
    IEnumerable<ITextSource> sources,
    VectorSignal signal,
    VectorProgress progress,
    VectorOptions options,
    TimeProvider time,
    ILogger<VectorWorker> log
) : BackgroundService, IHealthSource
{
    private const int GroupsAtOnce = 200;

    /// <summary>Writing that never pauses is not waited for longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>An import ends: what it writes is embedded then, unless it takes longer than this.</summary>
    private static readonly TimeSpan BulkPatience = TimeSpan.FromMinutes(10);

    /// <summary>A store that is busy or full, a model server that does not answer: tried again after this.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    /// <summary>Stretches of work that take longer are told of.</summary>
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim one = new(1);
    private readonly IReadOnlyList<ITextSource> sources = [.. sources];
    private volatile string? fault;
    private volatile bool busy;

    public string Name => "vectors";

    public string State =>
        !options.Enabled ? "off"
        : fault is not null ? "waiting"
        : busy ? "building"
        : "ready";

    /// <summary>What the embedder says of itself is not said twice.</summary>
    public string? Warning => fault is { } known && embedders.Warning is null ? known : null;

    /// <summary>Embeds all that is marked, and returns when nothing is left.</summary>
    /// <exception cref="EmbeddingException">No vectors can be made.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task DrainAsync(CancellationToken ct) => DrainAsync(yields: false, ct);

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    private async Task DrainAsync(bool yields, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (options.Enabled && await HasWorkAsync(ct))
            {
                busy = true;
                await WorkAsync(yields, ct);
            }
        }
        finally
        {
            busy = false;
            one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // a start waits for none of this
        if (!options.Enabled || db.ReadOnlyReason is not null)
        {
            return;
        }

        try
        {
            while (true)
            {
                await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what is left is marked.
        }
    }

    private async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await PauseAsync(ct);
            await DrainAsync(yields: true, ct);
            fault = null;
            await signal.WaitAsync(ct);
        }
        catch (Exception failure) when (failure is StoreException or EmbeddingException or InvalidDataException)
        {
            if (fault != failure.Message)
            {
                VectorsLog.WorkPutOff(log, failure.Message);
            }

            fault = failure.Message;
            await Task.Delay(Later, time, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A fault of ours never ends the process (S47).
            VectorsLog.WorkFailed(log, failure);
            fault = "Something went wrong inside Parley; the log says what.";
            await Task.Delay(Later, time, ct);
        }
    }

    /// <summary>Waits for a pause in the writing.</summary>
    private async Task PauseAsync(CancellationToken ct)
    {
        var began = time.GetTimestamp();
        TimeSpan patience;
        do
        {
            var rest = signal.TakeRest(options.Quiet);
            patience = rest > options.Quiet ? BulkPatience : Patience;
            await Task.Delay(rest, time, ct);
        } while (signal.TryTake() && time.GetElapsedTime(began) < patience);
    }

    /// <summary>Whether there is anything to embed: where there is not, the embedder is left alone.</summary>
    private Task<bool> HasWorkAsync(CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                var place = VectorModels.ReadPlace(session);
                if (place.SeedKind is not null || PendingGroups.Next(session, 1).Count > 0)
                {
                    return true;
                }

                var isTarget = VectorModels
                    .Find(session, embedders.Current.Model)
                    .Exists(model => model.Id == place.Target && model.Id == place.Serving?.Id);
                return !isTarget && sources.Any(source => source.ListGroups(session, 0, 1).Count > 0);
            },
            ct
        );

    /// <param name="yields">Rests while something is being written.</param>
    private async Task WorkAsync(bool yields, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var embedder = embedders.Current;
        await embedder.OpenAsync(ct);
        await TargetAsync(embedder, ct);
        var work = new GroupEmbedding(db, index, embedder, sources);
        var groups = 0;
        while (await NextAsync(ct) is { Count: > 0 } next)
        {
            foreach (var group in next)
            {
                await work.AddAsync(group, ct);
            }

            await work.FlushAsync(ct);
            groups += next.Count;
            await JoinAsync(embedder, ct);
            if (yields && signal.TryTake())
            {
                await PauseAsync(ct);
            }
        }

        await SettleAsync(embedder, ct);
        if (time.GetElapsedTime(began) > WorthTelling)
        {
            var seconds = time.GetElapsedTime(began).TotalSeconds;
            VectorsLog.Embedded(log, groups, work.Made, embedder.Model, seconds);
        }
    }

    private async Task<List<PendingGroup>> NextAsync(CancellationToken ct)
    {
        var (next, left) = await db.ReadAsync(
            session => (PendingGroups.Next(session, GroupsAtOnce), PendingGroups.Count(session)),
            ct
        );
        progress.Left(left, isSeeded: true);
        return next;
    }

    private async Task TargetAsync(IEmbedder embedder, CancellationToken ct)
    {
        if (sources.Count == 0)
        {
            return;
        }

        var first = sources.Min(source => source.Kind);
        await db.WriteAsync(tx => VectorModels.SetTarget(tx, embedder.Model, embedder.Dimensions, first), ct);
        while (await db.WriteLargeAsync(tx => PendingGroups.Seed(tx, sources), ct))
        {
            progress.Left(await db.ReadAsync(PendingGroups.Count, ct), isSeeded: false);
        }
    }

    private async Task SettleAsync(IEmbedder embedder, CancellationToken ct)
    {
        var old = (await index.StateAsync(ct)).Model;
        if (await db.WriteAsync(VectorModels.Settle, ct))
        {
            VectorsLog.ModelChanged(log, embedder.Model, old ?? "none");
        }

        while (await db.WriteLargeAsync(VectorModels.Sweep, ct)) { }
    }

    /// <summary>Joins small blocks, one set of them after the other.</summary>
    private async Task JoinAsync(IEmbedder embedder, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var (blocks, sets) = (0, await db.ReadAsync(session => BlockMerger.Due(session, embedder.Model), ct));
        foreach (var set in sets)
        {
            while (await db.WriteLargeAsync(tx => BlockMerger.Step(tx, set), ct) is > 0 and var joined)
            {
                blocks += joined;
            }
        }

        if (blocks > 0)
        {
            VectorsLog.Merged(log, blocks, sets.Count, time.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
