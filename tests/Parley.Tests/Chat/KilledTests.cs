using System.Text;
using System.Text.Json;
using Parley.Providers;
using Parley.Sqlite;

namespace Parley.Tests.Chat;

/// <summary>A server killed in the middle of an answer: what had come is charged at the next start, once, as an estimate.</summary>
public sealed class KilledTests : IAsyncLifetime
{
    private readonly TempFolder data = new();
    private FakeUpstream upstream = null!;

    public async ValueTask InitializeAsync() => upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);

    public async ValueTask DisposeAsync()
    {
        await upstream.DisposeAsync();
        data.Dispose();
    }

    private Task<ServedProcess> ServeAsync() =>
        ServedProcess.StartAsync(data.Path, "--openai-url", upstream.BaseUrl.AbsoluteUri, "--ollama-url", "");

    private static async Task<JsonElement> GetAsync(ServedProcess served, string path) =>
        JsonDocument.Parse(await served.Http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>Waits until the store says so much: what is in memory alone dies with the process.</summary>
    private async Task StoredAsync(string sql)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await tick.WaitForNextTickAsync(limit.Token))
        {
            using var store = SqliteConnection.Open(Path.Combine(data.Path, "parley.db"), SqliteOpenFlags.ReadOnly);
            using var row = store.Prepare(sql);
            if (row.Step() && row.Int64(0) > 0)
            {
                return;
            }
        }
    }

    /// <summary>Three words come of an answer, then the server is killed.</summary>
    private async Task KillInTheMiddleAsync(string path, string body, string stored)
    {
        upstream.Hold();
        upstream.Answer("four ", "five ", "sixx ", "never");
        await using var served = await ServeAsync();
        const string Price = """{"model":"m","currency":"USD","input_micros":1000000,"output_micros":1000000}""";
        using (var set = await served.Http.PutAsync(new Uri("/api/models/prices", UriKind.Relative), Json(Price)))
        {
            set.EnsureSuccessStatusCode();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        var answering = served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await upstream.NextRequestAsync();
        upstream.Release(3);
        using var answer = await answering;
        await StoredAsync(stored);
    }

    private async Task<JsonElement> ChargedOnceAsync()
    {
        JsonElement sum = default;
        for (var start = 0; start < 2; start++)
        {
            await using var served = await ServeAsync();
            await StoredAsync("SELECT count(*) FROM model_costs");
            sum = Assert.Single((await GetAsync(served, "/api/models/costs?by=model")).Items());
            Assert.Equal((1L, 1L), (sum.Number("calls"), sum.Number("estimated_calls")));
        }

        Assert.Equal("m", sum.Text("model"));
        Assert.InRange(sum.Number("completion_tokens"), 3, 8);
        Assert.True(sum.Number("prompt_tokens") > 0);
        Assert.Equal(sum.Number("prompt_tokens") + sum.Number("completion_tokens"), sum.Number("cost_micros"));
        return sum;
    }

    [Fact]
    public async Task A_turn_is_charged_for_what_had_come_and_its_message_says_so()
    {
        await KillInTheMiddleAsync(
            "/api/chat/stream",
            """{"message":"Count from four.","model_name":"m"}""",
            "SELECT count(*) FROM turns WHERE spending IS NOT NULL AND (SELECT instr(group_concat(events, ''), 'sixx') FROM turn_pieces) > 0"
        );
        var sum = await ChargedOnceAsync();

        await using var served = await ServeAsync();
        var turn = Assert.Single((await GetAsync(served, "/api/chat/turns")).Items());
        Assert.Equal("interrupted", turn.Text("status"));
        var usage = turn.GetProperty("usage");
        Assert.True(usage.Flag("estimated"));
        Assert.Equal(sum.Number("completion_tokens"), usage.Number("completion_tokens"));
        var path = $"/api/conversations/{turn.Text("conversation_id")}/messages/{turn.Text("message_id")}";
        var message = await GetAsync(served, path);
        Assert.Equal("four five sixx ", message.Text("content"));
        var cost = message.GetProperty("cost");
        Assert.Equal((sum.Number("cost_micros"), true), (cost.Number("micros"), cost.Flag("estimated")));
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions")]
    [InlineData("/ollama/api/chat")]
    public async Task A_programs_call_is_charged_for_what_had_come(string path)
    {
        await KillInTheMiddleAsync(
            path,
            """{"model":"m","stream":true,"messages":[{"role":"user","content":"Count from four."}]}""",
            "SELECT count(*) FROM model_usage WHERE status = 0 AND completion_tokens >= 3"
        );
        await ChargedOnceAsync();
    }
}
