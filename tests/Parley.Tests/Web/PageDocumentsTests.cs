using Parley.Tests.Chat;

namespace Parley.Tests.Web;

/// <summary>Documents, sources and memories at the page, in a real browser: tests/node/page-documents.mjs.</summary>
public sealed class PageDocumentsTests
{
    [Fact]
    public async Task Documents_are_brought_read_and_cited_and_memories_kept()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("It needs 1.4 bar ", "when cold [1].");
        using var page = PageJourney.Start("page-documents.mjs", host.App);

        var seen = await page.EndAsync();
        Assert.Contains("could not be read: ", seen.Text("reason"), StringComparison.Ordinal);
        Assert.Contains("Boiler", seen.Text("place"), StringComparison.Ordinal);
        Assert.Equal("Own sources", seen.Text("picker"));
        Assert.Equal(1, seen.Number("marks"));
        Assert.Contains("manual.md", seen.Text("source"), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("aimed").GetBoolean());
        Assert.Equal(
            ["My cat is called Miezi.", "The boiler is in the cellar."],
            seen.Items("kept").Select(one => one.GetString()).Order(StringComparer.Ordinal)
        );
        Assert.True(seen.Number("sideways") <= 0);
    }
}
