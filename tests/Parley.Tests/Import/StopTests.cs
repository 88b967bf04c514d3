using System.Text.Json;
using Parley.Import;
using Parley.Kernel;

namespace Parley.Tests.Import;

/// <summary>F15: a signal in the middle of an import. It stops between two batches, and the next start goes on with it.</summary>
public sealed class StopTests
{
    private const int Conversations = 12_000;
    private static readonly string[] SmallBatches = ["--import-batch-bytes", "1024"];

    [Fact]
    public async Task A_signal_drains_and_the_next_start_ends_the_import()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        using var data = new TempFolder();
        string id;
        await using (var server = await ServedProcess.StartAsync(data.Path, SmallBatches))
        {
            id = await BeginAsync(server.Http);
            Assert.Equal(0, await server.StopAsync());
        }

        Assert.False(File.Exists(data.File("parley.pid")), "the store was not closed as it should be");
        var cursor = CursorOf(data.Path);
        Assert.InRange(cursor, 1, Conversations - 1);

        await using (var server = await ServedProcess.StartAsync(data.Path))
        {
            var job = await EndAsync(server.Http, id);
            Assert.Equal(ImportStatus.Done, job.Text("status"));
            var source = job.GetProperty("report").Items("sources")[0];
            Assert.Equal(Conversations, source.GetProperty("conversations").Number("new"));
            Assert.Equal(Conversations, (await JsonAsync(server.Http, "/api/conversations?limit=1")).Number("total"));
            Assert.Equal(0, await server.StopAsync());
        }

        Assert.Empty(Directory.GetFiles(data.File("incoming")));
    }

    /// <summary>What was begun before the signal ends as it would have.</summary>
    [Fact]
    public async Task A_request_that_runs_at_the_signal_is_answered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        using var data = new TempFolder();
        await using var server = await ServedProcess.StartAsync(data.Path);
        var body = new SlowBody("""[{"conversation_id":"c","mapping":{"""u8.ToArray(), "}}]"u8.ToArray());
        var answer = server.Http.PostAsync(new Uri("/api/import?dry_run=true", UriKind.Relative), body);
        await UntilAsync(
            server.Http,
            "/metrics",
            (_, text) => text.Contains("requests_running 2\n", StringComparison.Ordinal)
        );
        var stop = server.StopAsync();
        await UntilAsync(server.Http, "/health/ready", (ok, _) => !ok);
        body.End();
        using var given = await answer;
        Assert.Equal(200, (int)given.StatusCode);
        Assert.Equal(0, await stop);
    }

    private static async Task UntilAsync(HttpClient http, string path, Func<bool, string, bool> isSo)
    {
        for (var look = 0; look < 5_000; look++)
        {
            using var answer = await http.GetAsync(path);
            if (isSo(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync()))
            {
                return;
            }
        }

        Assert.Fail($"{path} never said so");
    }

    /// <summary>A body whose second half waits for the test.</summary>
    private sealed class SlowBody(byte[] first, byte[] second) : HttpContent
    {
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => ended.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(first);
            await stream.FlushAsync();
            await ended.Task;
            await stream.WriteAsync(second);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Gives the import's id once something of it is committed.</summary>
    private static async Task<string> BeginAsync(HttpClient http)
    {
        var export = ChatGptExport.Of(
            Enumerable
                .Range(0, Conversations)
                .Select(i => ChatGptExport.Conversation($"c{i}", $"c{i}", 100, ("q" + i, null, new string('x', 900))))
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/import")
        {
            Content = new ByteArrayContent(export),
        };
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
        var first = await events.ReadLineAsync(limit.Token);
        Assert.Contains("\"progress\"", first, StringComparison.Ordinal);
        return (await JsonAsync(http, "/api/imports")).Items()[0].Text("id");
    }

    private static async Task<JsonElement> EndAsync(HttpClient http, string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var events = new StreamReader(
            await http.GetStreamAsync(new Uri($"/api/imports/{id}/events", UriKind.Relative), limit.Token)
        );
        while (await events.ReadLineAsync(limit.Token) is { } line && line != "event: done")
        {
            // What comes before the end does not matter here.
        }

        return await JsonAsync(http, $"/api/imports/{id}");
    }

    private static async Task<JsonElement> JsonAsync(HttpClient http, string path) =>
        JsonDocument.Parse(await http.GetStringAsync(path)).RootElement;

    private static long CursorOf(string folder)
    {
        using var store = Parley.Sqlite.SqliteConnection.Open(
            Path.Combine(folder, "parley.db"),
            Parley.Sqlite.SqliteOpenFlags.ReadOnly
        );
        using var row = store.Prepare("SELECT cursor FROM imports WHERE status = 'running'");
        Assert.True(row.Step(), "the import does not wait to go on");
        return row.Int64(0);
    }
}
