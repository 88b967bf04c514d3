using System.Runtime.CompilerServices;
using Parley.Identity;

namespace Parley.Providers;

/// <summary>
/// The room's door: which model is asked where, and the asking. Time limits by phase, another try only where it is
/// harmless (R4), an upstream that keeps failing is left alone, and where one cannot be reached the next is asked.
/// Thread-safe.
/// </summary>
internal sealed class ModelRouter(
    ModelCatalog catalog,
    IEnumerable<IModelProvider> providers,
    UpstreamHealths healths,
    ProviderOptions options,
    TimeProvider time,
    ILogger<ModelRouter> log
)
{
    private const int LongestChain = 4;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<UpstreamKind, IModelProvider> providers = providers.ToDictionary(p => p.Kind);

    /// <summary>Every model this caller may use, each name once; served from memory where it was read lately.</summary>
    public async ValueTask<IReadOnlyList<ModelRoute>> ListAsync(Caller caller, CancellationToken ct)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var list = new List<ModelRoute>();
        foreach (var offer in await catalog.AllAsync(ct))
        {
            if (offer.Setup.IsFor(caller.OwnerId) && seen.Add(offer.Route.Name))
            {
                list.Add(offer.Route);
            }
        }

        return list;
    }

    /// <summary>Where this caller's model is asked; null: there is no such model for this caller.</summary>
    public async ValueTask<ModelRoute?> FindAsync(Caller caller, string model, CancellationToken ct)
    {
        ModelRoute? first = null;
        List<ModelRoute>? others = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        string? fallback = null;
        for (var name = model; name is not null && names.Add(name) && names.Count <= LongestChain; name = fallback)
        {
            fallback = null;
            foreach (var offer in await catalog.FindAsync(name, ct))
            {
                if (!offer.Setup.IsFor(caller.OwnerId))
                {
                    continue;
                }

                fallback ??= offer.Setup.Fallback;
                if (first is null)
                {
                    first = offer.Route;
                }
                else
                {
                    (others ??= []).Add(offer.Route);
                }
            }
        }

        return others is null ? first : first! with { Fallbacks = others };
    }

    /// <summary>
    /// Asks, and gives what arrives; the last event is <see cref="ModelEventKind.Finish"/>. An upstream is never asked
    /// again once a piece of its answer has come.
    /// </summary>
    /// <exception cref="UpstreamException">It failed; the message names upstream and phase.</exception>
    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelRoute route,
        ModelRequest request,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var began = time.GetTimestamp();
        var (used, events) = await OpenAsync(route, request, ct);
        await using (events)
        {
            var first = time.GetElapsedTime(began);
            var pieces = 0;
            do
            {
                yield return pieces++ == 0 ? events.Current with { From = used } : events.Current;
            } while (await MoveAsync(used, events));

            var total = time.GetElapsedTime(began);
            ProvidersLog.Answered(
                log,
                used.Upstream.Name,
                used.Model.Name,
                first.TotalMilliseconds,
                total.TotalMilliseconds,
                pieces
            );
        }
    }

    /// <summary>The stream of the first upstream of the chain that answers, standing on its first event.</summary>
    private async Task<(ModelRoute Used, IAsyncEnumerator<ModelEvent> Events)> OpenAsync(
        ModelRoute route,
        ModelRequest request,
        CancellationToken ct
    )
    {
        for (var at = -1; ; at++)
        {
            var one = at < 0 ? route : route.Fallbacks[at];
            try
            {
                return (one, await AskAsync(one, request with { Model = one.Model.Name }, ct));
            }
            catch (UpstreamException failure) when (failure.MayRetry && at + 1 < route.Fallbacks.Count)
            {
                ProvidersLog.FellBack(log, failure.Message, route.Fallbacks[at + 1].Upstream.Name);
            }
        }
    }

    private async Task<IAsyncEnumerator<ModelEvent>> AskAsync(
        ModelRoute route,
        ModelRequest request,
        CancellationToken ct
    )
    {
        var upstream = route.Upstream;
        var health = healths.Of(upstream.Id);
        for (var attempt = 1; ; attempt++)
        {
            RequireOpen(upstream, health);
            var events = providers[upstream.Kind].StreamAsync(upstream, request, ct).GetAsyncEnumerator(ct);
            try
            {
                if (await events.MoveNextAsync())
                {
                    health.Answered();
                    return events;
                }

                throw new UpstreamException(
                    upstream.Name,
                    UpstreamPhase.FirstToken,
                    $"{upstream.Name} answered nothing"
                );
            }
            catch (UpstreamException failure)
            {
                await events.DisposeAsync();
                health.Failed(failure);
                if (WaitBefore(failure, attempt) is not { } wait)
                {
                    throw;
                }

                ProvidersLog.AsksAgain(log, failure.Message, wait.TotalMilliseconds);
                await Task.Delay(wait, time, ct);
            }
            catch
            {
                await events.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>How long to wait before the upstream is asked again; null: it is not.</summary>
    internal TimeSpan? WaitBefore(UpstreamException failure, int attempt)
    {
        var wait = failure.RetryAfter ?? FirstWait * Math.Pow(2, attempt - 1);
        return failure.MayRetry && attempt < options.Attempts && wait <= options.LongestWait ? wait : null;
    }

    /// <exception cref="UpstreamException">It failed so often that it is left alone for now.</exception>
    internal static void RequireOpen(Upstream upstream, UpstreamHealth health)
    {
        if (health.Refuse() is { } rest)
        {
            throw new UpstreamException(
                upstream.Name,
                UpstreamPhase.Connect,
                $"{upstream.Name} has failed too often and is left alone for {Math.Ceiling(rest.TotalSeconds):0} s; last: {health.LastError}"
            )
            {
                RetryAfter = rest,
            };
        }
    }

    private async ValueTask<bool> MoveAsync(ModelRoute route, IAsyncEnumerator<ModelEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (UpstreamException failure)
        {
            healths.Of(route.Upstream.Id).Failed(failure);
            throw;
        }
    }
}
