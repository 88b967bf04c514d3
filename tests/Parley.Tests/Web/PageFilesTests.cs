using Parley.Tests.Chat;

namespace Parley.Tests.Web;

/// <summary>Files that go with questions at the page, in a real browser: tests/node/page-files.mjs.</summary>
public sealed class PageFilesTests
{
    [Fact]
    public async Task Files_are_chosen_pasted_and_dropped_and_stay_with_their_question()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("It is a pot.").Answer("Somebody.");
        using var page = PageJourney.Start("page-files.mjs", host.App);

        var seen = await page.EndAsync();
        Assert.Equal("song.mp3: models are told no sound, only images and texts.", seen.Text("refused"));
        Assert.Equal("What is this?", seen.Text("back"));
        Assert.Equal(0, seen.Number("left"));
        Assert.Equal(1, seen.Number("drawn"));
        Assert.Contains("tea.md", seen.Text("named"), StringComparison.Ordinal);
        Assert.Equal(0, seen.Number("kept"));
        Assert.Equal("What is this?", seen.Text("edited"));
        Assert.True(seen.Number("sideways") <= 0);

        foreach (var (asked, words) in host.Upstream.Requests.Zip(["What is this?", "And who made it?"]))
        {
            Assert.Contains("data:image/png;base64,iVBORw0K", asked.Text, StringComparison.Ordinal);
            Assert.Contains("at 70 degrees", asked.Text, StringComparison.Ordinal);
            Assert.Contains(words, asked.Text, StringComparison.Ordinal);
        }
    }
}
