using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>
/// Turns at their limits: the first token in a conversation of 10,000 messages in an archive of a million, and a thousand
/// answers at once, each a minute long.
/// </summary>
internal static class ChatScenario
{
    private const int Messages = 1_000_000;
    private const int Asked = 100;
    private const int Streams = 1_000;
    private const string Ask = "/api/chat/stream";

    public static async Task RunAsync(Report report)
    {
        var (upstream, address) = await ScriptedUpstream.StartAsync();
        using var _ = upstream;
        var settings = ScriptedUpstream.Settings(address);
        using (var server = BenchServer.Start(Workspace.Store(Messages), settings))
        {
            await server.Process.SettleAsync();
            await FirstTokenAsync(report, address, server);
        }

        using (var server = BenchServer.Start(Workspace.Fresh("chat"), settings))
        {
            await ManyAsync(report, server);
        }

        Workspace.Fresh("chat");
        report.Note(
            $"First token: {Asked} questions one after the other in each, medians; its answer has one token. Many: {Streams:N0} questions at once to a model that gives 50 tokens a second for a minute; each stream was read to its end, and each stored answer counted afterwards. {Workspace.Kind}."
        );
    }

    private static async Task FirstTokenAsync(Report report, Uri upstream, BenchServer server)
    {
        var model = ScriptedUpstream.Model(1, 0);
        var large = await BrowseScenario.LargeAsync(server);
        using var straight = new StreamLoad(upstream, 1);
        using var parley = new StreamLoad(server.Http.BaseAddress!, 1);
        var own = await FirstAsync(straight, "/v1/chat/completions", StreamLoad.Completion(model));
        var fresh = await FirstAsync(parley, Ask, Question(model, null));
        var grown = await FirstAsync(parley, Ask, Question(model, large));
        report.Row("first token, straight from the upstream", own, "ms");
        report.Row("added by a turn that begins a conversation", fresh - own, 5, "ms");
        report.Row("added by a turn in a conversation of 10,000 messages", grown - own, 5, "ms");
    }

    private static async Task<double> FirstAsync(StreamLoad load, string path, string json)
    {
        var times = new List<double>();
        for (var time = 0; time < Asked + (Asked / 10); time++)
        {
            var (first, _) = await load.AskAsync(path, json, 1);
            if (time >= Asked / 10)
            {
                times.Add(first);
            }
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static async Task ManyAsync(Report report, BenchServer server)
    {
        using var load = new StreamLoad(server.Http.BaseAddress!, Streams);
        await load.AskAsync(Ask, Question(ScriptedUpstream.Model(100, 1), null), 100);
        var before = server.Process.Memory("VmRSS");
        var cpu = server.Process.Cpu();
        var times = await Task.WhenAll(
            Enumerable
                .Range(0, Streams)
                .Select(_ =>
                    load.AskAsync(Ask, Question(ScriptedUpstream.LongModel, null), ScriptedUpstream.LongTokens)
                )
        );
        cpu = server.Process.Cpu() - cpu;
        var peak = server.Process.Memory("VmHWM");
        await CheckStoredAsync(server);
        var all = times.Select(t => t.All / 1000).Order().ToList();
        report.Row(
            $"{Streams:N0} answers of {ScriptedUpstream.LongTokens:N0} tokens at once, memory for each",
            (peak - before) / 1e3 / Streams,
            60,
            "KB"
        );
        report.Row("until the last has ended", all[^1], "s");
        report.Row("CPU of the server", cpu, "s");
    }

    private static async Task CheckStoredAsync(BenchServer server)
    {
        var whole = 0;
        for (var next = (string?)"/api/conversations?limit=200"; next is not null; )
        {
            using var page = await GetAsync(server, next);
            foreach (var conversation in page.RootElement.GetProperty("items").EnumerateArray())
            {
                using var messages = await GetAsync(
                    server,
                    $"/api/conversations/{conversation.GetProperty("id").GetString()}/messages?limit=10"
                );
                whole += messages
                    .RootElement.GetProperty("items")
                    .EnumerateArray()
                    .Count(m =>
                        m.GetProperty("content").GetString()!.Trim().Length
                        == (ScriptedUpstream.Token.Length * ScriptedUpstream.LongTokens) - 1
                    );
            }

            next = page.RootElement.GetProperty("next_cursor").GetString() is { } cursor
                ? "/api/conversations?limit=200&cursor=" + Uri.EscapeDataString(cursor)
                : null;
        }

        if (whole != Streams)
        {
            throw new InvalidOperationException($"{whole} of {Streams} answers are stored whole");
        }
    }

    private static async Task<JsonDocument> GetAsync(BenchServer server, string path) =>
        JsonDocument.Parse(await server.Http.GetByteArrayAsync(new Uri(path, UriKind.Relative)));

    private static string Question(string model, string? conversation) =>
        new StringBuilder("{\"message\":\"Say something.\",\"model_name\":\"")
            .Append(model)
            .Append('"')
            .Append(conversation is null ? "" : $",\"conversation_id\":\"{conversation}\"")
            .Append('}')
            .ToString();
}
