using System.Text.Json.Nodes;
using Parley.Providers;
using Parley.Tests.Chat;

namespace Parley.Tests.Realtime;

/// <summary>Clients of others, cut off in the middle of an answer, come back and have every event once.</summary>
public sealed class FeedClientTests
{
    [Theory]
    [InlineData("stream")]
    [InlineData("socket")]
    public async Task A_client_that_is_cut_off_has_every_token_exactly_once(string how)
    {
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "m");
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        await upstream.AddToAsync(app);
        var words = Enumerable.Range(1, 40).Select(n => $"{n} ").ToArray();
        upstream.Answer(words);
        var key = await ada.KeyAsync("chat");
        await using var client = await NodeClient.StartAsync("feed");
        var ask = new JsonObject
        {
            ["at"] = app.Client.BaseAddress!.ToString().TrimEnd('/'),
            ["key"] = key.Token,
            ["cutAfter"] = 12,
        };
        await client.SendAsync(how, ask);
        Assert.True((await client.ReadAsync()).TryGetProperty("began", out var _));

        await ada.JsonAsync("POST", "/api/chat", ChatHost.Body("count"));

        var said = await client.ReadAsync();
        Assert.True(said.TryGetProperty("done", out var done), $"{said}");
        var sent = done.Items("sent");
        Assert.Equal(2, sent.Count);
        var heard = done.Items("heard");
        Assert.Single(heard, e => e.Text("name") == "resync");
        Assert.Equal(heard.Count, heard.DistinctBy(e => e.Text("id")).Count());
        var events = heard.Where(e => e.Text("name") == "turn_event").Select(e => e.GetProperty("data")).ToList();
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => (int)e.Number("number")));
        Assert.Equal(
            string.Concat(words),
            string.Concat(
                events.Where(e => e.Text("event") == "token").Select(e => e.GetProperty("data").Text("content"))
            )
        );
    }
}
