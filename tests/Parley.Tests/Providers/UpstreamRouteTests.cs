using System.Text.Json;
using Parley.Providers;

namespace Parley.Tests.Providers;

/// <summary>Upstreams as admins set them up, and what users see of them.</summary>
public sealed class UpstreamRouteTests
{
    private const string All = "/api/upstreams";

    /// <summary>Every route once, for the published description.</summary>
    internal static async Task AskAsync(ParleyApp app, Func<string, string, string?, Task<JsonElement>> ask)
    {
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "m:1b");
        var made = await ask($"POST {All}", All, Body("mine", upstream, "sk-0123456789abcd"));
        var one = $"{All}/{made.Text("id")}";
        await ask($"GET {All}/{{id}}", one, null);
        await ask($"PATCH {All}/{{id}}", one, """{"prefix":"local/","models":["m*"]}""");
        Assert.True((await ask($"POST {All}/{{id}}/test", one + "/test", null)).Flag("ok"));
        Assert.Equal(
            "local/m:1b",
            (await ask("GET /api/models/list", "/api/models/list", null)).Items()[0].Text("name")
        );
        await ask("GET /api/models/{id}/info", "/api/models/local%2Fm:1b/info", null);
        const string Prices = "/api/models/prices";
        var price = """{"upstream":"mine","model":"m*","currency":"EUR","input_micros":1,"output_micros":2}""";
        var set = await ask($"PUT {Prices}", Prices, price);
        await ask($"GET {Prices}", Prices, null);
        await ask($"DELETE {Prices}/{{id}}", $"{Prices}/{set.Text("id")}", null);
        await ask("GET /api/models/costs", "/api/models/costs", null);
        await ask("GET /api/models/costs/all", "/api/models/costs/all", null);
        await ask("POST /api/models/cache/clear", "/api/models/cache/clear", null);
        await ask($"DELETE {All}/{{id}}", one, null);
        Assert.Empty((await app.GetJsonAsync(All)).Items());
    }

    private static string Body(string name, FakeUpstream upstream, string key) =>
        $$$"""{"name":"{{{name}}}","kind":"{{{upstream.Kind.Name()}}}","base_url":"{{{upstream.BaseUrl}}}","key":"{{{key}}}","headers":{"X-Team":"tests"}}""";

    [Fact]
    public async Task S44_a_key_is_sealed_in_the_store_and_never_shown_again()
    {
        const string Key = "sk-very-secret-0123456789";
        await using var app = await ParleyApp.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        var made = await app.PostJsonAsync(All, Body("mine", upstream, Key));
        Assert.Equal("6789", made.Text("key_hint"));
        Assert.DoesNotContain(Key, (await app.GetJsonAsync(All)).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, (await app.GetJsonAsync("/api/audit")).GetRawText(), StringComparison.Ordinal);

        // It survives a restart, and goes out with the headers.
        await app.RestartAsync();
        await Asked.RunAsync(app, "m");
        var asked = await upstream.NextRequestAsync();
        Assert.Equal(("Bearer " + Key, "tests"), ($"{asked.Headers.Authorization}", $"{asked.Headers["X-Team"]}"));
        foreach (
            var file in Directory
                .EnumerateFiles(app.DataFolder, "*", SearchOption.AllDirectories)
                .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal))
        )
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf("very-secret"u8));
        }

        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(Path.Combine(app.DataFolder, "upstreams.key"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        }
    }

    [Fact]
    public async Task S40_another_host_does_not_get_the_key_of_the_old_one()
    {
        await using var app = await ParleyApp.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        var made = await app.PostJsonAsync(All, Body("mine", upstream, "sk-0123456789abcd"));
        var one = $"{All}/{made.Text("id")}";
        var refused = await app.PatchJsonAsync(one, """{"base_url":"https://evil.example/v1"}""", 400);
        Assert.Equal("key", refused.Items("errors")[0].Text("field"));
        var moved = await app.PatchJsonAsync(one, """{"base_url":"https://other.example/v1","key":""}""");
        Assert.True(moved.IsNull("key_hint"));
        Assert.Empty(moved.Items("headers"));
    }

    [Fact]
    public async Task Only_the_users_an_admin_names_see_and_use_an_upstream()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "m");
        var ann = await admin.AddAsync("ann@example.org");
        var ben = await admin.AddAsync("ben@example.org");
        var made = await admin.JsonAsync("POST", All, Body("mine", upstream, "k"), 201);
        Assert.Single((await ben.JsonAsync("GET", "/api/models/list")).Items());
        await admin.JsonAsync("PATCH", $"{All}/{made.Text("id")}", $$"""{"users":["{{ann.Id}}"]}""");
        Assert.Single((await ann.JsonAsync("GET", "/api/models/list")).Items());
        Assert.Empty((await ben.JsonAsync("GET", "/api/models/list")).Items());
        await ben.JsonAsync("GET", "/api/models/m/info", status: 404);
        var actions = (await admin.JsonAsync("GET", "/api/audit")).Items().Select(e => e.Text("action")).ToList();
        Assert.Contains("upstream-made", actions);
        Assert.Contains("upstream-change", actions);
    }

    [Theory]
    [InlineData("""{"name":"x","kind":"ollama","base_url":"ftp://a"}""", "base_url")]
    [InlineData("""{"name":"x","kind":"ollama","base_url":"http://user:pw@a"}""", "base_url")]
    [InlineData("""{"name":"x","kind":"telnet","base_url":"http://a"}""", "kind")]
    [InlineData("""{"name":"","kind":"ollama","base_url":"http://a"}""", "name")]
    [InlineData("""{"name":"x","kind":"ollama","base_url":"http://a","key":"a\r\nb"}""", "key")]
    [InlineData("""{"name":"x","kind":"ollama","base_url":"http://a","headers":{"Host":"b"}}""", "headers")]
    [InlineData("""{"name":"x","kind":"ollama","base_url":"http://a","users":["me"]}""", "users")]
    public async Task What_cannot_be_used_is_refused_by_name(string body, string field)
    {
        await using var app = await ParleyApp.StartAsync();
        var refused = await app.PostJsonAsync(All, body, 400);
        Assert.Contains(refused.Items("errors"), e => e.Text("field") == field);
    }

    [Fact]
    public async Task Two_upstreams_cannot_have_one_name()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.PostJsonAsync(All, """{"name":"Mine","kind":"ollama","base_url":"http://127.0.0.1:1"}""");
        await app.PostJsonAsync(All, """{"name":"mine","kind":"ollama","base_url":"http://127.0.0.1:2"}""", 409);
    }

    [Fact]
    public async Task A_test_of_an_upstream_says_what_is_wrong()
    {
        await using var app = await ParleyApp.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        upstream.ListScript = FakeScript.Refuse(
            401,
            """{"error":{"message":"Incorrect API key provided: sk-0123456789abcd."}}"""
        );
        var made = await app.PostJsonAsync(All, Body("mine", upstream, "sk-0123456789abcd"));
        var tested = await app.PostJsonAsync($"{All}/{made.Text("id")}/test", null, 200);
        Assert.False(tested.Flag("ok"));
        Assert.Equal("mine answered 401: Incorrect API key provided: ….", tested.Text("error"));
        Assert.Equal(tested.Text("error"), (await app.GetJsonAsync(All)).Items()[0].Text("last_error"));
    }

    [Fact]
    public async Task What_a_test_found_is_what_the_list_says()
    {
        await using var app = await ParleyApp.StartAsync();
        var made = await app.PostJsonAsync(All, """{"name":"dead","kind":"ollama","base_url":"http://127.0.0.1:1"}""");
        var one = $"{All}/{made.Text("id")}";
        Assert.Equal("ready", made.Text("state"));
        var tested = await app.PostJsonAsync(one + "/test", null, 200);
        var listed = await app.GetJsonAsync(one);
        Assert.Equal(("failing", tested.Text("error")), (listed.Text("state"), listed.Text("last_error")));

        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "m");
        await app.PatchJsonAsync(one, $$"""{"base_url":"{{upstream.BaseUrl}}"}""");
        Assert.True((await app.PostJsonAsync(one + "/test", null, 200)).Flag("ok"));
        listed = await app.GetJsonAsync(one);
        Assert.True(listed.IsNull("last_error"));
        Assert.Equal("ready", listed.Text("state"));
    }
}
