namespace Parley.Tests.Web;

/// <summary>Requirements documents at the page, in a real browser: tests/node/page-requirements.mjs.</summary>
public sealed class PageRequirementsTests
{
    [Fact]
    public async Task Requirements_are_written_typed_linked_and_followed_through_their_versions()
    {
        await using var app = await ParleyApp.StartAsync();
        using var page = PageJourney.Start("page-requirements.mjs", app);

        var seen = await page.EndAsync();
        Assert.Equal(["requirement", "test_case", "risk"], seen.Items("typed").Select(one => one.GetString()));
        Assert.Contains("“shall”", seen.Text("why"), StringComparison.Ordinal);
        Assert.StartsWith("Type of statement ", seen.Text("focus"), StringComparison.Ordinal);
        Assert.StartsWith("1 ADDED 1 MODIFIED 1 REMOVED", seen.Text("delta"), StringComparison.Ordinal);
        Assert.Equal("2", seen.Text("changed"));
        Assert.Equal("feature", seen.Text("stays"));
        Assert.Equal("REQ-1", seen.Text("evidence"));
        Assert.True(seen.Number("reached") > 0);
        Assert.Contains("TC-1", seen.Text("tests"), StringComparison.Ordinal);
        Assert.StartsWith("text/csv", seen.Text("csv"), StringComparison.Ordinal);
        Assert.Contains("at least 5 s", seen.Text("conflict"), StringComparison.Ordinal);
        Assert.StartsWith("Tested", seen.Text("coverage"), StringComparison.Ordinal);
        Assert.Equal(2, seen.Number("versions"));
        Assert.Equal(
            ["Markdown 200", "CSV 200", "JSON 200", "ReqIF 1.2 200"],
            seen.Items("exports").Select(one => one.GetString())
        );
        Assert.Contains("broken.pdf", seen.Text("refused"), StringComparison.Ordinal);
        Assert.True(seen.Number("there") < 60);
        Assert.True(seen.Number("sideways") <= 0);
    }
}
