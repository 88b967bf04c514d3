namespace Parley.Tests.Conversations;

public sealed class MessageTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<List<string>> PathAsync(string id) =>
        [.. (await app.GetJsonAsync("/api/conversations/" + id)).Items("messages").Select(m => m.Text("content"))];

    [Fact]
    public async Task Messages_follow_each_other_and_the_list_shows_the_last()
    {
        var (id, _) = await app.MakeConversationAsync("one", "hello  there", "general\nKenobi");
        Assert.Equal(["hello  there", "general\nKenobi"], await PathAsync(id));
        var item = (await app.GetJsonAsync("/api/conversations")).Items().Single();
        Assert.Equal("general Kenobi", item.Text("last_message_preview"));
        Assert.Equal(2, item.Number("message_count"));
    }

    [Fact]
    public async Task An_edit_makes_a_branch_and_the_old_one_stays()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1", "a1", "q2", "a2");
        var edited = await app.PatchJsonAsync(
            $"/api/conversations/{id}/messages/{messages[2]}",
            """{"content":"q2 better"}"""
        );
        Assert.NotEqual(messages[2], edited.Text("id"));
        Assert.Equal(messages[1], edited.Text("parent_id"));
        Assert.Equal(["q1", "a1", "q2 better"], await PathAsync(id));
        await app.PatchJsonAsync("/api/conversations/" + id, $$"""{"active_leaf":"{{messages[3]}}"}""");
        Assert.Equal(["q1", "a1", "q2", "a2"], await PathAsync(id));
        var tree = await app.GetJsonAsync($"/api/conversations/{id}?tree=true");
        Assert.Equal(["q1", "a1", "q2", "a2", "q2 better"], tree.Items("messages").Select(m => m.Text("content")));
        await app.PatchJsonAsync("/api/conversations/" + id, """{"active_leaf":"nobody"}""", 400);
    }

    [Fact]
    public async Task The_outline_has_every_branch_in_the_order_of_the_tree()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1", "a1", "question", "a2");
        await app.PatchJsonAsync($"/api/conversations/{id}/messages/{messages[2]}", """{"content":"q2 better"}""");
        var tree = (await app.GetJsonAsync($"/api/conversations/{id}/messages?tree=true")).Items();
        var outline = await app.GetJsonAsync($"/api/conversations/{id}/messages/outline");
        Assert.Equal(
            tree.Select(m => (m.Text("id"), m.Text("parent_id"), m.Text("role"), m.Flag("active"))),
            outline.Items().Select(m => (m.Text("id"), m.Text("parent_id"), m.Text("role"), m.Flag("active")))
        );
        Assert.Equal(8, outline.Items().ElementAt(2).Number("size"));
        Assert.Equal(tree.Last().Text("id"), outline.Text("active_leaf"));
        Assert.Null(outline.Text("next_cursor"));

        var first = await app.GetJsonAsync($"/api/conversations/{id}/messages/outline?limit=3");
        var rest = await app.GetJsonAsync(
            $"/api/conversations/{id}/messages/outline?limit=3&cursor={first.Text("next_cursor")}"
        );
        Assert.Equal(
            outline.Items().Select(m => m.Text("id")),
            first.Items().Concat(rest.Items()).Select(m => m.Text("id"))
        );
        var none = await app.GetJsonAsync($"/api/conversations/{id}?limit=0");
        Assert.Empty(none.Items("messages"));
        var begin = await app.GetJsonAsync($"/api/conversations/{id}/messages?cursor={none.Text("next_cursor")}");
        Assert.Equal("q1", begin.Items().First().Text("content"));
        await app.GetJsonAsync($"/api/conversations/{id}/messages/outline?cursor=x", 400);
        await app.GetJsonAsync("/api/conversations/00000000-0000-7000-8000-000000000000/messages/outline", 404);
    }

    [Fact]
    public async Task An_edit_in_place_keeps_the_id()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1", "a1");
        var edited = await app.PatchJsonAsync(
            $"/api/conversations/{id}/messages/{messages[1]}",
            """{"content":"a1 mended","in_place":true}"""
        );
        Assert.Equal(messages[1], edited.Text("id"));
        Assert.Equal(["q1", "a1 mended"], await PathAsync(id));
        Assert.Equal(
            "a1 mended",
            (await app.GetJsonAsync("/api/conversations")).Items().Single().Text("last_message_preview")
        );
    }

    [Fact]
    public async Task Marks_are_kept_with_the_message()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1");
        var path = $"/api/conversations/{id}/messages/{messages[0]}";
        await app.PatchJsonAsync(
            path,
            """{"favourite":true,"pinned":true,"reactions":["👍","✨"],"extra_data":{"k":1}}"""
        );
        var found = await app.GetJsonAsync(path);
        Assert.True(found.Flag("favourite"));
        Assert.True(found.Flag("pinned"));
        Assert.Equal(["👍", "✨"], found.Items("reactions").Select(r => r.GetString()));
        Assert.Equal("""{"k":1}""", found.GetProperty("extra_data").GetRawText());
        Assert.Empty((await app.PatchJsonAsync(path, """{"reactions":[]}""")).Items("reactions"));
        Assert.False((await app.PatchJsonAsync(path, """{"pinned":false}""")).Flag("pinned"));
        Assert.True((await app.GetJsonAsync(path)).Flag("favourite"));
    }

    [Fact]
    public async Task Deleting_one_message_keeps_its_replies_and_deleting_a_branch_does_not()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1", "a1", "q2", "a2");
        await app.SendJsonAsync("DELETE", $"/api/conversations/{id}/messages/{messages[1]}", null, 204);
        Assert.Equal(["q1", "q2", "a2"], await PathAsync(id));
        await app.SendJsonAsync("DELETE", $"/api/conversations/{id}/messages/{messages[2]}?branch=true", null, 204);
        Assert.Equal(["q1"], await PathAsync(id));
        var found = await app.GetJsonAsync("/api/conversations/" + id);
        Assert.Equal(
            (1, 1, "q1"),
            (found.Number("message_count"), found.Number("path_count"), found.Text("last_message_preview"))
        );
        await app.SendJsonAsync("DELETE", $"/api/conversations/{id}/messages/{messages[0]}", null, 204);
        Assert.Empty(await PathAsync(id));
        await app.SendJsonAsync("DELETE", $"/api/conversations/{id}/messages/{messages[0]}", null, 404);
        await app.PostJsonAsync($"/api/conversations/{id}/messages", """{"role":"user","content":"again"}""");
        Assert.Equal(["again"], await PathAsync(id));
    }

    [Fact]
    public async Task Typed_parts_and_sources_come_back_as_they_were()
    {
        var (id, _) = await app.MakeConversationAsync("one");
        var message = await app.PostJsonAsync(
            $"/api/conversations/{id}/messages",
            """
            {"role":"assistant","model":"m-1","parts":[{"type":"thinking","text":"hm"},{"type":"text","text":"Look:"},{"type":"code","name":"js","text":"a`b"}],
             "sources":[{"title":"Tea","url":"https://example.com","page":3}]}
            """
        );
        Assert.Equal("Look:\n\n```js\na`b\n```", message.Text("content"));
        var parts = message.Items("parts");
        Assert.Equal(["thinking", "text", "code", "citation"], parts.Select(p => p.Text("type")));
        Assert.Equal(3, parts[3].GetProperty("extra").Number("page"));
        Assert.Equal("m-1", message.Text("model"));
    }

    [Theory]
    [InlineData("""{"content":"x"}""", "role")]
    [InlineData("""{"role":"robot","content":"x"}""", "role")]
    [InlineData("""{"role":"user"}""", "content")]
    [InlineData("""{"role":"user","content":" "}""", "content")]
    [InlineData("""{"role":"user","content":"x\u0000"}""", "content")]
    [InlineData("""{"role":"user","content":"x","parent_id":"y"}""", "parent_id")]
    [InlineData("""{"role":"user","content":"x","parts":[{"type":"text","text":"y"}]}""", "parts")]
    [InlineData("""{"role":"user","parts":[]}""", "parts")]
    [InlineData("""{"role":"user","parts":[{"type":"blob"}]}""", "parts[0].type")]
    [InlineData("""{"role":"user","parts":[{"type":"text","text":7}]}""", "parts[0].text")]
    [InlineData("""{"role":"user","parts":[{"type":"text","text":"\udc00"}]}""", "parts[0].text")]
    [InlineData("""{"role":"user","parts":[{"type":"text","text":"x","more":1}]}""", "parts[0].more")]
    [InlineData("""{"role":"user","content":"x","created_at":"2020"}""", "created_at")]
    public async Task A_message_that_cannot_be_kept_is_refused_by_field(string json, string field)
    {
        var (id, _) = await app.MakeConversationAsync("one");
        using var answer = await app.SendAsync("POST", $"/api/conversations/{id}/messages", json);
        Assert.Equal(400, (int)answer.StatusCode);
        var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(field, problem.Items("errors")[0].Text("field"));
    }

    [Fact]
    public async Task A_million_characters_are_a_message_and_one_more_is_not()
    {
        var (id, _) = await app.MakeConversationAsync("one");
        var text = new string('x', 1_000_000);
        var message = await app.PostJsonAsync(
            $"/api/conversations/{id}/messages",
            $$"""{"role":"user","content":"{{text}}"}"""
        );
        Assert.Equal(text, message.Text("content"));
        await app.PostJsonAsync(
            $"/api/conversations/{id}/messages",
            $$"""{"role":"user","content":"{{text}}y"}""",
            400
        );
        // The server refuses by the length alone; a client that did not ask first would still be sending.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{id}/messages")
        {
            Content = new StringContent(
                $$"""{"role":"user","content":"{{new string('x', 5_000_000)}}"}""",
                System.Text.Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.ExpectContinue = true;
        using var larger = await app.Client.SendAsync(request);
        await Problems.AssertAsync(larger, 413, "too-large");
    }

    [Fact]
    public async Task Messages_page_forwards_backwards_and_through_the_tree()
    {
        var (id, messages) = await app.MakeConversationAsync("one", [.. Enumerable.Range(0, 9).Select(i => $"m{i}")]);
        await app.PatchJsonAsync($"/api/conversations/{id}/messages/{messages[4]}", """{"content":"m4 other"}""");
        async Task<string> WalkAsync(string query)
        {
            var seen = new List<string>();
            for (string? cursor = ""; cursor is not null; )
            {
                var page = await app.GetJsonAsync($"/api/conversations/{id}/messages?limit=2&{query}{cursor}");
                seen.AddRange(page.Items().Select(m => m.Text("content")));
                cursor = page.IsNull("next_cursor") ? null : "&cursor=" + page.Text("next_cursor");
            }

            return string.Join(' ', seen);
        }

        Assert.Equal("m0 m1 m2 m3 m4 other", await WalkAsync("order=asc"));
        Assert.Equal("m4 other m3 m2 m1 m0", await WalkAsync("order=desc"));
        Assert.Equal("m0 m1 m2 m3 m4 m5 m6 m7 m8 m4 other", await WalkAsync("tree=true"));
        Assert.Equal(5, (await app.GetJsonAsync($"/api/conversations/{id}/messages?limit=2")).Number("total"));
        Assert.Equal(2, (await app.GetJsonAsync($"/api/conversations/{id}?limit=2")).Items("messages").Count);
        await app.GetJsonAsync($"/api/conversations/{Guid.NewGuid()}/messages", 404);
    }

    [Fact]
    public async Task The_same_idempotency_key_adds_one_message()
    {
        var (id, _) = await app.MakeConversationAsync("one");
        var path = $"/api/conversations/{id}/messages";
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ =>
                    app.SendJsonAsync(
                        "POST",
                        path,
                        """{"role":"user","content":"once"}""",
                        201,
                        ("Idempotency-Key", "m")
                    )
                )
        );
        Assert.Single(answers.Select(a => a.Text("id")).Distinct());
        Assert.Equal(["once"], await PathAsync(id));
    }
}
