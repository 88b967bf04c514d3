using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>Listing, opening and paging at 50,000 conversations; one of 10,000 messages; 100 messages imported over HTTP.</summary>
internal static class BrowseScenario
{
    private const int Messages = 1_000_000;
    private const int Calls = 200;

    public static async Task RunAsync(Report report)
    {
        using var server = BenchServer.Start(Workspace.Store(Messages));
        var (ids, cursors) = await WalkAsync(server);
        await RowAsync(
            report,
            server,
            "list, first page",
            [.. Enumerable.Repeat("/api/conversations?limit=50", Calls)]
        );
        await RowAsync(report, server, "list, any page", [.. cursors.Take(Calls)]);
        await RowAsync(
            report,
            server,
            "list, filtered by provider",
            [.. Enumerable.Repeat("/api/conversations?limit=50&provider=chatgpt", Calls)]
        );
        await RowAsync(
            report,
            server,
            "open a conversation",
            [.. ids.Take(Calls).Select(id => $"/api/conversations/{id}")]
        );
        await RowAsync(
            report,
            server,
            "page through messages",
            [.. ids.Take(Calls).Select(id => $"/api/conversations/{id}/messages?limit=50")]
        );

        var imports = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            imports.Add(await ImportAsync(server, Small(i, 100), $"small{i}x"));
        }

        imports.Sort();
        report.Row("100 messages over HTTP, import to found by search, median", imports[imports.Count / 2], 50, "ms");

        var large = await LargeAsync(server);
        var first = await server.QuantilesAsync([
            .. Enumerable.Repeat($"/api/conversations/{large}/messages?limit=50", Calls),
        ]);
        report.Row("first page of a conversation of 10,000 messages, p95", first.P95, 10, "ms");
        report.Note($"50,000 conversations, 1,000,000 messages, one loopback connection, {Workspace.Kind}.");
    }

    /// <summary>A conversation of 10,000 messages, new in the archive; gives its id.</summary>
    public static async Task<string> LargeAsync(BenchServer server)
    {
        await ImportAsync(server, Small(99, 10_000), "small99x");
        var found = await GetAsync(server, "/api/search?q=small99x&limit=1");
        return found.GetProperty("items")[0].GetProperty("conversation_id").GetString()!;
    }

    private static async Task RowAsync(Report report, BenchServer server, string what, IReadOnlyList<string> paths)
    {
        var (p50, p95) = await server.QuantilesAsync(paths);
        report.Row(what + ", p95", p95, 5, "ms");
        report.Row(what + ", median", p50, "ms");
    }

    private static async Task<(List<string> Ids, List<string> Pages)> WalkAsync(BenchServer server)
    {
        var ids = new List<string>();
        var pages = new List<string>();
        var next = "/api/conversations?limit=200";
        while (ids.Count < 20_000)
        {
            var page = await GetAsync(server, next);
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("id").GetString()!));
            if (page.GetProperty("next_cursor").GetString() is not { } cursor)
            {
                break;
            }

            next = "/api/conversations?limit=200&cursor=" + Uri.EscapeDataString(cursor);
            pages.Add("/api/conversations?limit=50&cursor=" + Uri.EscapeDataString(cursor));
        }

        return (ids, [.. Enumerable.Range(0, Calls).Select(i => pages[i % pages.Count])]);
    }

    private static async Task<JsonElement> GetAsync(BenchServer server, string path)
    {
        using var answer = JsonDocument.Parse(await server.Http.GetByteArrayAsync(new Uri(path, UriKind.Relative)));
        return answer.RootElement.Clone();
    }

    private static async Task<double> ImportAsync(BenchServer server, string json, string word)
    {
        var began = Stopwatch.GetTimestamp();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(
            new Uri("/api/import?name=conversations.json", UriKind.Relative),
            content
        );
        answer.EnsureSuccessStatusCode();
        var found = await GetAsync(server, $"/api/search?q={word}&limit=1");
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return found.GetProperty("items").GetArrayLength() == 1
            ? took
            : throw new InvalidOperationException($"{word} is not found");
    }

    /// <summary>One Claude conversation; its word stands in the first message.</summary>
    private static string Small(int number, int messages)
    {
        var run = Guid.NewGuid();
        var json = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $$"""[{"uuid":"{{run}}","name":"small","created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-01T00:00:00Z","chat_messages":["""
        );
        for (var i = 0; i < messages; i++)
        {
            var text =
                i == 0 ? $"small{number}x" : string.Join(' ', Enumerable.Range(i, 80).Select(k => "word" + (k % 500)));
            json.Append(i == 0 ? "" : ",")
                .Append(
                    CultureInfo.InvariantCulture,
                    $$"""{"uuid":"{{Guid.NewGuid()}}","sender":"{{(i % 2 == 0 ? "human" : "assistant")}}","created_at":"2025-01-01T00:00:00Z","content":[{"type":"text","text":"{{text}}"}]}"""
                );
        }

        return json.Append("]}]").ToString();
    }
}
