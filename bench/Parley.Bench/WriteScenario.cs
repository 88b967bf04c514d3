using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>
/// Writing and searching at once: what searches wait while a million messages are imported, as a ratio to the same
/// searches afterwards, and how long one message takes until it is stored and found.
/// </summary>
internal static class WriteScenario
{
    private const int Messages = 1_000_000;
    private const int Queries = 200;
    private const int Writes = 500;

    /// <summary>The archive has to hold something before its searches say anything.</summary>
    private const int FirstConversations = 5_000;

    public static async Task RunAsync(Report report)
    {
        var zips = Workspace.Zips(Messages);
        var store = Workspace.Fresh("write");
        using (var server = BenchServer.Start(store))
        {
            var queries = Searches(new Corpus(Messages));
            var importing = Task.Run(() => Child.Run(Workspace.Parley, ["import", "--data", store, .. zips]));
            while (!importing.IsCompleted && await ConversationsAsync(server) < FirstConversations)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }

            var times = new List<double>();
            while (!importing.IsCompleted)
            {
                times.Add(await server.TimeAsync(queries[times.Count % queries.Count]));
            }

            if ((await importing).ExitCode != 0)
            {
                throw new InvalidOperationException("the import failed");
            }

            await server.Process.SettleAsync();
            times.Sort();
            var during = times[(int)Math.Ceiling(times.Count * 0.95) - 1];
            var (_, idle) = await server.QuantilesAsync(queries);
            report.Row("searches while importing, p95", during, "ms");
            report.Row("the same afterwards, p95", idle, "ms");
            report.Row("searches while importing to afterwards", during / idle, 2, "x");
            report.Note($"{times.Count:N0} searches while {Messages:N0} messages were imported by the same server.");
            await WriteAsync(report, server);
        }

        Workspace.Fresh("write");
        report.Note(
            $"Searches: one or two words of any frequency and prefixes, by relevance and newest first, one connection, {Workspace.Kind}. Each message is acknowledged when it and its place in the index are on the disk; each was found at once."
        );
    }

    private static async Task WriteAsync(Report report, BenchServer server)
    {
        var made = await PostAsync(server, "/api/conversations", """{"title":"written one by one"}""");
        var path = $"/api/conversations/{made.GetProperty("id").GetString()}/messages";
        var times = new List<double>();
        for (var number = 0; number < Writes; number++)
        {
            var text = string.Join(' ', Enumerable.Range(number, 60).Select(k => "word" + (k % 500)));
            var began = Stopwatch.GetTimestamp();
            await PostAsync(server, path, $$"""{"role":"user","content":"written{{number}}x {{text}}"}""");
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            using var found = JsonDocument.Parse(
                await server.Http.GetByteArrayAsync(
                    new Uri($"/api/search?q=written{number}x&limit=1", UriKind.Relative)
                )
            );
            if (found.RootElement.GetProperty("items").GetArrayLength() != 1)
            {
                throw new InvalidOperationException($"message {number} was acknowledged and is not found");
            }
        }

        times.Sort();
        report.Row("one message, stored and indexed, median", times[Writes / 2], 2, "ms");
        report.Row("one message, stored and indexed, p95", times[(int)Math.Ceiling(Writes * 0.95) - 1], "ms");
    }

    private static List<string> Searches(Corpus corpus) =>
        [
            .. Enumerable
                .Range(0, Queries)
                .Select(i =>
                    (i % 5) switch
                    {
                        0 => corpus.Word(i % 20),
                        1 => corpus.Word(2_000 + (i * 7)),
                        2 => corpus.Word(30_000 + (i * 101)),
                        3 => corpus.Word(i % 20) + " " + corpus.Word(20 + (i % 20)),
                        _ => corpus.Word(300 + (i * 13))[..3] + "*",
                    }
                )
                .Select(
                    (query, i) =>
                        $"/api/search?q={Uri.EscapeDataString(query)}&mode=text&limit=20&facets=none&sort={(i % 2 == 0 ? "relevance" : "newest")}"
                ),
        ];

    private static async Task<int> ConversationsAsync(BenchServer server)
    {
        using var stats = JsonDocument.Parse(
            await server.Http.GetByteArrayAsync(new Uri("/api/stats", UriKind.Relative))
        );
        return stats.RootElement.GetProperty("conversations").GetInt32();
    }

    private static async Task<JsonElement> PostAsync(BenchServer server, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri(path, UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return body.RootElement.Clone();
    }
}
