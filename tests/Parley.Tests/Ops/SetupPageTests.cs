using System.Net;

namespace Parley.Tests.Ops;

/// <summary>S3: the link that a server without an account prints, and the page it leads to.</summary>
public sealed class SetupPageTests
{
    [Fact]
    public async Task The_setup_page_is_there_until_there_is_an_admin()
    {
        await using var app = await ParleyApp.StartAsync(identity: Accounts.Options());
        using var page = await app.Client.GetAsync("/setup");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(
            "script-src 'self'",
            page.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Accounts.SetupCode, html, StringComparison.Ordinal);
        Assert.Contains("<script src=\"/setup.js\" defer></script>", html, StringComparison.Ordinal);
        using var script = await app.Client.GetAsync("/setup.js");
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        await app.SetUpAsync();
        await app.GetJsonAsync("/setup", 404);
        await app.GetJsonAsync("/setup.js", 404);
    }

    [Fact]
    public async Task A_server_for_a_single_user_has_nothing_to_set_up()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.GetJsonAsync("/setup", 404);
    }

    [Fact]
    public async Task The_first_serve_prints_one_link_whose_code_makes_the_first_account()
    {
        using var data = new TempFolder();
        await using var server = await ServedProcess.StartAsync(data.Path, "--single-user", "false");
        var line = await server.NextLineAsync();
        var link = new Uri(line[(line.LastIndexOf(' ') + 1)..]);
        Assert.Equal($"{server.Http.BaseAddress}setup", link.GetLeftPart(UriPartial.Path));
        using var page = await server.Http.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var made = await server.Http.PostAsync(
            "/api/auth/signup",
            new StringContent(
                $$"""{"email":"ada@example.org","password":"{{Accounts.Password}}","setup_code":"{{link.Fragment[1..]}}"}""",
                System.Text.Encoding.UTF8,
                "application/json"
            )
        );
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var gone = await server.Http.GetAsync(link);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }
}
