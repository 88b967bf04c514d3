using System.Collections.Concurrent;

namespace Parley.Providers;

/// <summary>
/// What every upstream offers: read again each few minutes, served from memory meanwhile. An upstream that fails keeps
/// the list it had, and fails nobody else's. Thread-safe.
/// </summary>
internal sealed class ModelCatalog(
    UpstreamStore store,
    IEnumerable<IModelProvider> providers,
    UpstreamHealths healths,
    ProviderOptions options,
    TimeProvider time,
    ILogger<ModelCatalog> log
)
{
    /// <summary>A list that could not be read is tried again after this; so is one that lacks a wanted model.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly Dictionary<UpstreamKind, IModelProvider> providers = providers.ToDictionary(p => p.Kind);
    private readonly ConcurrentDictionary<long, Shelf> shelves = new();
    private volatile Merged? merged;
    private int round;

    /// <summary>One upstream's list as it was last read.</summary>
    private sealed class Shelf(UpstreamSetup setup)
    {
        public readonly Lock Gate = new();
        public UpstreamSetup Setup => setup;
        public IReadOnlyList<UpstreamModel> Models { get; set; } = [];
        public DateTimeOffset ReadAt { get; set; }
        public bool Read { get; set; }
        public bool Failed { get; set; }
        public Task? Reading { get; set; }
    }

    /// <summary>The lists of all upstreams as one, by the names that callers use.</summary>
    private sealed record Merged(int Round, List<Offer> All, Dictionary<string, List<Offer>> ByName);

    /// <summary>A model as one upstream offers it.</summary>
    internal sealed record Offer(UpstreamSetup Setup, ModelRoute Route);

    /// <summary>Every offer, first upstream first.</summary>
    public async ValueTask<IReadOnlyList<Offer>> AllAsync(CancellationToken ct) => (await MergeAsync(ct)).All;

    /// <summary>Who offers a model of that name, first upstream first.</summary>
    public async ValueTask<IReadOnlyList<Offer>> FindAsync(string name, CancellationToken ct)
    {
        if ((await MergeAsync(ct)).ByName.TryGetValue(name, out var offers))
        {
            return offers;
        }

        // It may have been added a moment ago.
        var now = time.GetUtcNow();
        var old = shelves.Values.Where(s => now - s.ReadAt > Retry).ToList();
        if (old.Count == 0)
        {
            return [];
        }

        await Task.WhenAll(old.Select(Read)).WaitAsync(ct);
        return (await MergeAsync(ct)).ByName.TryGetValue(name, out offers) ? offers : [];
    }

    /// <summary>Forgets every list.</summary>
    public void Clear()
    {
        shelves.Clear();
        Interlocked.Increment(ref round);
        merged = null;
    }

    /// <summary>Reads one upstream's list now, whatever is known of it.</summary>
    /// <exception cref="UpstreamException">It cannot be read.</exception>
    public async Task<IReadOnlyList<UpstreamModel>> ListAsync(UpstreamSetup setup, CancellationToken ct)
    {
        var upstream = setup.Upstream;
        if (setup.Fault is { } fault)
        {
            throw new UpstreamException(upstream.Name, UpstreamPhase.Connect, fault);
        }

        using var limit = new CancellationTokenSource(options.ListLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await providers[upstream.Kind].ListAsync(upstream, both.Token);
        }
        catch (UpstreamException unlisted)
            when (unlisted.Status is 404 or 405 or 501 && Named(setup) is { Count: > 0 } named)
        {
            return named; // a server without a list: what the admin names is there
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new UpstreamException(
                upstream.Name,
                UpstreamPhase.FirstToken,
                $"{upstream.Name} gave no list of models within {options.ListLimit.TotalSeconds:0} s"
            );
        }
    }

    private static List<UpstreamModel> Named(UpstreamSetup setup) =>
        [.. setup.Models.Where(m => !m.Contains('*')).Select(m => new UpstreamModel(m))];

    private async ValueTask<Merged> MergeAsync(CancellationToken ct)
    {
        var version = store.Version;
        var setups = await store.AllAsync(ct);
        List<Task>? waits = null;
        foreach (var setup in setups)
        {
            if (!setup.Enabled)
            {
                continue;
            }

            var shelf = shelves.GetOrAdd(setup.Upstream.Id, _ => new Shelf(setup));
            if (!ReferenceEquals(shelf.Setup, setup))
            {
                shelf = shelves[setup.Upstream.Id] = new Shelf(setup);
            }

            if (IsOld(shelf))
            {
                var reading = Read(shelf);
                if (!shelf.Read)
                {
                    (waits ??= []).Add(reading);
                }
            }
        }

        if (waits is not null)
        {
            await Task.WhenAll(waits).WaitAsync(ct);
        }

        var known = merged;
        var now = Volatile.Read(ref round);
        if (known is null || known.Round != now + (version * 31))
        {
            merged = known = Merge(setups, now + (version * 31));
        }

        return known;
    }

    private bool IsOld(Shelf shelf) => time.GetUtcNow() - shelf.ReadAt > (shelf.Failed ? Retry : options.ListAge);

    /// <summary>One reading at a time; it belongs to nobody's request, and never fails.</summary>
    private Task Read(Shelf shelf)
    {
        lock (shelf.Gate)
        {
            return shelf.Reading is { IsCompleted: false } running
                ? running
                : shelf.Reading = Task.Run(() => ReadAsync(shelf), CancellationToken.None);
        }
    }

    private async Task ReadAsync(Shelf shelf)
    {
        var upstream = shelf.Setup.Upstream;
        try
        {
            var models = await ListAsync(shelf.Setup, CancellationToken.None);
            shelf.Models = [.. models.Where(m => shelf.Setup.Offers(m.Name))];
            shelf.Failed = false;
            healths.Of(upstream.Id).Answered();
        }
        catch (UpstreamException failure)
        {
            shelf.Failed = true;
            healths.Of(upstream.Id).Failed(failure);
            ProvidersLog.NotListed(log, upstream.Name, failure.Message);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            shelf.Failed = true;
            ProvidersLog.ListBroke(log, upstream.Name, failure);
        }

        shelf.ReadAt = time.GetUtcNow();
        shelf.Read = true;
        Interlocked.Increment(ref round);
    }

    private Merged Merge(IReadOnlyList<UpstreamSetup> setups, int number)
    {
        var all = new List<Offer>();
        var byName = new Dictionary<string, List<Offer>>(StringComparer.Ordinal);
        foreach (var setup in setups)
        {
            if (!setup.Enabled || !shelves.TryGetValue(setup.Upstream.Id, out var shelf))
            {
                continue;
            }

            foreach (var model in shelf.Models)
            {
                var offer = new Offer(setup, new ModelRoute(setup.Upstream.Prefix + model.Name, setup.Upstream, model));
                all.Add(offer);
                if (!byName.TryGetValue(offer.Route.Name, out var same))
                {
                    byName[offer.Route.Name] = same = [];
                }

                same.Add(offer);
            }
        }

        return new Merged(number, all, byName);
    }
}
