using System.Diagnostics;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>What a lane found, and how it went.</summary>
internal sealed record LaneAnswer(IReadOnlyList<LaneHit> Hits, LaneReport? Report)
{
    /// <summary>Of a lane that was not asked.</summary>
    public static Task<LaneAnswer> None { get; } = Task.FromResult(new LaneAnswer([], null));
}

/// <summary>Passages by their words: the ranked index over messages and over pieces of documents. Thread-safe.</summary>
internal sealed class TextLane(ISearchIndex index)
{
    public const string Name = "text";

    /// <param name="documents">Pieces of these only; <see langword="null"/> for all, none where it is empty.</param>
    public async Task<LaneAnswer> FindAsync(
        RetrievalQuestion question,
        IReadOnlyList<long>? documents,
        int depth,
        CancellationToken ct
    )
    {
        var began = Stopwatch.GetTimestamp();
        var messages = question.History
            ? index.RankAsync(Request(question, RankedKind.Messages, depth, null), ct)
            : Task.FromResult(RankedItems.Nothing);
        var pieces = documents is not { Count: 0 }
            ? index.RankAsync(Request(question, RankedKind.Passages, depth, documents), ct)
            : Task.FromResult(RankedItems.Nothing);
        await Task.WhenAll(messages, pieces);
        var hits = new List<LaneHit>();
        Add(hits, await messages, TextKind.Message);
        Add(hits, await pieces, TextKind.Chunk);
        var cut = (await messages).Cut || (await pieces).Cut;
        var building = (await messages).Rebuilding || (await pieces).Rebuilding;
        return new LaneAnswer(
            hits,
            new LaneReport(
                Name,
                building ? "building"
                    : cut ? "cut"
                    : "used",
                hits.Count,
                building ? "The search index is being built anew: not everything can be found yet."
                    : cut ? "The work that one question may do was used up: there may be better passages."
                    : null,
                Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3)
            )
        );
    }

    private static RankRequest Request(
        RetrievalQuestion question,
        RankedKind kind,
        int depth,
        IReadOnlyList<long>? documents
    )
    {
        var query = question.Query;
        if (kind == RankedKind.Messages && question.Spaces.Count > 0)
        {
            query = query with
            {
                Filters =
                [
                    .. query.Filters,
                    .. question.Spaces.Select(space => new SearchFilter(
                        SearchFilterKey.Space,
                        space.ToLowerInvariant()
                    )),
                ],
            };
        }

        return new RankRequest(question.OwnerId, query, kind, depth, documents);
    }

    private static void Add(List<LaneHit> to, RankedItems found, TextKind kind)
    {
        foreach (var item in found.Items)
        {
            to.Add(new LaneHit(new PassageKey(kind, item.Id), item.GroupId, item.Score, -1));
        }
    }
}
