using Parley.Search;

namespace Parley.Tests.Search.Matching;

/// <summary>Asks the index, page after page, and says whether the answer is the reference's.</summary>
internal static class SameAnswer
{
    private static readonly SearchFacet[] Facets = Enum.GetValues<SearchFacet>();

    /// <param name="between">What happens between two pages.</param>
    public static async Task AssertAsync(
        RandomStore random,
        string text,
        SearchSort sort,
        bool grouped,
        int limit,
        Func<Task>? between = null
    )
    {
        var query = SearchQuery.Parse(text);
        var matches = random.Reference.Matches(query);
        var expected = random.Reference.Ordered(query, matches, sort);
        var facets = random.Reference.Facets(matches);
        var mores = matches.GroupBy(hit => hit.Document.Conversation).ToDictionary(g => g.Key, g => g.Count() - 1);
        if (grouped)
            expected = [.. expected.DistinctBy(hit => hit.Document.Conversation)];
        var what = $"«{text}» {sort}{(grouped ? " grouped" : "")} by {limit}";
        var hits = new List<SearchHit>();
        var request = new SearchRequest(1, query, sort, limit, GroupByConversation: grouped, Facets: Facets);
        for (var pages = 0; ; pages++)
        {
            var answer = await random.Store.Index.SearchAsync(request, TestContext.Current.CancellationToken);
            Assert.True(pages <= expected.Count / limit, $"{what}: too many pages");
            Assert.True(answer is { Cut: false, TimedOut: false, Complete: true, Rebuilding: false }, what);
            Assert.True(answer.Hits.Count <= limit, what);
            if (pages == 0)
                AssertFacets(facets, answer, what);
            if (!grouped)
                Assert.True(answer.Total == expected.Count, $"{what}: {answer.Total} in all, not {expected.Count}");
            else if (answer.Total is { } total)
                Assert.True(total == expected.Count, $"{what}: {total} groups, not {expected.Count}");
            if (grouped && answer.Total is not null && pages == 0)
                Assert.All(answer.Hits, hit => Assert.Equal(mores[hit.ConversationId ?? hit.Id], hit.More));
            hits.AddRange(answer.Hits);
            if (answer.NextCursor is not { } next)
                break;
            Assert.True(SearchCursor.TryParse(next.ToString(), out var cursor));
            request = request with { Cursor = cursor, Facets = null };
            if (between is not null)
                await between();
        }

        Assert.True(hits.Count == expected.Count, $"{what}: {hits.Count} hits, not {expected.Count}");
        if (sort == SearchSort.Relevance)
            SameOrder.Assert(expected, [.. hits.Select(hit => (hit.Id, hit.Score))], what);
        else
            Assert.True(hits.Select(hit => hit.Id).SequenceEqual(expected.Select(hit => hit.Document.Id)), what);
    }

    private static void AssertFacets(
        Dictionary<SearchFacet, Dictionary<string, int>> expected,
        SearchAnswer answer,
        string what
    )
    {
        if (answer.Facets.Count == 0)
        {
            Assert.True(answer.Total == 0, what + ": no facets");
            return;
        }

        foreach (var (facet, values) in expected)
        {
            var due = values.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal);
            Assert.True(
                due.Select(v => new FacetValue(v.Key, v.Value)).SequenceEqual(answer.Facets[facet]),
                $"{what}: {facet} {string.Join(", ", answer.Facets[facet])}, not {string.Join(", ", due)}"
            );
        }
    }
}
