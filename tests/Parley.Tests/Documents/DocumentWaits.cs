using System.Text.Json;
using Parley.Kernel;

namespace Parley.Tests;

/// <summary>Documents as tests wait for them.</summary>
internal static class DocumentWaits
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The document once it is ready or has failed: whatever its job did is committed by then.</summary>
    public static async Task<JsonElement> ReadyAsync(
        this ParleyApp app,
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var view = await app.SendJsonAsync("GET", path, null, 200, headers);
            if (view.Text("status") is "ready" or "failed")
            {
                return view;
            }

            // A write of our own comes after those that wait: no guess at how long the job takes.
            await app.Get<Db>().WriteAsync(static _ => { }, limit.Token);
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
