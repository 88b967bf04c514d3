using Parley.Chat;

namespace Parley.Realtime;

/// <summary>
/// One connection's place in a feed. What it has not read yet costs nothing: it lies in the feed, for all. One that
/// falls behind what is kept there is told where things stand, as one that begins is.
/// </summary>
internal sealed class FeedReader(Hub hub, long ownerId, Feed feed, FeedRequest request) : IDisposable
{
    private const int AtOnce = 64;

    private readonly Queue<(Turn Turn, int Number)> told = new();
    private (int Position, int Number) tellingAt;
    private readonly string firstReason = request.After is null ? "new" : "gap";
    private long? at = request.After?.Epoch == EpochOf(feed, request) ? request.After!.Value.Sequence : null;
    private bool begun;

    public string Epoch { get; } = EpochOf(feed, request);

    /// <summary>
    /// Sequence of the last event, once all that was given with it is written: from there a reader goes on. Null where
    /// it has not been told yet how things stand.
    /// </summary>
    public long? Settled { get; private set; }

    /// <summary>Adds what comes next to an empty list; nothing where nothing came before the limit.</summary>
    public async Task ReadAsync(List<FeedEvent> to, TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        if (TellOfTurns(to))
        {
            return;
        }

        if (at is not { } place || feed.Take(place, request.Words, to, AtOnce) is not { } next)
        {
            Resync(to);
            return;
        }

        begun = true;
        at = Settled = next;
        if (to.Count > 0)
        {
            return;
        }

        try
        {
            await feed.WaitAsync(next, request.Words).WaitAsync(limit, time, ct);
        }
        catch (TimeoutException)
        {
            return;
        }

        await ReadAsync(to, limit, time, ct);
    }

    /// <summary>Who was told no words before an event cannot go on with them from there.</summary>
    private static string EpochOf(Feed feed, FeedRequest request) => request.Words ? feed.Epoch + "w" : feed.Epoch;

    public void Dispose() => hub.Leave(ownerId, feed, request);

    /// <summary>The place is taken first: what happens meanwhile is told again, and nothing is missed.</summary>
    private void Resync(List<FeedEvent> to)
    {
        var (last, turns) = feed.Place();
        at = last;
        to.Add(FeedEvent.Of(0, "resync", 0, hub.Resync(ownerId, begun ? "gap" : firstReason)));
        begun = true;
        Settled = null;
        if (request.Words)
        {
            turns.FindAll(t => t.Number > 0).ForEach(told.Enqueue);
        }

        if (told.Count == 0)
        {
            Settled = last;
        }
    }

    /// <summary>After a resync: what the turns under way have said so far, one turn after the other.</summary>
    private bool TellOfTurns(List<FeedEvent> to)
    {
        if (!told.TryPeek(out var telling))
        {
            return false;
        }

        var (position, number) = tellingAt;
        var start = position;
        var reader = new TurnLogReader(telling.Turn.Log.Since(start).Span);
        while (to.Count < AtOnce && number < telling.Number && reader.TryRead(out _))
        {
            to.Add(FeedEvent.Of(0, 0, telling.Turn, position, ++number));
            position = start + reader.Position;
        }

        tellingAt = (position, number);
        if (number == telling.Number)
        {
            told.Dequeue();
            tellingAt = default;
            Settled = told.Count == 0 ? at : null;
        }

        return true;
    }
}
