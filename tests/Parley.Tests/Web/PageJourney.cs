using System.Diagnostics;
using System.Text.Json;

namespace Parley.Tests.Web;

/// <summary>A script of tests/node that walks through the page (walk.mjs), step by step.</summary>
internal sealed class PageJourney : IDisposable
{
    private readonly Process script;

    private PageJourney(Process script) => this.script = script;

    /// <summary>Starts it with what it has to know; its pictures go to artifacts/screens.</summary>
    public static PageJourney Start(string name, ParleyApp app, params string[] facts)
    {
        var screens = Path.Combine(SourceTree.Root, "artifacts", "screens");
        Directory.CreateDirectory(screens);
        return new PageJourney(NodeTools.Start(name, [At(app), screens, .. facts]));
    }

    private static string At(ParleyApp app) => $"http://localhost:{app.Client.BaseAddress!.Port}";

    /// <summary>It has come to that place.</summary>
    public async Task AtAsync(string place) => Assert.Equal(place, await NodeTools.ReadLineAsync(script));

    public async Task GoOnAsync()
    {
        await script.StandardInput.WriteLineAsync();
        await script.StandardInput.FlushAsync();
    }

    /// <summary>What it saw; on the way nothing failed, and axe, policy and network had nothing to say.</summary>
    public async Task<JsonElement> EndAsync()
    {
        var seen = JsonDocument.Parse(await NodeTools.ReadLineAsync(script)).RootElement;
        Assert.Empty(seen.Items("violations").Select(v => v.GetString()));
        Assert.Empty(seen.Items("faults").Select(v => v.GetString()));
        return seen;
    }

    public void Dispose()
    {
        script.Kill(entireProcessTree: true);
        script.Dispose();
    }
}
