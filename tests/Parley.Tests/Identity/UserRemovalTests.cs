using Parley.Kernel;
using Parley.Ops;

namespace Parley.Tests.Identity;

/// <summary>Accounts that go, and what becomes of what they owned.</summary>
public sealed class UserRemovalTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private Person admin = null!;
    private Person ben = null!;

    public async ValueTask InitializeAsync()
    {
        (app, admin) = await Accounts.StartAsync();
        ben = await admin.AddAsync("ben@example.org");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<string> TalkAsync(Person who, string words, string space = "default")
    {
        var made = await who.JsonAsync(
            "POST",
            "/api/conversations",
            $$"""{"title":"{{words}} title","space":"{{space}}","tags":["work"]}""",
            201
        );
        var id = made.Text("id");
        await who.JsonAsync(
            "POST",
            $"/api/conversations/{id}/messages",
            $$"""{"role":"user","content":"{{words}} question"}""",
            201
        );
        return id;
    }

    private static async Task<List<string>> NamesAsync(Person who, string path) =>
        [.. (await who.JsonAsync("GET", path)).Items().Select(item => item.Text("name"))];

    /// <summary>Nothing of the account is in any table, and the store is sound.</summary>
    private async Task AssertGoneAsync(string userId)
    {
        Assert.True(Ids.TryParse(userId, IdKind.User, out var id));
        ReadOnlySpan<string> tables =
        [
            "conversations",
            "documents",
            "spaces",
            "folders",
            "tags",
            "message_stats",
            "conversation_stats",
            "deleted_items",
            "shared_messages",
            "saved_searches",
            "submitted_queries",
            "imports",
            "idempotency_keys",
        ];
        foreach (var table in tables)
        {
            var left = app.Get<Db>()
                .Read(session =>
                {
                    using var count = session.Query($"SELECT count(*) FROM {table} WHERE owner_id = ?1");
                    return count.Bind(1, id).Step() ? count.Int64(0) : 0;
                });
            Assert.True(left == 0, $"{left} rows in {table}");
        }

        await foreach (var finding in app.Get<Doctor>().ExamineAsync(default))
        {
            Assert.True(finding.Sound, finding.ToString());
        }
    }

    [Fact]
    public async Task An_account_that_owns_nothing_goes_with_its_sessions_and_keys()
    {
        var key = await ben.KeyAsync("all");
        await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}", status: 204);
        await admin.JsonAsync("GET", $"/api/users/{ben.Id}", status: 404);
        await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}", status: 404);
        await ben.JsonAsync("GET", "/api/conversations", status: 401);
        await key.JsonAsync("GET", "/api/conversations", status: 401);
        await app.SendJsonAsync("POST", "/api/auth/refresh", $$"""{"refresh_token":"{{ben.Refresh}}"}""", 401);
        await AssertGoneAsync(ben.Id);
        var audit = (await admin.JsonAsync("GET", $"/api/audit?action=user-removed&subject_id={ben.Id}")).Items();
        Assert.Equal("owned nothing", audit.Single().Text("detail"));
        await admin.AddAsync("ben@example.org");
    }

    [Fact]
    public async Task One_that_owns_something_goes_only_when_it_is_said_what_becomes_of_that()
    {
        await TalkAsync(ben, "walrus");
        var refused = await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}", status: 409);
        Assert.Contains("give_to", refused.Text("detail"), StringComparison.Ordinal);
        await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}?give_to=x", status: 400);
        await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}?give_to={ben.Id}", status: 400);
        await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}?give_to={admin.Id}&remove_content=true", status: 400);
        await ben.JsonAsync("GET", "/api/conversations");
    }

    [Fact]
    public async Task Nobody_removes_themselves_or_the_last_admin()
    {
        await admin.JsonAsync("DELETE", $"/api/users/{admin.Id}", status: 409);
        var other = await admin.AddAsync("cleo@example.org", "admin");
        await other.JsonAsync("DELETE", $"/api/users/{admin.Id}", status: 204);
        await other.JsonAsync("DELETE", $"/api/users/{other.Id}", status: 409);
        await ben.JsonAsync("DELETE", $"/api/users/{other.Id}", status: 403);
    }

    [Fact]
    public async Task Content_is_removed_for_good()
    {
        var kept = await TalkAsync(admin, "walrus");
        var gone = await TalkAsync(ben, "walrus", "home");
        await TalkAsync(ben, "narwhal");
        await ben.JsonAsync("DELETE", $"/api/conversations/{gone}", status: 204);
        await ben.JsonAsync("POST", "/api/search/saved", """{"name":"s","query":"walrus"}""", 201);
        await ben.JsonAsync("POST", "/api/folders", """{"name":"f"}""", 201);
        await ImportAsync(ben);
        await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}?remove_content=true", status: 204);
        await AssertGoneAsync(ben.Id);
        await admin.JsonAsync("GET", $"/api/conversations/{gone}", status: 404);
        await admin.JsonAsync("GET", $"/api/conversations/{kept}");
        Assert.Single((await admin.JsonAsync("GET", "/api/search?q=walrus+question")).Items());
    }

    [Fact]
    public async Task Content_is_handed_over_whole_and_found_by_who_got_it()
    {
        var cleo = await admin.AddAsync("cleo@example.org");
        await TalkAsync(cleo, "otter", "home");
        await ImportAsync(cleo);
        var before = await cleo.JsonAsync("GET", "/api/stats");
        var (inDefault, inHome) = (await TalkAsync(ben, "walrus"), await TalkAsync(ben, "narwhal", "home"));
        var binned = await TalkAsync(ben, "beluga");
        await ben.JsonAsync("DELETE", $"/api/conversations/{binned}", status: 204);
        await ben.JsonAsync("POST", "/api/search/saved", """{"name":"s","query":"walrus"}""", 201);
        await ImportAsync(ben);
        var theirs = await ben.JsonAsync("GET", "/api/stats");
        await admin.JsonAsync("DELETE", $"/api/users/{ben.Id}?give_to={cleo.Id}", status: 204);
        await AssertGoneAsync(ben.Id);

        Assert.Equal(["ben", "default", "home", "home (ben)"], await NamesAsync(cleo, "/api/spaces"));
        Assert.Equal(["work", "work (ben)"], await NamesAsync(cleo, "/api/tags"));
        Assert.Equal(["s"], await NamesAsync(cleo, "/api/search/saved"));
        Assert.Equal("ben", (await cleo.JsonAsync("GET", $"/api/conversations/{inDefault}")).Text("space"));
        Assert.Equal("home (ben)", (await cleo.JsonAsync("GET", $"/api/conversations/{inHome}")).Text("space"));
        Assert.Contains((await cleo.JsonAsync("GET", "/api/bin")).Items(), item => item.Text("id") == binned);
        Assert.Single((await cleo.JsonAsync("GET", "/api/search?q=walrus+question")).Items());
        Assert.Single((await cleo.JsonAsync("GET", "/api/search?q=narwhal+title")).Items());
        Assert.Empty((await admin.JsonAsync("GET", "/api/search?q=walrus")).Items());
        var after = await cleo.JsonAsync("GET", "/api/stats");
        Assert.Equal(before.Number("conversations") + theirs.Number("conversations"), after.Number("conversations"));
        Assert.Equal(before.Number("messages") + theirs.Number("messages"), after.Number("messages"));
        Assert.Equal(2, (await cleo.JsonAsync("GET", "/api/imports")).Items().Count);
    }

    [Fact]
    public async Task The_first_admin_can_go_and_commands_on_this_machine_work_on()
    {
        var mine = await TalkAsync(admin, "walrus");
        var other = await admin.AddAsync("cleo@example.org", "admin");
        await other.JsonAsync("DELETE", $"/api/users/{admin.Id}?give_to={other.Id}", status: 204);
        Assert.Equal("ada", (await other.JsonAsync("GET", $"/api/conversations/{mine}")).Text("space"));
        Assert.Equal(["ada", "default"], await NamesAsync(other, "/api/spaces"));
        var local = other with { Token = app.Get<Parley.Identity.LocalAccess>().Token };
        await TalkAsync(local, "walrus");
    }

    private static async Task ImportAsync(Person who)
    {
        var job = await who.ImportAsync(await Uploads.ExportAsync("c1", "imported"), "export.zip");
        Assert.Equal("done", job.Text("status"));
    }
}
