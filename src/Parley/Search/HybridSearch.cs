using System.Diagnostics;

namespace Parley.Search;

/// <summary>
/// Searches by words, by meaning, or by both. By both, the matches of the words keep their order, their total and their
/// facets; among those of the first page stand messages that only meaning found. Thread-safe.
/// </summary>
internal sealed class HybridSearch(ISearchIndex index, INearMessages near)
{
    /// <summary>Messages that a search by meaning alone reaches.</summary>
    private const int MostNear = 200;

    /// <summary>Messages by meaning that are looked at beside those by words.</summary>
    private const int Depth = 100;

    /// <summary>So many of a page at most were found by meaning alone; one in this many hits where there are further pages.</summary>
    private const int MostBeside = 10;
    private const int OneIn = 4;

    /// <summary>
    /// What is less near is near by chance: with the built-in table what has nothing to do with a question mostly has cosines
    /// below 0.2, what is about the same mostly above 0.25; larger models lie higher, so the nearest counts too.
    /// </summary>
    private const double LeastCosine = 0.25;
    private const double LeastShare = 0.45;

    private const string NoWords = "By meaning only words are searched, and there were none.";
    private const string ByTimeNote =
        "In order of time, what matches by words is found; by meaning there is an order of relevance only.";

    /// <param name="asked">Whose request is within its limits.</param>
    public async Task<SearchAnswer> FindAsync(SearchParameters asked, SearchRequest request, CancellationToken ct)
    {
        if (request.Sort != SearchSort.Relevance)
        {
            var answer = await index.SearchAsync(request, ct);
            return asked is { ModeNamed: true, Mode: not SearchMode.Text } ? Noted(answer, ByTimeNote) : answer;
        }

        if (asked.Mode == SearchMode.Semantic)
            return await ByMeaningAsync(request, ct);
        var isFirst = request is { Cursor: null, Skip: 0 };
        if (asked.Mode == SearchMode.Text || !isFirst || !IsPlain(request.Query))
            return WithoutShown(await index.SearchAsync(request, ct), request);
        var began = Stopwatch.GetTimestamp();
        var words = index.SearchAsync(request, ct);
        var meant = near.FindAsync(request.OwnerId, request.Query, Depth, ct);
        await Task.WhenAll(words, meant);
        var both = await MergeAsync(request, await words, await meant, asked, ct);
        return both with { RankTime = Stopwatch.GetElapsedTime(began) - both.ReadTime };
    }

    /// <summary>
    /// Words and nothing else: who puts them in quotes says exactly what is to match. A number or an identifier does, too:
    /// near to one are those that are spelt alike, which mean something else.
    /// </summary>
    private static bool IsPlain(SearchQuery query) =>
        query.Clauses.Count > 0
        && query.Clauses.All(clause =>
            clause is { Negated: false, AnyOf: [{ Quoted: false, Prefix: false, Text: var word }] }
            && !word.AsSpan().ContainsAnyInRange('0', '9')
        );

    private static SearchAnswer Noted(SearchAnswer answer, string? note) =>
        note is null ? answer : answer with { Notes = [.. answer.Notes, note] };

    private static long Key(SearchRequest request, SearchHit hit) =>
        request.GroupByConversation ? hit.ConversationId ?? hit.Id : hit.Id;

    private static long Key(SearchRequest request, RankedItem item) =>
        request.GroupByConversation ? item.GroupId : item.Id;

    /// <summary>A page behind the first, which may have shown by meaning what the words find later.</summary>
    private static SearchAnswer WithoutShown(SearchAnswer answer, SearchRequest request) =>
        request.Cursor?.Shown is { } shown
            ? answer with
            {
                Hits = [.. answer.Hits.Where(hit => !shown.Contains(Key(request, hit)))],
                NextCursor = answer.NextCursor is { } next ? next with { Shown = shown } : null,
            }
            : answer;

