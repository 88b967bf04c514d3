using Parley.Search;

namespace Parley.Tests.Search.Matching;

/// <summary>Queries that are made to hurt end within their work; nothing here looks at a clock.</summary>
public sealed class AdversarialQueryTests
{
    private static readonly Dictionary<string, string> Queries = new()
    {
        { "200 common words", Words(200, n => $"w{n % 60}") },
        { "one word 200 times", Words(200, _ => "w1") },
        { "200 words nobody wrote", Words(200, n => $"unheard{n}") },
        { "short prefixes", Words(26, n => $"{(char)('a' + n)}*") },
        { "one prefix 100 times", Words(100, _ => "w*") },
        { "negated prefixes", Words(26, n => $"-{(char)('a' + n)}*") },
        { "200 of any", string.Join(" OR ", Enumerable.Range(0, 200).Select(n => $"w{n % 60}")) },
        { "quotes", new string('"', 1000) },
        { "64 phrases", Words(64, n => $"\"w{n % 60} w{n % 7}\"") },
        { "64 negated phrases", Words(64, n => $"-\"w{n % 60} w{n % 7}\"") },
        { "one phrase of 200", '"' + Words(200, _ => "w1") + '"' },
        { "phrases with prefixes", Words(50, n => $"\"w{n % 9} w\"*") },
        { "misspelt words", Words(90, n => $"wordlnog{n}") },
        { "one character of a script without spaces", Words(300, _ => "東") },
        { "a run of 1,000", new string('東', 1000) },
        { "minuses", Words(250, _ => "-x") },
        { "stars", Words(400, _ => "*") },
        { "filters", Words(60, n => $"-model:m{n}*") },
        { "fields", "w1 w2 " + Words(80, n => n % 2 == 0 ? "in:prompt" : "-in:title") },
    };

    [Fact]
    public async Task They_are_answered_whole_or_say_that_they_were_cut()
    {
        await using var store = new SearchStore(clock: new TestClock());
        await FillAsync(store);
        var usual = store.Options.WorkLimit;
        foreach (var (name, text) in Queries)
        {
            var query = SearchQuery.Parse(text[..Math.Min(SearchQuery.MaxLength, text.Length)]);
            foreach (var sort in (SearchSort[])[SearchSort.Relevance, SearchSort.Oldest])
            {
                var request = new SearchRequest(1, query, sort, 5, Facets: [SearchFacet.Month]);
                store.Options.WorkLimit = usual;
                var whole = await store.Index.SearchAsync(request, TestContext.Current.CancellationToken);
                Assert.False(whole.Cut || whole.TimedOut, name);

                // With next to no work allowed it still answers, from what it may look at, and says so.
                store.Options.WorkLimit = 1;
                var cut = await store.Index.SearchAsync(request, TestContext.Current.CancellationToken);
                Assert.False(cut.TimedOut, name);
                Assert.False(cut.Cut && cut.Complete, name);
                if (!cut.Cut)
                    Assert.Equal(whole.Hits.Select(hit => hit.Id), cut.Hits.Select(hit => hit.Id));
            }
        }
    }

    /// <summary>Two segments, the first with several blocks a word.</summary>
    private static async Task FillAsync(SearchStore store)
    {
        var draft = Drafts.New("w1 w2 東京");
        for (var message = 0; message < 400; message++)
            draft.User(Words(10, n => $"w{((message * 7) + (n * n)) % 60} 東京都"));
        await store.AddAsync(draft);
        await store.AddAsync(Drafts.New(day: 3).User(Words(60, n => $"w{n} wordlong{n}")));
    }

    private static string Words(int count, Func<int, string> word) =>
        string.Join(' ', Enumerable.Range(0, count).Select(word));
}
