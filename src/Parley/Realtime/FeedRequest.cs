using Parley.Kernel.Http;

namespace Parley.Realtime;

/// <summary>What a connection asks of a feed.</summary>
/// <param name="After">The last event it has; null where it begins.</param>
/// <param name="Words">It wants the events of turns too.</param>
internal readonly record struct FeedRequest(FeedId? After, bool Words)
{
    /// <summary>
    /// What the request asks: the header, which an EventSource sends by itself when it connects again, before
    /// <c>last_event_id</c> in the address, which a page that was reloaded still knows.
    /// </summary>
    /// <exception cref="Kernel.Problems.ProblemException">It is no id of an event.</exception>
    public static FeedRequest Read(HttpRequest request, string? lastEventId, bool? words)
    {
        var header = request.Headers["Last-Event-ID"].ToString();
        var named = header.Length > 0 ? header : lastEventId;
        FeedId? after = null;
        if (!string.IsNullOrEmpty(named))
        {
            after =
                FeedId.Parse(named)
                ?? throw QueryReader.Invalid("last_event_id", "is no id of an event: take it as it was sent");
        }

        return new FeedRequest(after, words == true);
    }
}
