using System.Diagnostics;
using Parley.Sqlite;

namespace Parley.Bench;

/// <summary>
/// Ranked and newest-first search over a million messages, each query class by HTTP, one call at a time; FTS5 on the same
/// messages beside it.
/// </summary>
internal static class SearchScenario
{
    private const int Messages = 1_000_000;
    private const int Queries = 100;
    private const double RankedLimit = 15;
    private const double NewestLimit = 20;

    /// <summary>What no class may exceed, and what newest-first is to come down to.</summary>
    private const double WorstLimit = 50;
    private const double NewestGoal = 3;

    /// <summary>FTS5 takes seconds for some queries: so long each class is asked.</summary>
    private static readonly TimeSpan Fts5Time = TimeSpan.FromSeconds(8);

    private sealed record QueryClass(string Name, Func<int, string> Query, Func<int, string>? Fts5 = null);

    public static async Task RunAsync(Report report)
    {
        using (var server = BenchServer.Start(Workspace.Store(Messages)))
        {
            // The import leaves segments to merge, which the server does first.
            await server.Process.SettleAsync();
            await MeasureAsync(report, server);
            report.Row("resident memory after it", server.Process.Memory("VmRSS") / 1e6, 80, "MB");
        }

        Compare(report);
        report.Note(
            $"{Messages:N0} messages, {Queries} calls a class over one loopback connection, whole HTTP call with snippets, {Workspace.Kind}. Limits are for each class. FTS5: unicode61 over the same texts, in the benchmark's own process without HTTP or snippets."
        );
    }

    private static async Task MeasureAsync(Report report, BenchServer server)
    {
        var worst = new Dictionary<string, double> { ["relevance"] = 0, ["newest"] = 0 };
        var (newest, near) = (0, 0);
        foreach (var (name, query, _) in Classes(new Corpus(Messages)))
        {
            var queries = Enumerable.Range(0, Queries).Select(query).ToList();
            foreach (var (sort, limit) in ((string, double)[])[("relevance", RankedLimit), ("newest", NewestLimit)])
            {
                var plain = await server.QuantilesAsync([.. queries.Select(q => Path(q, sort, "none"))]);
                report.Row($"{sort}, {name}, p95", plain.P95, limit, "ms");
                report.Row($"{sort}, {name}, median", plain.P50, "ms");
                var filtered = await server.QuantilesAsync([
                    .. queries.Select(q => Path(q + OnePercent, sort, "none")),
                ]);
                report.Row($"{sort}, {name}, filter that keeps 1 %, p95", filtered.P95, limit, "ms");
                var faceted = await server.QuantilesAsync([
                    .. queries.Select(q => Path(q, sort, "provider&facets=role&facets=model&facets=month")),
                ]);
                report.Row($"{sort}, {name}, with facets, p95", faceted.P95, limit, "ms");
                worst[sort] = Math.Max(worst[sort], plain.P95);
                if (sort != "newest")
                    continue;
                newest++;
                near += plain.P95 <= NewestGoal ? 1 : 0;
            }
        }

        report.Row("relevance, worst class, p95", worst["relevance"], WorstLimit, "ms");
        report.Row("newest, worst class, p95", worst["newest"], NewestLimit, "ms");
        report.Note($"Newest first, {near} of {newest} classes are within {NewestGoal} ms (p95).");
    }

    /// <summary>The same classes on the table and index of <see cref="Floor"/>.</summary>
    private static void Compare(Report report)
    {
        var folder = System.IO.Path.Combine(Workspace.Folder, "floor-search");
        if (!Directory.Exists(folder))
            Child.Run(Environment.ProcessPath!, "--floor", Workspace.Zip(Messages), folder);
        using var db = SqliteConnection.Open(System.IO.Path.Combine(folder, "floor.db"), SqliteOpenFlags.ReadOnly);
        foreach (var (name, query, fts5) in Classes(new Corpus(Messages)))
        {
            if (fts5 is null)
                continue;
            foreach (var order in (string[])["rank", "rowid DESC"])
                report.Row($"FTS5, ORDER BY {order}, {name}, median", Median(db, order, fts5), "ms");
        }
    }

    private static double Median(SqliteConnection db, string order, Func<int, string> query)
    {
        var times = new List<double>();
        var began = Stopwatch.GetTimestamp();
        for (var index = 0; index < Queries && (index < 3 || Stopwatch.GetElapsedTime(began) < Fts5Time); index++)
        {
            var start = Stopwatch.GetTimestamp();
            using var find = db.Prepare($"SELECT rowid FROM found WHERE found MATCH ?1 ORDER BY {order} LIMIT 20");
            find.Bind(1, query(index));
            while (find.Step()) { }
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>The corpus runs evenly over its time: this is its last hundredth.</summary>
    private static string OnePercent
    {
        get
        {
            var end = 1_672_531_200 + (Messages / Corpus.MessagesPerConversation * 2_000L);
            return " after:"
                + DateTimeOffset
                    .FromUnixTimeSeconds(end - ((end - 1_672_531_200) / 100))
                    .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static IEnumerable<QueryClass> Classes(Corpus corpus)
    {
        Func<int, string> common = i => corpus.Word(i % 20),
            mid = i => corpus.Word(2_000 + (i * 7)),
            low = i => corpus.Word(30_000 + (i * 101)),
            both = i => corpus.Word(i % 20) + " " + corpus.Word(20 + (i % 20)),
            phrase = i => $"\"{corpus.Word(i % 15)} {corpus.Word(15 + (i % 10))}\"",
            three = i => corpus.Word(300 + (i * 13))[..3] + "*",
            two = i => corpus.Word(300 + (i * 13))[..2] + "*";
        yield return new("common word", common, common);
        yield return new("mid word", mid, mid);
        yield return new("low word", low, low);
        yield return new(
            "rare word",
            i => Corpus.Needle(1000 * (1 + (i * 9))),
            i => Corpus.Needle(1000 * (1 + (i * 9)))
        );
        yield return new("two common words", both, both);
        yield return new("phrase of two common words", phrase, phrase);
        yield return new("prefix of three letters", three, three);
        yield return new("prefix of two letters", two, two);
        yield return new("misspelt word", i => Misspelt(corpus.Word(20_000 + (i * 17))));
        yield return new(
            "CJK, two characters",
            i => "検索会議資料時間東京大阪設計試験結果報告料理旅行音楽写真電車地図天気".Substring(i % 16 * 2, 2)
        );
        yield return new("code identifier", i => corpus.Word(i % 50) + "_" + corpus.Word((i * 3) % 40));
        yield return new(
            "nine words",
            i => string.Join(' ', Nine(corpus, i)),
            i => string.Join(" OR ", Nine(corpus, i))
        );
    }

    private static IEnumerable<string> Nine(Corpus corpus, int i) =>
        Enumerable.Range(0, 9).Select(k => corpus.Word((i + (k * k * 11)) % 3000));

    /// <summary>Without its third letter.</summary>
    private static string Misspelt(string word) => word[..2] + word[3..];

    private static string Path(string query, string sort, string facets) =>
        $"/api/search?q={Uri.EscapeDataString(query)}&sort={sort}&limit=20&facets={facets}";
}
