using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Parley.Aot;

/// <summary>F1: killed at random under writers and a long import (reliability.md section 4).</summary>
public sealed class KillTests
{
    private const int Kills = 200;
    private const int MergeKills = 40;

    /// <summary>So few that merges keep up with them.</summary>
    private const int MergeWriters = 2;
    private const int Writers = 8;
    private const int LongImport = 20_000;

    /// <summary>So that the import comes forward between two kills.</summary>
    private static readonly string[] SmallBatches = ["--import-batch-bytes", "262144"];

    [Fact]
    public async Task Two_hundred_kills_lose_nothing_that_was_acknowledged_and_the_import_ends_by_itself()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var ledger = new Ledger();
        var data = Directory.CreateTempSubdirectory("parley-kill-").FullName;
        var import = await SubmitAsync(data);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await Server.StartAsync(data, SmallBatches);
            var recent = ledger.Acknowledged.Take(4).ToList();
            await ledger.CheckAsync(server.Http, recent, CancellationToken.None);
            using var ended = new CancellationTokenSource();
            var writers = Enumerable
                .Range(0, Writers)
                .Select(_ => WriteAsync(ledger, server.Http, ended.Token))
                .ToList();
            await WaitAsync(random.Next(5, 300));
            await server.KillAsync();
            await ended.CancelAsync();
            await Task.WhenAll(writers);
        }

        await using (var server = await Server.StartAsync(data, SmallBatches))
        {
            await FinishAsync(server.Http, import);
            await ledger.CheckAsync(server.Http, ledger.Acknowledged, CancellationToken.None);
            Assert.True(
                ledger.Acknowledged.Count > Kills / 4,
                $"only {ledger.Acknowledged.Count} writes were acknowledged; seed {seed}"
            );
            Assert.Equal(0, await server.StopAsync());
        }

        var (code, output, error) = await NativeParley.RunAsync("doctor", "--data", data);
        Assert.True(code == 0, $"seed {seed}: {output}{error}");
        Directory.Delete(data, recursive: true);
    }

    /// <summary>
    /// Each write adds a segment, and eight of a size are merged: with so many small ones waiting, merges run for most of
    /// the server's short life, so that most kills fall into one.
    /// </summary>
    [Fact]
    public async Task Kills_during_merges_leave_an_index_that_is_sound_and_finds_everything()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var ledger = new Ledger();
        var data = Directory.CreateTempSubdirectory("parley-merge-").FullName;
        for (var kill = 0; kill < MergeKills; kill++)
        {
            await using var server = await Server.StartAsync(data);
            using var ended = new CancellationTokenSource();
            var writers = Enumerable
                .Range(0, MergeWriters)
                .Select(_ => WriteAsync(ledger, server.Http, ended.Token))
                .ToList();

            // The worker waits for a pause in the writing of half a second to one, then merges.
            await WaitAsync(random.Next(150, 600));
            await ended.CancelAsync();
            await Task.WhenAll(writers);
            await WaitAsync(random.Next(0, 1_000));
            await server.KillAsync();
            if (kill % 10 == 9)
            {
                await CheckAsync(data, ledger, $"seed {seed}, kill {kill}");
            }
        }

        Assert.True(
            ledger.Acknowledged.Count > MergeKills,
            $"only {ledger.Acknowledged.Count} writes were acknowledged; seed {seed}"
        );
        Directory.Delete(data, recursive: true);
    }

    /// <summary>The check reads every page of the index, counts both sides and looks messages up by their own words.</summary>
    private static async Task CheckAsync(string data, Ledger ledger, string when)
    {
        var (code, output, error) = await NativeParley.RunAsync("doctor", "--data", data);
        Assert.True(code == 0, $"{when}: {output}{error}");
        await using var server = await Server.StartAsync(data);
        await ledger.CheckAsync(server.Http, ledger.Acknowledged, CancellationToken.None);
        Assert.Equal(0, await server.StopAsync());
    }

    private static async Task WriteAsync(Ledger ledger, HttpClient http, CancellationToken ct)
    {
        try
        {
            while (!ct.IsCancellationRequested)
            {
                await ledger.WriteAsync(http, ct);
            }
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or OperationCanceledException
                        or IOException
                        or ObjectDisposedException
                        or JsonException
            )
        {
            // The server was killed under it: this write was not acknowledged.
        }
    }

    /// <summary>The moment of the kill is the test's subject, so it waits for the clock and not for a signal.</summary>
    private static async Task WaitAsync(int milliseconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync();
    }

    private static async Task<string> SubmitAsync(string data)
    {
        await using var server = await Server.StartAsync(data, SmallBatches);
        using var content = new StringContent(Long(), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/import?name=long.json") { Content = content };
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        var jobs = await server.Http.GetFromJsonAsync<JsonElement>("/api/imports");
        var id = jobs.GetProperty("items")[0].GetProperty("id").GetString()!;
        await server.KillAsync();
        return id;
    }

    private static async Task FinishAsync(HttpClient http, string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var events = new StreamReader(
            await http.GetStreamAsync(new Uri($"/api/imports/{id}/events", UriKind.Relative), limit.Token)
        );
        while (await events.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("event: done", StringComparison.Ordinal))
            {
                break;
            }
        }

        var job = await http.GetFromJsonAsync<JsonElement>(
            new Uri($"/api/imports/{id}", UriKind.Relative),
            limit.Token
        );
        Assert.Equal("done", job.GetProperty("status").GetString());
        var source = job.GetProperty("report").GetProperty("sources")[0];
        Assert.Equal(LongImport / 2, source.GetProperty("conversations").GetProperty("new").GetInt32());
        var messages = source.GetProperty("messages").GetProperty("new");
        Assert.Equal(
            LongImport,
            messages.GetProperty("user").GetInt32() + messages.GetProperty("assistant").GetInt32()
        );
    }

    private static string Long()
    {
        var text = string.Join(' ', Enumerable.Range(0, 150).Select(i => "word" + i));
        var json = new StringBuilder("[");
        for (var i = 0; i < LongImport / 2; i++)
        {
            var c = i.ToString("x12", CultureInfo.InvariantCulture);
            json.Append(i == 0 ? "" : ",")
                .Append(
                    CultureInfo.InvariantCulture,
                    $$"""{"uuid":"00000000-0000-4000-8000-{{c}}","name":"long {{i}}","created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:01Z","chat_messages":[{"uuid":"00000001-0000-4000-8000-{{c}}","sender":"human","content":[{"type":"text","text":"{{text}}"}],"created_at":"2024-01-01T00:00:00Z"},"""
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $$"""{"uuid":"00000002-0000-4000-8000-{{c}}","sender":"assistant","content":[{"type":"text","text":"{{text}}"}],"created_at":"2024-01-01T00:00:01Z"}]}"""
                );
        }

        return json.Append(']').ToString();
    }
}
