using System.Text.Json;

namespace Parley.Tests.Identity;

/// <summary>Groups of people, as admins keep them.</summary>
public sealed class GroupTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private Person admin = null!;

    public async ValueTask InitializeAsync() => (app, admin) = await Accounts.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<JsonElement> MakeAsync(string name, int status = 201) =>
        admin.JsonAsync("POST", "/api/groups", $$"""{"name":{{name.Quoted()}}}""", status);

    [Fact]
    public async Task A_group_is_made_renamed_and_deleted_and_all_of_it_is_written_down()
    {
        var made = await MakeAsync(" Family ");
        Assert.Equal(("Family", 0), (made.Text("name"), made.Number("members")));
        await MakeAsync("fAMILY", 409);
        var id = made.Text("id");
        var renamed = await admin.JsonAsync("PATCH", $"/api/groups/{id}", """{"name":"family"}""");
        Assert.Equal("family", renamed.Text("name"));
        await MakeAsync("Team");
        await admin.JsonAsync("PATCH", $"/api/groups/{id}", """{"name":"TEAM"}""", 409);
        Assert.Equal(
            ["family", "Team"],
            (await admin.JsonAsync("GET", "/api/groups")).Items().Select(g => g.Text("name"))
        );
        await admin.JsonAsync("DELETE", $"/api/groups/{id}", status: 204);
        await admin.JsonAsync("DELETE", $"/api/groups/{id}", status: 404);
        await admin.JsonAsync("GET", $"/api/groups/{id}", status: 404);
        var audit = await admin.JsonAsync("GET", $"/api/audit?subject_id={id}");
        Assert.Equal(
            ["group-removed", "group-change", "group-made"],
            audit.Items().Select(entry => entry.Text("action"))
        );
    }

    [Fact]
    public async Task Members_are_set_added_and_taken_out()
    {
        var (ben, cleo) = (await admin.AddAsync("ben@example.org"), await admin.AddAsync("cleo@example.org"));
        var path = $"/api/groups/{(await MakeAsync("team")).Text("id")}/members";
        var set = await admin.JsonAsync("PUT", path, $$"""{"users":["{{ben.Id}}","{{ben.Id}}","{{cleo.Id}}"]}""");
        Assert.Equal(2, set.Number("members"));
        Assert.Equal(
            ["ben@example.org", "cleo@example.org"],
            (await admin.JsonAsync("GET", path)).Items().Select(u => u.Text("email"))
        );
        Assert.Equal(["team"], (await ben.JsonAsync("GET", "/api/auth/groups")).Items().Select(g => g.Text("name")));
        await admin.JsonAsync("PUT", path, $$"""{"users":["{{cleo.Id}}"]}""");
        Assert.Empty((await ben.JsonAsync("GET", "/api/auth/groups")).Items());
        Assert.Equal(2, (await admin.JsonAsync("PUT", $"{path}/{admin.Id}")).Number("members"));
        Assert.Equal(1, (await admin.JsonAsync("DELETE", $"{path}/{admin.Id}")).Number("members"));
        Assert.Equal(1, (await admin.JsonAsync("DELETE", $"{path}/{admin.Id}")).Number("members"));
    }

    [Fact]
    public async Task Groups_and_members_come_in_pages()
    {
        for (var i = 0; i < 5; i++)
        {
            await MakeAsync($"group {i}");
        }

        var names = new List<string>();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = await admin.JsonAsync("GET", $"/api/groups?limit=2{cursor}");
            names.AddRange(page.Items().Select(g => g.Text("name")));
            cursor = page.IsNull("next_cursor") ? null : "&cursor=" + page.Text("next_cursor");
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"group {i}"), names);
        await admin.JsonAsync("GET", "/api/groups?cursor=x", status: 400);
    }

    [Theory]
    [InlineData("""{"users":["x"]}""", "users[0] is no id of an account")]
    [InlineData("""{}""", "users is required")]
    [InlineData("""{"users":["00000000-0000-7000-8000-000000000000"]}""", "users[0] is no id of an account")]
    public async Task Members_that_are_nobody_are_refused(string json, string why)
    {
        var id = (await MakeAsync("team")).Text("id");
        var refused = await admin.JsonAsync("PUT", $"/api/groups/{id}/members", json, 400);
        Assert.Contains(why, refused.Text("detail"), StringComparison.Ordinal);
        await admin.JsonAsync("PUT", $"/api/groups/{id}/members/{id}", status: 404);
    }

    [Theory]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"a\u0007b"}""")]
    [InlineData("""{"name":"a","id":"b"}""")]
    [InlineData("""{}""")]
    public async Task A_group_without_a_usable_name_is_refused(string json) =>
        await admin.JsonAsync("POST", "/api/groups", json, 400);
}
