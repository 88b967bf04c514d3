using System.Globalization;
using Parley.Search;
using Parley.Sqlite;

namespace Parley.Tests.Search.Ranking;

/// <summary>
/// Parley ranks questions at least as well as FTS5's bm25 with Porter's stemmer on the same texts: on made collections
/// always, on Cranfield and CISI where PARLEY_RANKING_SETS names a folder that holds <c>cran</c> and <c>cisi</c> as the
/// SMART project published them (they carry no licence, so they are not kept here).
/// </summary>
public sealed class RankingQualityTests(ITestOutputHelper output)
{
    private const int BatchTexts = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task Made_questions_are_ranked_at_least_as_well(int seed) => CompareAsync(SyntheticSet.Make(seed));

    [Theory]
    [InlineData("cran")]
    [InlineData("cisi")]
    public async Task Public_questions_are_ranked_at_least_as_well(string name)
    {
        var sets = Environment.GetEnvironmentVariable("PARLEY_RANKING_SETS");
        Assert.SkipWhen(string.IsNullOrEmpty(sets), "PARLEY_RANKING_SETS names no folder");
        var folder = Path.Combine(sets!, name);
        await CompareAsync(name == "cran" ? SmartFormat.Cranfield(folder) : SmartFormat.Cisi(folder));
    }

    private async Task CompareAsync(RankedSet set)
    {
        var parley = await ParleyAsync(set);
        var fts5 = await Fts5Async(set);
        var result = string.Create(
            CultureInfo.InvariantCulture,
            $"{set.Name}: nDCG@10 {parley:0.0000}, FTS5 {fts5:0.0000}"
        );
        output.WriteLine(result);
        Assert.True(parley >= fts5, result);
    }

    private static async Task<double> ParleyAsync(RankedSet set)
    {
        await using var store = new SearchStore(clock: new TestClock());
        var numbers = new Dictionary<long, int>();
        foreach (var batch in set.Texts.Chunk(BatchTexts))
        {
            foreach (var id in await store.AddAsync([.. batch.Select(text => Drafts.New().User(text))]))
                numbers[id] = numbers.Count;
        }

        return await set.MeasureAsync(async question =>
        {
            var answer = await store.SearchAsync(Words(question), SearchSort.Relevance, 10);
            return [.. answer.Hits.Select(hit => numbers[hit.ConversationId!.Value])];
        });
    }

    private static async Task<double> Fts5Async(RankedSet set)
    {
        using var folder = new TempFolder();
        using var db = SqliteConnection.Open(
            Path.Combine(folder.Path, "fts.db"),
            SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create
        );
        db.Execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'porter unicode61'); BEGIN");
        using (var insert = db.Prepare("INSERT INTO texts (rowid, text) VALUES (?1, ?2)"))
        {
            for (var text = 0; text < set.Texts.Count; text++)
            {
                insert.Bind(1, text);
                insert.Bind(2, set.Texts[text]);
                insert.Run();
                insert.Reset();
            }
        }

        db.Execute("COMMIT");
        return await set.MeasureAsync(question => Task.FromResult(Best(db, Words(question))));
    }

    private static IReadOnlyList<int> Best(SqliteConnection db, string words)
    {
        using var find = db.Prepare("SELECT rowid FROM texts WHERE texts MATCH ?1 ORDER BY rank LIMIT 10");
        find.Bind(1, string.Join(" OR ", words.Split(' ').Select(word => $"\"{word}\"")));
        var found = new List<int>();
        while (find.Step())
            found.Add(find.Int32(0));
        return found;
    }

    /// <summary>The question's words alone, as far as a query may be long: nothing that one of the languages takes for syntax.</summary>
    private static string Words(string question)
    {
        var words = string.Join(
            ' ',
            new string([.. question.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(
                ' ',
                StringSplitOptions.RemoveEmptyEntries
            )
        );
        return words.Length <= SearchQuery.MaxLength ? words : words[..words.LastIndexOf(' ', SearchQuery.MaxLength)];
    }
}
