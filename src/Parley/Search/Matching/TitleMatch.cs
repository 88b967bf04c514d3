using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>Conversations by their titles, while a person types: each word is one of the title's, or the beginning of one.</summary>
internal static class TitleMatch
{
    /// <summary>Blocks of postings that may be unpacked: some 10 ms.</summary>
    private const long WorkLimit = 20_000;

    /// <summary>The newest conversations that match, newest first.</summary>
    public static List<long> Newest(IndexView view, string text, int limit)
    {
        var typed = SearchQuery.Parse(text);
        var words = typed with
        {
            Clauses =
            [
                .. typed
                    .Clauses.Where(clause => !clause.Negated)
                    .Select(clause => new SearchClause([clause.AnyOf[0] with { Prefix = true }], Negated: false)),
            ],
            Filters = [],
        };
        var filter = new DocumentFilter { Kinds = 1 << DocumentTraits.Title };
        if (new QueryPlanner(view).Plan(words, filter) is not { Wanted.Count: > 0 } query)
            return [];
        var work = new SearchWork(WorkLimit, TimeSpan.FromSeconds(1), CancellationToken.None);
        return
        [
            .. new Matcher(query, view, work)
                .ByTime(limit, newestFirst: true, accepts: null)
                .Select(document => document.Id),
        ];
    }
}
