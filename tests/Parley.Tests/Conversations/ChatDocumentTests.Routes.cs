using System.Text.Json.Nodes;

namespace Parley.Tests.Conversations;

/// <summary>The routes one by one: pages, single messages, lists, limits, refusals.</summary>
public sealed partial class ChatDocumentTests
{
    [Fact]
    public async Task Messages_are_paged_added_and_changed_one_by_one()
    {
        var id = (await CreateAsync(Chat(null))).Text("id");
        var first = await app.PostJsonAsync(
            $"{All}/{id}/messages",
            """{"message":{"role":"user","content":"one","x":[1]}}"""
        );
        Assert.Equal(1, first.GetProperty("x")[0].GetInt32());
        Assert.True(first.Number("timestamp") > 0);
        var second = await app.PostJsonAsync(
            $"{All}/{id}/messages",
            """{"message":{"id":"my id/2","role":"assistant","content":"two"}}"""
        );
        Assert.Equal(first.Text("id"), second.Text("parentId"));
        await app.PostJsonAsync(
            $"{All}/{id}/messages",
            """{"message":{"id":"my id/2","role":"user","content":"x"}}""",
            409
        );
        await app.PostJsonAsync(
            $"{All}/{id}/messages",
            """{"message":{"parentId":"no","role":"user","content":"x"}}""",
            400
        );
        var changed = await app.PatchJsonAsync(
            $"{All}/{id}/messages/my%20id%2F2",
            """{"message":{"content":"two, better","annotation":{"rating":1}}}"""
        );
        Assert.Equal("two, better", changed.Text("content"));
        Assert.Equal("my id/2", changed.Text("id"));
        var without = await app.PatchJsonAsync(
            $"{All}/{id}/messages/my%20id%2F2",
            """{"message":{"annotation":null}}"""
        );
        Assert.False(without.TryGetProperty("annotation", out _));
        Assert.Equal("two, better", without.Text("content"));
        await app.PatchJsonAsync($"{All}/{id}/messages/none", """{"message":{"content":"x"}}""", 404);
        var page = await app.GetJsonAsync($"{All}/{id}/messages?limit=1");
        Assert.Equal("one", page.Items().Single().Text("content"));
        Assert.Equal(2, page.Number("total"));
        var next = await app.GetJsonAsync($"{All}/{id}/messages?limit=1&cursor={page.Text("next_cursor")}");
        Assert.Equal("two, better", next.Items().Single().Text("content"));
    }

    [Fact]
    public async Task Chats_are_listed_archived_and_deleted_like_the_conversations_they_are()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await CreateAsync(Chat(null))).Text("id"));
        }

        var list = await app.GetJsonAsync(All + "?limit=2");
        Assert.Equal(2, list.Items().Count);
        Assert.Equal("Tea", list.Items()[0].Text("title"));
        Assert.True(list.Items()[0].Number("updated_at") > 1_000_000_000);
        Assert.True((await app.PostJsonAsync($"{All}/{ids[0]}/archive", null, 200)).Flag("archived"));
        Assert.False(
            (await app.PostJsonAsync($"{All}/{ids[0]}/archive", """{"archived":false}""", 200)).Flag("archived")
        );
        await app.SendJsonAsync("DELETE", $"{All}/{ids[0]}", status: 204);
        var gone = await app.PostJsonAsync($"{All}/delete", $$"""{"ids":["{{ids[1]}}","nobody"]}""", 200);
        Assert.Equal([ids[1]], gone.Items("deleted").Select(i => i.GetString()!));
        Assert.Equal(["nobody"], gone.Items("missing").Select(i => i.GetString()!));
        Assert.Equal([ids[2]], (await app.GetJsonAsync(All)).Items().Select(i => i.Text("id")));
        Assert.Equal(2, (await app.GetJsonAsync("/api/bin")).Items().Count);
        var etag = (await app.Client.GetAsync($"{All}/{ids[2]}")).Headers.ETag!.Tag;
        var again = await app.SendAsync("GET", $"{All}/{ids[2]}", null, ("If-None-Match", etag));
        Assert.Equal(304, (int)again.StatusCode);
    }

    [Theory]
    [InlineData("""{}""", "chat")]
    [InlineData("""{"chat":[]}""", "chat")]
    [InlineData("""{"chat":{"title":5}}""", "chat.title")]
    [InlineData("""{"chat":{"history":[]}}""", "chat.history")]
    [InlineData("""{"chat":{"history":{"messages":[]}}}""", "chat.history.messages")]
    [InlineData("""{"chat":{"history":{"messages":{"a":5}}}}""", "chat.history.messages.a")]
    [InlineData("""{"chat":{"history":{"messages":{"a":{"role":"root"}}}}}""", "chat.history.messages.a.role")]
    [InlineData(
        """{"chat":{"history":{"messages":{"a":{"role":"user","content":[]}}}}}""",
        "chat.history.messages.a.content"
    )]
    [InlineData(
        """{"chat":{"history":{"messages":{"a":{"role":"user","content":"\u0000"}}}}}""",
        "chat.history.messages.a.content"
    )]
    [InlineData("""{"chat":{"history":{"messages":{"":{"role":"user"}}}}}""", "chat.history.messages.")]
    [InlineData("""{"chat":{"x":"\ud800"}}""", "chat")]
    [InlineData("""{"chat":{"history":{"messages":{"a":{"role":"user"},"a":{"role":"user"}}}}}""", "chat")]
    public async Task What_cannot_be_used_is_refused_by_name(string body, string field)
    {
        var refused = await app.PostJsonAsync(All, body, 400);
        Assert.Contains(refused.Items("errors"), e => e.Text("field") == field);
        Assert.Empty((await app.GetJsonAsync(All)).Items());
    }

    [Fact]
    public async Task A_chat_too_large_for_one_document_is_refused_and_leaves_nothing()
    {
        var text = new string('x', 999_000);
        var nodes = Enumerable.Range(0, 17).Select(i => Node("n" + i, i == 0 ? null : "n" + (i - 1), "user", text));
        Assert.Equal("too-large", (await app.PostJsonAsync(All, Wrap(Chat("n16", [.. nodes])), 413)).Text("code"));
        Assert.Empty((await app.GetJsonAsync(All)).Items());
    }

    [Fact]
    public async Task A_fork_and_an_export_carry_what_only_documents_know()
    {
        var sent = Chat("q", Node("q", null, "user", "tea"));
        Messages(sent)["q"]!["x"] = new JsonArray(1, 2);
        sent["custom"] = "kept";
        var id = (await CreateAsync(sent)).Text("id");
        var fork = (await app.PostJsonAsync($"/api/conversations/{id}/fork", """{"tree":true}""")).Text("id");
        Assert.Equal(2, Messages(await ChatAsync(fork)).Single().Value!["x"]!.AsArray().Count);
        var export = await app.GetJsonAsync($"/api/export/conversations/{id}/json");
        var back = (await app.PostJsonAsync("/api/export/conversations/import", export.GetRawText())).Text("id");
        Assert.Equal("kept", (await ChatAsync(back))["custom"]!.GetValue<string>());
        Assert.Equal(2, Messages(await ChatAsync(back)).Single().Value!["x"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_repeat_under_the_same_key_makes_nothing_twice()
    {
        var body = Wrap(Chat("q", Node("q", null, "user", "tea")));
        var first = await app.SendJsonAsync("POST", All, body, 201, ("Idempotency-Key", "k1"));
        var again = await app.SendJsonAsync("POST", All, body, 201, ("Idempotency-Key", "k1"));
        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Single((await app.GetJsonAsync(All)).Items());
    }
}
