using System.Net;
using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Conversations;

/// <summary>S20: a link shows what its owner meant to show, to anybody, until it ends; and nothing else.</summary>
public sealed class ShareTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person admin = null!;
    private Person ann = null!;

    public async ValueTask InitializeAsync()
    {
        (app, admin) = await Accounts.StartAsync(clock: clock);
        ann = await admin.AddAsync("ann@example.org");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<(string Id, List<string> Messages)> TalkAsync(params string[] messages)
    {
        var id = (
            await ann.JsonAsync("POST", "/api/conversations", """{"title":"Tea <b>","system_prompt":"be kind"}""", 201)
        ).Text("id");
        var ids = new List<string>();
        foreach (var message in messages)
        {
            ids.Add((await ann.JsonAsync("POST", $"/api/conversations/{id}/messages", message, 201)).Text("id"));
        }

        return (id, ids);
    }

    private static string Said(string text, string role = "user") =>
        $$"""{"role":"{{role}}","content":{{text.Quoted()}}}""";

    private Task<JsonElement> ShareAsync(string id, string json = "{}") =>
        ann.JsonAsync("POST", $"/api/conversations/{id}/share", json, 201);

    /// <summary>As somebody who never signed in.</summary>
    private async Task<(int Status, string Body, HttpResponseMessage Answer)> OpenAsync(string path)
    {
        var answer = await app.Client.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    [Fact]
    public async Task S20_a_link_shows_the_path_as_it_was_to_anybody()
    {
        var (id, _) = await TalkAsync(Said("how long?"), Said("three <script>minutes</script>", "assistant"));
        var link = await ShareAsync(id);
        await ann.JsonAsync("POST", $"/api/conversations/{id}/messages", Said("added later"), 201);
        await ann.JsonAsync("PATCH", $"/api/conversations/{id}", """{"title":"renamed"}""");
        var (status, body, answer) = await OpenAsync(link.Text("json_path"));
        Assert.Equal(200, status);
        var shown = JsonDocument.Parse(body).RootElement;
        Assert.Equal("Tea <b>", shown.Text("title"));
        Assert.Equal(
            ["user how long?", "assistant three <script>minutes</script>"],
            shown.Items("messages").Select(m => $"{m.Text("role")} {m.Items("parts")[0].Text("text")}")
        );
        Assert.Equal("noindex, nofollow", answer.Headers.GetValues("X-Robots-Tag").Single());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        foreach (var hidden in new[] { id, ann.Id, "ann@", "be kind", "later", "renamed" })
        {
            Assert.DoesNotContain(hidden, body, StringComparison.Ordinal);
        }

        Assert.Equal(404, (await OpenAsync(link.Text("json_path")[..^1])).Status);
        Assert.Equal(404, (await OpenAsync("/s/" + link.GetProperty("share").Text("id"))).Status);
    }

    [Fact]
    public async Task S35_S36_the_page_runs_and_loads_nothing()
    {
        var (id, _) = await TalkAsync(
            Said("<img src=x onerror=alert(1)> ![a](https://evil.example/x.png)"),
            """{"role":"assistant","parts":[{"type":"code","text":"</code><script>1</script>"},{"type":"citation","name":"\"><b>","url":"https://example.org/?a=\"b"},{"type":"citation","name":"n","url":"javascript:alert(1)"}]}"""
        );
        var (status, body, answer) = await OpenAsync((await ShareAsync(id)).Text("path"));
        Assert.Equal((200, "text/html"), (status, answer.Content.Headers.ContentType!.MediaType));
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script", policy, StringComparison.Ordinal);
        Assert.Contains("<meta name=\"robots\" content=\"noindex, nofollow\">", body, StringComparison.Ordinal);
        foreach (var live in new[] { "<script", "<img", "<b>", "javascript:", "src=\"", "href=\"https://evil" })
        {
            Assert.DoesNotContain(live, body, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains(
            "href=\"https://example.org/?a=&quot;b\" rel=\"noopener noreferrer nofollow\"",
            body,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_was_not_asked_for_is_not_shown()
    {
        var (id, _) = await TalkAsync(
            """{"role":"user","content":"seen","hidden":false}""",
            """{"role":"user","content":"unseen hidden","hidden":true}""",
            """{"role":"system","content":"unseen system"}""",
            """{"role":"assistant","parts":[{"type":"thinking","text":"a thought"},{"type":"tool_call","name":"f","call_id":"c","text":"{\"secret\":1}"},{"type":"text","text":"answer"}]}"""
        );
        var plain = (await OpenAsync((await ShareAsync(id)).Text("json_path"))).Body;
        foreach (var hidden in new[] { "unseen", "a thought", "secret", "call_id" })
        {
            Assert.DoesNotContain(hidden, plain, StringComparison.Ordinal);
        }

        var all = (
            await OpenAsync((await ShareAsync(id, """{"thinking":true,"tools":true}""")).Text("json_path"))
        ).Body;
        Assert.Contains("a thought", all, StringComparison.Ordinal);
        Assert.Contains("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("unseen", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_are_blacked_out_and_another_branch_and_title_can_be_shown()
    {
        var (id, messages) = await TalkAsync(Said("ADA asks Ada of Acme"), Said("first answer", "assistant"));
        await ann.JsonAsync(
            "POST",
            $"/api/conversations/{id}/messages",
            $$"""{"role":"assistant","content":"second answer","parent_id":"{{messages[0]}}"}""",
            201
        );
        var link = await ShareAsync(
            id,
            $$"""{"message_id":"{{messages[1]}}","title":"Ada's tea","redact":["ada","Acme"]}"""
        );
        var shown = JsonDocument.Parse((await OpenAsync(link.Text("json_path"))).Body).RootElement;
        Assert.Equal("███'s tea", shown.Text("title"));
        Assert.Equal(
            ["███ asks ███ of ███", "first answer"],
            shown.Items("messages").Select(m => m.Items("parts")[0].Text("text"))
        );
    }

    [Fact]
    public async Task A_link_ends_with_its_time_its_revocation_its_conversation_and_its_owner()
    {
        var (id, _) = await TalkAsync(Said("tea"));
        var timed = await ShareAsync(id, """{"expires_in_days":2}""");
        var revoked = await ShareAsync(id);
        var kept = await ShareAsync(id);
        var listed = (await ann.JsonAsync("GET", $"/api/conversations/{id}/share")).Items();
        Assert.Equal(3, listed.Count);
        Assert.DoesNotContain(kept.Text("path"), listed[2].GetRawText(), StringComparison.Ordinal);
        using var gone = await ann.SendAsync("DELETE", $"/api/shares/{revoked.GetProperty("share").Text("id")}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal(404, (await OpenAsync(revoked.Text("path"))).Status);
        Assert.Equal(200, (await OpenAsync(timed.Text("path"))).Status);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(404, (await OpenAsync(timed.Text("path"))).Status);
        Assert.Equal(200, (await OpenAsync(kept.Text("path"))).Status);
        ann = await app.SignInAsync("ann@example.org");
        admin = await app.SignInAsync("ada@example.org");
        using var binned = await ann.SendAsync("DELETE", $"/api/conversations/{id}");
        Assert.Equal(404, (await OpenAsync(kept.Text("path"))).Status);
        await ann.JsonAsync("POST", $"/api/conversations/{id}/restore");
        Assert.Equal(200, (await OpenAsync(kept.Text("path"))).Status);
        await admin.JsonAsync("PATCH", $"/api/users/{ann.Id}", """{"disabled":true}""");
        Assert.Equal(404, (await OpenAsync(kept.Text("path"))).Status);
        await admin.JsonAsync("PATCH", $"/api/users/{ann.Id}", """{"disabled":false}""");
        Assert.Equal(200, (await OpenAsync(kept.Text("path"))).Status);
        ann = await app.SignInAsync("ann@example.org");
        using var removed = await ann.SendAsync("DELETE", $"/api/conversations/{id}?permanent=true");
        Assert.Equal(404, (await OpenAsync(kept.Text("path"))).Status);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task What_has_ended_is_removed_with_its_text()
    {
        var (id, _) = await TalkAsync(Said("tea"));
        await ShareAsync(id, """{"expires_in_days":1}""");
        await ShareAsync(id);
        clock.Advance(TimeSpan.FromDays(2));
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        await app.Get<Db>().WriteAsync(tx => ShareLinks.ForgetEnded(tx, now), CancellationToken.None);
        Assert.Equal(1, await CountAsync());
    }

    private Task<long> CountAsync() =>
        app.Get<Db>()
            .ReadAsync(session =>
            {
                using var row = session.Query("SELECT count(*) FROM shares");
                row.Step();
                return row.Int64(0);
            });

    [Fact]
    public async Task S17_S18_only_the_owner_makes_lists_and_revokes()
    {
        var (id, _) = await TalkAsync(Said("tea"));
        var share = (await ShareAsync(id)).GetProperty("share").Text("id");
        var ben = await admin.AddAsync("ben@example.org");
        await ben.JsonAsync("POST", $"/api/conversations/{id}/share", "{}", 404);
        await ben.JsonAsync("GET", $"/api/conversations/{id}/share", null, 404);
        await ben.JsonAsync("DELETE", $"/api/shares/{share}", null, 404);
        await ann.JsonAsync(
            "PUT",
            $"/api/conversations/{id}/grants",
            $$"""{"grants":[{"user_id":"{{ben.Id}}","rights":["read","write","share"]}]}"""
        );
        await ben.JsonAsync("POST", $"/api/conversations/{id}/share", "{}", 403);
        await ben.JsonAsync("GET", $"/api/conversations/{id}/share", null, 403);
        Assert.Empty((await ben.JsonAsync("GET", "/api/shares")).Items());
        Assert.Equal(share, (await ann.JsonAsync("GET", "/api/shares")).Items().Single().Text("id"));
    }

    [Fact]
    public async Task S46_making_and_revoking_are_audited_and_only_the_hash_is_kept()
    {
        var (id, _) = await TalkAsync(Said("tea"));
        var link = await ShareAsync(id);
        using var gone = await ann.SendAsync("DELETE", $"/api/shares/{link.GetProperty("share").Text("id")}");
        var audit = (await admin.JsonAsync("GET", "/api/audit")).Items();
        Assert.Contains(audit, a => a.Text("action") == "share-made" && a.Text("subject_id") == id);
        Assert.Contains(audit, a => a.Text("action") == "share-revoked" && a.Text("subject_id") == id);
        await ShareAsync(id);
        var kept = await app.Get<Db>()
            .ReadAsync(session =>
            {
                using var row = session.Query("SELECT hash FROM shares");
                row.Step();
                return row.Blob(0).ToArray();
            });
        Assert.Equal(32, kept.Length);
    }

    [Theory]
    [InlineData("""{"expires_in_days":0}""", "expires_in_days")]
    [InlineData("""{"expires_in_days":4000}""", "expires_in_days")]
    [InlineData("""{"redact":[""]}""", "redact[0]")]
    [InlineData("""{"message_id":"00000000-0000-7000-8000-000000000000"}""", "message_id")]
    [InlineData("""{"owner":"x"}""", "owner")]
    public async Task What_cannot_be_meant_is_refused(string json, string field)
    {
        var (id, _) = await TalkAsync(Said("tea"));
        var refused = await ann.JsonAsync("POST", $"/api/conversations/{id}/share", json, 400);
        Assert.Contains(field, refused.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_path_and_one_that_is_too_long_are_refused()
    {
        var (empty, _) = await TalkAsync();
        await ann.JsonAsync("POST", $"/api/conversations/{empty}/share", "{}", 400);
        var (id, _) = await TalkAsync([.. Enumerable.Repeat(Said(new string('x', 900_000)), 5)]);
        await ann.JsonAsync("POST", $"/api/conversations/{id}/share", "{}", 413);
    }
}
