using System.Diagnostics;

namespace Parley.Tests.Identity.Oidc;

/// <summary>The npm package oidc-provider as a process of its own; tests/node/provider.mjs has its people.</summary>
internal sealed class RealProvider : IAsyncDisposable
{
    public const string Secret = "a secret that the tests know";
    private readonly Process process;

    private RealProvider(Process process, string issuer)
    {
        this.process = process;
        Issuer = issuer;
    }

    public string Issuer { get; }

    public static async Task<RealProvider> StartAsync()
    {
        var process = NodeTools.Start("provider.mjs");
        var issuer = await NodeTools.ReadLineAsync(process);
        // Nothing may block on a full pipe.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return new RealProvider(process, issuer);
    }

    /// <summary>Goes through the provider's own pages as somebody, from Parley's redirect to the address of the way back.</summary>
    public async Task<Uri> SignInAsync(Browser browser, Uri begun, string name)
    {
        var at = begun;
        for (var steps = 0; steps < 12; steps++)
        {
            using var page = await browser.GetAsync(at);
            if ((int)page.StatusCode is 302 or 303)
            {
                at = Browser.Next(page);
                if (at.AbsolutePath == "/api/auth/oidc/callback")
                {
                    return at;
                }

                continue;
            }

            var html = await page.Content.ReadAsStringAsync();
            var prompt = html.Contains("value=\"login\"", StringComparison.Ordinal) ? "login" : "consent";
            using var form = new FormUrlEncodedContent([
                new("prompt", prompt),
                new("login", name),
                new("password", "any"),
            ]);
            using var sent = await browser.SendAsync(HttpMethod.Post, at, form);
            at = Browser.Next(sent);
        }

        throw new InvalidOperationException($"the provider's pages have no end: {at}");
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await process.WaitForExitAsync(limit.Token);
        process.Dispose();
    }
}
