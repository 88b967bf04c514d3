using System.Text.Json;
using Parley.Tests.Chat;

namespace Parley.Tests.Web;

/// <summary>Asking a model at the page, in a real browser: tests/node/page-chat.mjs does what people do.</summary>
public sealed class PageChatTests
{
    [Fact]
    public async Task An_answer_comes_as_it_is_made_survives_a_reload_and_can_be_stopped()
    {
        await using var host = await ChatHost.StartAsync();
        var screens = Path.Combine(SourceTree.Root, "artifacts", "screens");
        Directory.CreateDirectory(screens);
        host.Upstream.Answer("# Tea\n\nthe first ", "the second\n\n", "- the third");
        host.Upstream.Hold();
        host.Upstream.Release(1);
        using var script = NodeTools.Start(
            "page-chat.mjs",
            $"http://localhost:{host.App.Client.BaseAddress!.Port}",
            screens
        );
        try
        {
            await AtAsync(script, "streaming");
            await GoOnAsync(script);
            await AtAsync(script, "reloaded");
            host.Upstream.Release();
            await GoOnAsync(script);
            await AtAsync(script, "ended");
            host.Upstream.Answer("It is so far ", "never said");
            host.Upstream.Hold();
            host.Upstream.Release(1);
            await GoOnAsync(script);
            await AtAsync(script, "stopped");
            host.Upstream.Release();
            host.Upstream.Answer(FakeScript.Refuse(400));
            await GoOnAsync(script);

            var seen = JsonDocument.Parse(await NodeTools.ReadLineAsync(script)).RootElement;
            Assert.Empty(seen.Items("violations").Select(v => v.GetString()));
            Assert.Empty(seen.Items("faults").Select(v => v.GetString()));
            Assert.Equal("", seen.Text("draft"));
            Assert.Contains("the first the second", seen.Text("answer"), StringComparison.Ordinal);
            Assert.Contains("so far", seen.Text("stopped"), StringComparison.Ordinal);
            Assert.DoesNotContain("never said", seen.Text("stopped"), StringComparison.Ordinal);
            Assert.NotEqual("", seen.Text("wrong"));
            Assert.Equal(3, seen.Number("questions"));
            Assert.Equal(1, seen.Number("listed"));
        }
        finally
        {
            script.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Several_models_answer_side_by_side_and_one_is_kept()
    {
        await using var host = await ChatHost.StartAsync();
        await using var second = await FakeUpstream.StartAsync(Parley.Providers.UpstreamKind.Ollama, "n");
        await using var third = await FakeUpstream.StartAsync(Parley.Providers.UpstreamKind.Anthropic, "o");
        await second.AddToAsync(host.App, "second");
        await third.AddToAsync(host.App, "third");
        host.Upstream.Answer("Sencha, so far ", "and to its end.");
        second.Answer("Gyokuro, so far ", "and to its end.");
        third.Answer(FakeScript.Refuse(400));
        foreach (var one in new[] { host.Upstream, second })
        {
            one.Hold();
            one.Release(1);
        }

        using var page = PageJourney.Start("page-compare.mjs", host.App);
        await page.AtAsync("streaming");
        await page.GoOnAsync();
        await page.AtAsync("reloaded");
        host.Upstream.Release();
        second.Release();
        second.Answer("Sixty degrees.");
        host.Upstream.Answer("Sixty degrees.");
        await page.GoOnAsync();

        var seen = await page.EndAsync();
        Assert.NotEqual("", seen.Text("refused"));
        Assert.Equal(0, seen.Number("chosen"));
        Assert.True(seen.Number("sideways") <= 0);
        var told = ChatHost.Told((second.Requests.Count > 1 ? second : host.Upstream).Requests[^1]);
        Assert.Contains("assistant: Gyokuro, so far and to its end.", told);
    }

    private static async Task AtAsync(System.Diagnostics.Process script, string place) =>
        Assert.Equal(place, await NodeTools.ReadLineAsync(script));

    private static async Task GoOnAsync(System.Diagnostics.Process script)
    {
        await script.StandardInput.WriteLineAsync();
        await script.StandardInput.FlushAsync();
    }
}
