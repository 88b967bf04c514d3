namespace Parley.Search.Sqlite;

/// <summary>The candidates of an answer's page, before they are read.</summary>
internal sealed class SearchPage
{
    public SearchAnswer? Answer { get; set; }

    public SearchPlan? Plan { get; private init; }

    public Candidates? Candidates { get; private init; }

    public IReadOnlyList<(Candidate Candidate, int More)> Chosen { get; private init; } = [];

    public TimeSpan RankTime { get; set; }

    private SearchCursor? Next { get; init; }

    private long? Total { get; init; }

    private long TotalAtLeast { get; init; }

    public static SearchPage Choose(Candidates candidates, SearchRequest request, SearchPlan plan, CandidateRows rows)
    {
        var all = request.GroupByConversation
            ? Group(candidates.Found, rows)
            : candidates.Found.ConvertAll(candidate => (candidate, 0));
        var byTime = request is { Sort: not SearchSort.Relevance, GroupByConversation: false };
        var skip = byTime ? request.Skip : request.Cursor?.Skip ?? request.Skip;
        var chosen = all.Skip(skip).Take(request.Limit).ToList();
        var walked = candidates.Found.Count + candidates.Counted;
        var first = request.Cursor is null;
        long total =
            first && candidates.Complete
                ? (request.GroupByConversation ? all.Count : walked)
                : request.Cursor?.Total ?? -1;
        return new SearchPage
        {
            Plan = plan,
            Candidates = candidates,
            Chosen = chosen,
            Total = total >= 0 ? total : null,
            TotalAtLeast = Math.Max(total, request.GroupByConversation ? all.Count : walked),
            Next =
                all.Count > skip + chosen.Count && chosen.Count > 0
                    ? NextCursor(byTime, candidates, chosen, skip, total, request)
                    : null,
        };
    }

    public SearchAnswer ToAnswer(IReadOnlyList<SearchHit> hits) =>
        new()
        {
            Hits = hits,
            Total = Total,
            TotalAtLeast = TotalAtLeast,
            Candidates = Candidates!.Found.Count + Candidates.Counted,
            Complete = Candidates.Complete,
            TimedOut = Candidates.TimedOut,
            NextCursor = Next,
            Notes = Plan!.Notes,
            RankTime = RankTime,
        };

    private static SearchCursor NextCursor(
        bool byTime,
        Candidates candidates,
        List<(Candidate Candidate, int More)> chosen,
        int skip,
        long total,
        SearchRequest request
    ) =>
        byTime
            ? new SearchCursor(chosen[^1].Candidate.Id, 0, total)
            : new SearchCursor(
                request.Cursor?.Id ?? candidates.Found.Max(candidate => candidate.Id),
                skip + chosen.Count,
                total
            );

    /// <summary>The best candidate of each conversation, in the order of the best; documents stand for themselves.</summary>
    private static List<(Candidate Candidate, int More)> Group(List<Candidate> candidates, CandidateRows rows)
    {
        var places = new Dictionary<long, int>();
        var groups = new List<(Candidate Candidate, int More)>();
        foreach (var candidate in candidates)
        {
            if (rows.Find(candidate.Id) is not { } row)
                continue;
            var key = row.Conversation?.Id ?? row.Id;
            if (places.TryGetValue(key, out var place))
            {
                groups[place] = groups[place] with { More = groups[place].More + 1 };
                continue;
            }

            places[key] = groups.Count;
            groups.Add((candidate, 0));
        }

        return groups;
    }
}