    private async Task<SearchAnswer> MergeAsync(
        SearchRequest request,
        SearchAnswer words,
        NearMessages meant,
        SearchParameters asked,
        CancellationToken ct
    )
    {
        if (!meant.Exists || words.TimedOut)
            return words;
        var least = meant.Items.Count == 0 ? 0 : Math.Max(LeastCosine, meant.Items[0].Score * LeastShare);
        var items = Best(request, meant.Items.Where(item => item.Score >= least));
        var named = words.Hits.Select(hit => Key(request, hit)).ToHashSet();
        var room =
            words.NextCursor is null ? request.Limit - words.Hits.Count
            : asked.IsNumbered ? 0
            : request.Limit / OneIn;
        var beside = items.Where(item => !named.Contains(Key(request, item))).Take(Math.Min(room, MostBeside)).ToList();
        var read = Stopwatch.GetTimestamp();
        var alone = beside.Count == 0 ? [] : await index.ReadAsync(request.OwnerId, request.Query, beside, ct);
        var near = items.Select(item => Key(request, item)).ToHashSet();
        var kept = words
            .Hits.Take(Math.Min(words.Hits.Count, request.Limit - alone.Count))
            .Select(hit => near.Contains(Key(request, hit)) ? hit with { FoundBy = FoundBy.Both } : hit)
            .ToList();
        return Noted(words, asked.ModeNamed ? meant.Note : null) with
        {
            Mode = SearchMode.Hybrid,
            Hits = Merge(kept, alone, meant.Weight),
            TotalAtLeast = Math.Max(words.TotalAtLeast, kept.Count),
            NextCursor = words.NextCursor is { } next
                ? next with
                {
                    Skip = kept.Count,
                    Shown = alone.Count == 0 ? null : [.. alone.Select(hit => Key(request, hit))],
                }
                : null,
            ReadTime = words.ReadTime + Stopwatch.GetElapsedTime(read),
        };
    }

    /// <summary>Each once; of a conversation the nearest, where conversations are what is shown.</summary>
    private static List<RankedItem> Best(SearchRequest request, IEnumerable<RankedItem> items)
    {
        var seen = new HashSet<long>();
        return [.. items.Where(item => seen.Add(Key(request, item)))];
    }

    /// <summary>Both lists in their own order, put together by their shares of their best scores.</summary>
    private static List<SearchHit> Merge(List<SearchHit> words, IReadOnlyList<SearchHit> meant, double weight)
    {
        var merged = new List<SearchHit>(words.Count + meant.Count);
        var at = 0;
        foreach (var hit in meant)
        {
            var share = weight * hit.Score / meant[0].Score;
            while (at < words.Count && (1 - weight) * words[at].Score / words[0].Score >= share)
                merged.Add(words[at++]);
            merged.Add(hit with { FoundBy = FoundBy.Meaning });
        }

        merged.AddRange(words.Skip(at));
        return merged;
    }

    private async Task<SearchAnswer> ByMeaningAsync(SearchRequest request, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        if (request.Query.Clauses.All(clause => clause.Negated))
            return new SearchAnswer
            {
                Hits = [],
                Mode = SearchMode.Semantic,
                Notes = [.. request.Query.Notes, NoWords],
            };
        var found = await near.FindAsync(request.OwnerId, request.Query, MostNear, ct);
        var skip = request.Cursor?.Skip ?? request.Skip;

        // What is written between two pages belongs to neither.
        var newest = request.Cursor?.Id ?? long.MaxValue;
        var items = Best(request, found.Items.Where(item => item.Id <= newest));
        var ranked = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        var page = items.Skip(skip).Take(request.Limit).ToList();
        var hits = page.Count == 0 ? [] : await index.ReadAsync(request.OwnerId, request.Query, page, ct);
        var end = skip + page.Count;
        return new SearchAnswer
        {
            Hits = [.. hits.Select(hit => hit with { FoundBy = FoundBy.Meaning })],
            Mode = SearchMode.Semantic,
            TotalAtLeast = items.Count,
            TotalEstimate = items.Count,
            NextCursor =
                end < items.Count && page.Count > 0
                    ? new SearchCursor(request.Cursor?.Id ?? items.Max(item => item.Id), end, -1)
                    : null,
            Notes = found.Note is { } note ? [.. request.Query.Notes, note] : request.Query.Notes,
            RankTime = ranked,
            ReadTime = Stopwatch.GetElapsedTime(began),
        };
    }
}
