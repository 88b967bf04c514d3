using System.Text.Json;
using Parley.Files;
using Parley.Kernel;

namespace Parley.Tests.Conversations;

/// <summary>S17, S18: what is granted can be done, and nothing else; who was granted nothing finds nothing.</summary>
public sealed class SharingTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private Person admin = null!;
    private Person ada = null!;
    private Person ben = null!;
    private Person cleo = null!;
    private string talk = null!;
    private string message = null!;

    public async ValueTask InitializeAsync()
    {
        (app, admin) = await Accounts.StartAsync();
        ada = await admin.AddAsync("owner@example.org");
        ben = await admin.AddAsync("ben@example.org");
        cleo = await admin.AddAsync("cleo@example.org");
        (talk, message) = await TalkAsync("walrus", "home");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<(string Id, string Message)> TalkAsync(string words, string space)
    {
        var made = await ada.JsonAsync(
            "POST",
            "/api/conversations",
            $$"""{"title":"{{words}}","space":"{{space}}","tags":["secret tag"]}""",
            201
        );
        var id = made.Text("id");
        var said = await ada.JsonAsync("POST", $"/api/conversations/{id}/messages", Said(words), 201);
        return (id, said.Text("id"));
    }

    private static string Said(string words) => $$"""{"role":"user","content":"{{words}} question"}""";

    private static string To(Person who, params string[] rights) =>
        $$"""{"user_id":"{{who.Id}}","rights":[{{string.Join(',', rights.Select(r => r.Quoted()))}}]}""";

    private static Task<JsonElement> GrantAsync(Person by, string path, int status, params string[] grants) =>
        by.JsonAsync("PUT", $"{path}/grants", $$"""{"grants":[{{string.Join(',', grants)}}]}""", status);

    private Task<JsonElement> GrantAsync(params string[] grants) =>
        GrantAsync(ada, $"/api/conversations/{talk}", 200, grants);

    private async Task<string> SpaceAsync(string name) =>
        (await ada.JsonAsync("GET", "/api/spaces")).Items().Single(s => s.Text("name") == name).Text("id");

    private static async Task<List<string>> SharedAsync(Person who, string filter = "") =>
        [
            .. (await who.JsonAsync("GET", $"/api/conversations?shared=true{filter}"))
                .Items()
                .Select(c => c.Text("title")),
        ];

    [Fact]
    public async Task Who_was_granted_nothing_finds_nothing()
    {
        foreach (var path in new[] { "", "/messages", $"/messages/{message}", "/grants" })
        {
            await ben.JsonAsync("GET", $"/api/conversations/{talk}{path}", status: 404);
        }

        await ben.JsonAsync("POST", $"/api/conversations/{talk}/messages", Said("x"), 404);
        await ben.JsonAsync("PATCH", $"/api/conversations/{talk}", """{"title":"x"}""", 404);
        await ben.JsonAsync("DELETE", $"/api/conversations/{talk}", status: 404);
        await ben.JsonAsync("POST", $"/api/conversations/{talk}/fork", status: 404);
        await ben.JsonAsync("GET", $"/api/export/conversations/{talk}/json", status: 404);
        await GrantAsync(ben, $"/api/conversations/{talk}", 404, To(ben, "read"));
        await GrantAsync(ben, $"/api/spaces/{await SpaceAsync("home")}", 404, To(ben, "read"));
        Assert.Empty(await SharedAsync(ben));
    }

    [Fact]
    public async Task A_reader_reads_and_changes_nothing()
    {
        var granted = await GrantAsync(To(ben, "read"));
        Assert.Equal("ben", granted.Items().Single().Text("name"));
        var seen = await ben.JsonAsync("GET", $"/api/conversations/{talk}");
        Assert.Equal(("walrus", ""), (seen.Text("title"), seen.Text("space")));
        Assert.Empty(seen.Items("tags"));
        Assert.Equal(
            ("owner", ada.Id),
            (seen.GetProperty("shared").Text("owner_name"), seen.GetProperty("shared").Text("owner_id"))
        );
        Assert.Single(seen.Items("messages"));
        Assert.Single((await ben.JsonAsync("GET", $"/api/conversations/{talk}/messages")).Items());
        await ben.JsonAsync("GET", $"/api/conversations/{talk}/messages/{message}");
        var export = await ben.JsonAsync("GET", $"/api/export/conversations/{talk}/json");
        Assert.DoesNotContain("secret tag", export.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["walrus"], await SharedAsync(ben));
        Assert.Empty((await ben.JsonAsync("GET", "/api/conversations")).Items());

        await ben.JsonAsync("POST", $"/api/conversations/{talk}/messages", Said("x"), 403);
        await ben.JsonAsync("PATCH", $"/api/conversations/{talk}/messages/{message}", """{"content":"x"}""", 403);
        await ben.JsonAsync("DELETE", $"/api/conversations/{talk}/messages/{message}", status: 403);
        await ben.JsonAsync("PATCH", $"/api/conversations/{talk}", """{"title":"x"}""", 403);
        await ben.JsonAsync("POST", $"/api/conversations/{talk}/archive", status: 403);
        await ben.JsonAsync("DELETE", $"/api/conversations/{talk}?permanent=true", status: 403);
        await ben.JsonAsync("GET", $"/api/conversations/{talk}/grants", status: 403);
        await GrantAsync(ben, $"/api/conversations/{talk}", 403, To(cleo, "read"));
        await cleo.JsonAsync("GET", $"/api/conversations/{talk}", status: 404);
    }

    [Fact]
    public async Task A_reader_forks_into_a_conversation_of_their_own()
    {
        await GrantAsync(To(ben, "read"));
        var fork = await ben.JsonAsync("POST", $"/api/conversations/{talk}/fork", status: 201);
        Assert.Equal("default", fork.Text("space"));
        Assert.Empty(fork.Items("tags"));
        await ada.JsonAsync("GET", $"/api/conversations/{fork.Text("id")}", status: 404);
        Assert.Single((await ben.JsonAsync("GET", "/api/search?q=walrus+question")).Items());
    }

    [Fact]
    public async Task A_writer_adds_and_edits_but_deletes_and_moves_nothing()
    {
        await GrantAsync(To(ben, "write"));
        await ben.JsonAsync("POST", $"/api/conversations/{talk}/messages", Said("otter"), 201);
        await ben.JsonAsync("PATCH", $"/api/conversations/{talk}/messages/{message}", """{"content":"seal"}""");
        await ben.JsonAsync("PATCH", $"/api/conversations/{talk}", """{"title":"seals"}""");
        Assert.Equal("seals", (await ada.JsonAsync("GET", $"/api/conversations/{talk}")).Text("title"));
        Assert.Single((await ada.JsonAsync("GET", "/api/search?q=otter+question")).Items());
        Assert.Empty((await ben.JsonAsync("GET", "/api/search?q=otter+question")).Items());
        foreach (
            var json in new[] { """{"space":"x"}""", """{"tags":[]}""", """{"pinned":true}""", """{"folder":""}""" }
        )
        {
            await ben.JsonAsync("PATCH", $"/api/conversations/{talk}", json, 403);
        }

        await ben.JsonAsync("DELETE", $"/api/conversations/{talk}/messages/{message}", status: 403);
        await ben.JsonAsync("DELETE", $"/api/conversations/{talk}", status: 403);
        await GrantAsync(ben, $"/api/conversations/{talk}", 403, To(cleo, "read"));
    }

    [Fact]
    public async Task Who_may_share_grants_on_as_far_as_they_may_themselves()
    {
        await GrantAsync(To(ben, "share"), To(admin, "read"));
        var path = $"/api/conversations/{talk}";
        await GrantAsync(ben, path, 403, To(ben, "share"), To(admin, "read"), To(cleo, "write"));
        await GrantAsync(ben, path, 403, To(ben, "share", "write"), To(admin, "read"));
        await GrantAsync(ben, path, 403, To(ben, "share"), To(cleo, "read"));
        await GrantAsync(ben, path, 200, To(ben, "share"), To(admin, "read"), To(cleo, "read"));
        await cleo.JsonAsync("GET", path);
        await GrantAsync(ben, path, 200, To(ben, "share"), To(admin, "read"));
        await cleo.JsonAsync("GET", path, status: 404);
        await GrantAsync(ada, path, 200);
        await ben.JsonAsync("GET", path, status: 404);
        var audit = (await admin.JsonAsync("GET", $"/api/audit?subject_id={talk}")).Items();
        Assert.Equal(3, audit.Count(entry => entry.Text("action") == "share-made"));
        Assert.Equal(3, audit.Count(entry => entry.Text("action") == "share-revoked"));
    }

    [Fact]
    public async Task A_group_is_granted_what_its_members_may_do_for_as_long_as_they_are_in_it()
    {
        var group = (await admin.JsonAsync("POST", "/api/groups", """{"name":"team"}""", 201)).Text("id");
        await admin.JsonAsync("PUT", $"/api/groups/{group}/members/{ben.Id}");
        await GrantAsync($$"""{"group_id":"{{group}}","rights":["read"]}""", To(ben, "write"));
        await ben.JsonAsync("POST", $"/api/conversations/{talk}/messages", Said("x"), 201);
        await admin.JsonAsync("PUT", $"/api/groups/{group}/members/{cleo.Id}");
        Assert.Equal(["walrus"], await SharedAsync(cleo));
        await cleo.JsonAsync("POST", $"/api/conversations/{talk}/messages", Said("x"), 403);
        await admin.JsonAsync("DELETE", $"/api/groups/{group}/members/{cleo.Id}");
        await cleo.JsonAsync("GET", $"/api/conversations/{talk}", status: 404);
        await admin.JsonAsync("PUT", $"/api/groups/{group}/members/{cleo.Id}");
        await admin.JsonAsync("DELETE", $"/api/groups/{group}", status: 204);
        Assert.Empty(await SharedAsync(cleo));
    }

    [Fact]
    public async Task A_space_is_shared_with_all_that_lies_in_it()
    {
        var (second, _) = await TalkAsync("otter", "home");
        await TalkAsync("private", "default");
        var space = await SpaceAsync("home");
        await GrantAsync(ada, $"/api/spaces/{space}", 200, To(ben, "read"));
        await GrantAsync(To(ben, "write"));
        Assert.Equal(["otter", "walrus"], await SharedAsync(ben));
        Assert.Equal(["otter"], await SharedAsync(ben, "&limit=1"));
        var next = (await ben.JsonAsync("GET", "/api/conversations?shared=true&limit=1")).Text("next_cursor");
        Assert.Equal(["walrus"], await SharedAsync(ben, $"&limit=1&cursor={next}"));
        Assert.Equal(["otter", "walrus"], await SharedAsync(ben, "&provider=parley&after=2000"));
        Assert.Empty(await SharedAsync(ben, "&provider=claude"));
        await ben.JsonAsync("GET", "/api/conversations?shared=true&tag=x", status: 400);
        Assert.Equal("home", (await ben.JsonAsync("GET", $"/api/conversations/{second}")).Text("space"));
        await ben.JsonAsync("POST", $"/api/conversations/{second}/messages", Said("x"), 403);
        await ada.JsonAsync("DELETE", $"/api/conversations/{second}", status: 204);
        await ben.JsonAsync("GET", $"/api/conversations/{second}", status: 404);
        await ada.JsonAsync("DELETE", $"/api/spaces/{space}", status: 204);
        await ada.JsonAsync("POST", "/api/spaces", """{"name":"new"}""", 201);
        await GrantAsync();
        Assert.Empty(await SharedAsync(ben));
    }

    [Fact]
    public async Task A_writer_brings_in_no_file_that_they_cannot_see()
    {
        await GrantAsync(To(ben, "write"));
        var other = (await TalkAsync("other", "default")).Id;
        var file = await FileAsync(other);
        await ben.JsonAsync("GET", $"/api/files/{file}/content", status: 404);
        var said = await ben.JsonAsync(
            "POST",
            $"/api/conversations/{talk}/messages",
            $$"""{"role":"user","parts":[{"type":"file","attachment":{"id":"{{file}}","name":"f"} }]}""",
            201
        );
        Assert.True(said.Items("parts")[0].GetProperty("attachment").Flag("missing"));
        await GrantAsync(ada, $"/api/conversations/{other}", 200, To(ben, "read"));
        using var seen = await ben.SendAsync("GET", $"/api/files/{file}/content");
        Assert.Equal("words of the file", await seen.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"grants":[{}]}""")]
    [InlineData("""{"grants":[null]}""")]
    [InlineData("""{"grants":[{"user_id":"x","rights":["read"]}]}""")]
    [InlineData("""{"grants":[{"user_id":"00000000-0000-7000-8000-000000000000","rights":["read"]}]}""")]
    public async Task Grants_that_make_no_sense_are_refused(string json) =>
        await ada.JsonAsync("PUT", $"/api/conversations/{talk}/grants", json, 400);

    [Fact]
    public async Task Grants_to_the_owner_to_nobody_or_of_nothing_are_refused()
    {
        var path = $"/api/conversations/{talk}";
        await GrantAsync(ada, path, 400, To(ada, "read"));
        await GrantAsync(ada, path, 400, To(ben, "delete"));
        await GrantAsync(ada, path, 400, To(ben));
        await GrantAsync(ada, path, 400, To(ben, "read"), To(ben, "write"));
        await admin.JsonAsync("DELETE", $"/api/users/{cleo.Id}", status: 204);
        await GrantAsync(ada, path, 400, To(cleo, "read"));
    }

    /// <summary>An attachment of a conversation's first message, as an import would have stored it.</summary>
    private async Task<string> FileAsync(string conversation)
    {
        var first = (await ada.JsonAsync("GET", $"/api/conversations/{conversation}/messages")).Items()[0].Text("id");
        using var hold = app.Get<BlobStore>().Hold();
        var blob = hold.Put(new MemoryStream("words of the file"u8.ToArray()), 1 << 20)!;
        var id = app.Get<IdSource>().Next(0);
        await app.Get<Db>()
            .WriteAsync(tx =>
            {
                using var insert = tx.Query(
                    "INSERT INTO attachments (id, message_id, conversation_id, name, media_type, size, blob) VALUES (?1, ?2, ?3, 'f', 'text/plain', ?4, ?5)"
                );
                insert.Bind(1, id).Bind(2, Key(first, IdKind.Message)).Bind(3, Key(conversation, IdKind.Conversation));
                insert.Bind(4, blob.Size).BindBlob(5, blob.Hash).Run();
            });
        return Ids.Format(id, IdKind.File);
    }

    private static long Key(string text, IdKind kind) =>
        Ids.TryParse(text, kind, out var id) ? id : throw new FormatException(text);
}
