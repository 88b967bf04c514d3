namespace Parley.Bench;

/// <summary>Newest-first and ranked search over a million messages, each query class by HTTP, one call at a time.</summary>
internal static class SearchScenario
{
    private const int Messages = 1_000_000;
    private const int Queries = 100;

    public static async Task RunAsync(Report report)
    {
        using var server = BenchServer.Start(Workspace.Store(Messages));
        var corpus = new Corpus(Messages);
        foreach (var (name, query) in Classes(corpus))
        {
            var queries = Enumerable.Range(0, Queries).Select(query).ToList();
            var newest = await server.QuantilesAsync([.. queries.Select(q => Path(q, "newest"))]);
            report.Row($"newest first, {name}, p95", newest.P95, 20, "ms");
            report.Row($"newest first, {name}, median", newest.P50, "ms");
            var filtered = await server.QuantilesAsync([.. queries.Select(q => Path(q + OnePercent, "newest"))]);
            report.Row($"newest first, {name}, filter that keeps 1 %, p95", filtered.P95, 20, "ms");
        }

        foreach (var (name, query) in Classes(corpus))
        {
            var ranked = await server.QuantilesAsync([
                .. Enumerable.Range(0, Queries).Select(q => Path(query(q), "relevance")),
            ]);
            report.Row($"by relevance among the newest candidates, {name}, p95", ranked.P95, "ms");
        }

        report.Row("resident memory after it", server.Process.Memory("VmRSS") / 1e6, "MB");
        report.Note(
            $"{Messages:N0} messages, {Queries} calls a class over one loopback connection, whole HTTP call with snippets, {Workspace.Kind}."
        );
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

    private static IEnumerable<(string Name, Func<int, string> Query)> Classes(Corpus corpus)
    {
        yield return ("common word", i => corpus.Word(i % 20));
        yield return ("mid word", i => corpus.Word(2_000 + (i * 7)));
        yield return ("low word", i => corpus.Word(30_000 + (i * 101)));
        yield return ("rare word", i => Corpus.Needle(1000 * (1 + (i * 9))));
        yield return ("two common words", i => corpus.Word(i % 20) + " " + corpus.Word(20 + (i % 20)));
        yield return ("phrase of two common words", i => $"\"{corpus.Word(i % 15)} {corpus.Word(15 + (i % 10))}\"");
        yield return ("prefix of three letters", i => corpus.Word(300 + (i * 13))[..3] + "*");
        yield return ("prefix of two letters", i => corpus.Word(300 + (i * 13))[..2] + "*");
        yield return (
            "CJK, two characters",
            i => "検索会議資料時間東京大阪設計試験結果報告料理旅行音楽写真電車地図天気".Substring(i % 16 * 2, 2)
        );
        yield return ("code identifier", i => corpus.Word(i % 50) + "_" + corpus.Word((i * 3) % 40));
        yield return (
            "nine words",
            i => string.Join(' ', Enumerable.Range(0, 9).Select(k => corpus.Word((i + (k * k * 11)) % 3000)))
        );
    }

    private static string Path(string query, string sort) =>
        $"/api/search?q={Uri.EscapeDataString(query)}&sort={sort}&limit=20";
}
