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

    private static async Task AtAsync(System.Diagnostics.Process script, string place) =>
        Assert.Equal(place, await NodeTools.ReadLineAsync(script));

    private static async Task GoOnAsync(System.Diagnostics.Process script)
    {
        await script.StandardInput.WriteLineAsync();
        await script.StandardInput.FlushAsync();
    }
}
