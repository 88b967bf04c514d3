using System.Diagnostics;
using Parley.Sqlite;

namespace Parley.Bench;

/// <summary>
/// Ranked and newest-first search over a million messages, each query class by HTTP, one call at a time; FTS5 on the same
/// messages beside it.
/// </summary>
internal static class SearchScenario
{
    /// <summary>A million, or as many as PARLEY_BENCH_MESSAGES says; that run has a page of its own.</summary>
    private static readonly int Messages = int.Parse(
        Environment.GetEnvironmentVariable("PARLEY_BENCH_MESSAGES") ?? $"{Usual}",
        System.Globalization.CultureInfo.InvariantCulture
    );
    private const int Usual = 1_000_000;
    private const int Queries = 100;
    private const double RankedLimit = 15;
    private const double NewestLimit = 20;

    /// <summary>What no class may exceed, and what newest-first is to come down to.</summary>
    private const double WorstLimit = 50;
    private const double NewestGoal = 3;

    private sealed record QueryClass(string Name, Func<int, string> Query, Func<int, QueryForms>? Rival = null);

    public static async Task RunAsync(Report report)
    {
        report.Name = Messages == Usual ? "search" : $"search-{Messages}";
        using (var server = BenchServer.Start(Workspace.Store(Messages)))
        {
            // The import leaves segments to merge, which the server does first.
            await server.Process.SettleAsync();
            await MeasureAsync(report, server);
            report.Row("resident memory after it", server.Process.Memory("VmRSS") / 1e6, 80, "MB");
        }

        Compare(report);
        report.Note(
            $"{Messages:N0} messages, {Queries} calls a class over one loopback connection, whole HTTP call with snippets, {Workspace.Kind}. Limits are for each class. Beside it, without HTTP or snippets, each by its own clock: FTS5 (unicode61) in the benchmark's process, Xapian and PostgreSQL from Debian where installed; see bench/Parley.Bench/*Rival.cs for how each is set up."
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

    /// <summary>The same classes on other engines over the same texts; what is not installed is left out.</summary>
    private static void Compare(Report report)
    {
        foreach (var find in (Func<int, Rival?>[])[m => new Fts5Rival(m), XapianRival.Find, PostgresRival.Find])
        {
            using var rival = find(Messages);
            if (rival is null)
                continue;
            foreach (var (name, _, query) in Classes(new Corpus(Messages)))
            {
                if (query is null)
                    continue;
                foreach (var newest in (bool[])[false, true])
                {
                    var order = newest ? rival.Orders.Newest : rival.Orders.Ranked;
                    report.Row($"{rival.Name}, {order}, {name}, median", rival.Median(query, Queries, newest), "ms");
                }
            }
        }
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
        Func<int, QueryForms> common = i => new(QueryForm.All, corpus.Word(i % 20)),
            mid = i => new(QueryForm.All, corpus.Word(2_000 + (i * 7))),
            low = i => new(QueryForm.All, corpus.Word(30_000 + (i * 101))),
            rare = i => new(QueryForm.All, Corpus.Needle(1000 * (1 + (i * 9)))),
            both = i => new(QueryForm.All, corpus.Word(i % 20), corpus.Word(20 + (i % 20))),
            phrase = i => new(QueryForm.Phrase, corpus.Word(i % 15), corpus.Word(15 + (i % 10))),
            three = i => new(QueryForm.Prefix, corpus.Word(300 + (i * 13))[..3]),
            two = i => new(QueryForm.Prefix, corpus.Word(300 + (i * 13))[..2]),
            nine = i => new(QueryForm.Any, [.. Nine(corpus, i)]);
        yield return Same("common word", common);
        yield return Same("mid word", mid);
        yield return Same("low word", low);
        yield return Same("rare word", rare);
        yield return Same("two common words", both);
        yield return Same("phrase of two common words", phrase);
        yield return Same("prefix of three letters", three);
        yield return Same("prefix of two letters", two);
        yield return new("misspelt word", i => Misspelt(corpus.Word(20_000 + (i * 17))));
        yield return new(
            "CJK, two characters",
            i => "検索会議資料時間東京大阪設計試験結果報告料理旅行音楽写真電車地図天気".Substring(i % 16 * 2, 2)
        );
        yield return new("code identifier", i => corpus.Word(i % 50) + "_" + corpus.Word((i * 3) % 40));
        // A question: rare words carry it, and no word is required.
        yield return new("nine words", i => string.Join(' ', Nine(corpus, i)), nine);
    }

    /// <summary>Asked of all in the words of FTS5, which are Parley's too.</summary>
    private static QueryClass Same(string name, Func<int, QueryForms> query) => new(name, i => query(i).Fts5, query);

    private static IEnumerable<string> Nine(Corpus corpus, int i) =>
        Enumerable.Range(0, 9).Select(k => corpus.Word((i + (k * k * 11)) % 3000));

    /// <summary>Without its third letter.</summary>
    private static string Misspelt(string word) => word[..2] + word[3..];

    private static string Path(string query, string sort, string facets) =>
        $"/api/search?q={Uri.EscapeDataString(query)}&mode=text&sort={sort}&limit=20&facets={facets}";
}
