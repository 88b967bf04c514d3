using System.Text.Json;

namespace Parley.Tests.Conversations;

public sealed class ConversationTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_new_conversation_has_what_was_asked_for_and_is_there_after_a_restart()
    {
        using var answer = await app.SendAsync(
            "POST",
            "/api/v1/conversations/",
            """{"title":"Tea 🍵","space":"Kitchen","tags":["green","Brewing"],"model":"m-1","system_prompt":"Be brief","extra_data":{"a":[1,2]}}"""
        );
        Assert.Equal(201, (int)answer.StatusCode);
        Assert.NotNull(answer.Headers.ETag);
        var path = answer.Headers.Location!.OriginalString;
        await app.RestartAsync();
        var found = await app.GetJsonAsync(path);
        Assert.Equal("Tea 🍵", found.Text("title"));
        Assert.Equal("Kitchen", found.Text("space"));
        Assert.Equal(["Brewing", "green"], found.Items("tags").Select(t => t.GetString()));
        Assert.Equal("m-1", found.Text("model"));
        Assert.Equal("Be brief", found.Text("system_prompt"));
        Assert.Equal("""{"a":[1,2]}""", found.GetProperty("extra_data").GetRawText());
        Assert.Equal("parley", found.Text("provider"));
        Assert.EndsWith("Z", found.Text("created_at"), StringComparison.Ordinal);
        Assert.Empty(found.Items("messages"));
        Assert.True(found.IsNull("active_leaf"));
    }

    [Fact]
    public async Task Absent_and_null_mean_the_same_and_an_empty_object_is_enough()
    {
        var bare = await app.PostJsonAsync("/api/conversations", "{}");
        var nulls = await app.PostJsonAsync("/api/conversations", """{"title":null,"space":null,"tags":null}""");
        Assert.True(bare.IsNull("title"));
        Assert.Equal("default", nulls.Text("space"));
    }

    [Theory]
    [InlineData("""{"titel":"x"}""", "unknown-field", "titel")]
    [InlineData("""{"title":5}""", "validation", "title")]
    [InlineData("""{"title":"a\u0000b"}""", "validation", "title")]
    [InlineData("""{"title":"\ud800"}""", "validation", "title")]
    [InlineData("""{"tags":["ok",""]}""", "validation", "tags[1]")]
    [InlineData("""{"extra_data":[1]}""", "validation", "extra_data")]
    [InlineData("""{"folder":"x"}""", "validation", "folder")]
    public async Task A_value_that_cannot_be_used_is_named(string json, string code, string field)
    {
        using var answer = await app.SendAsync("POST", "/api/conversations", json);
        var problem = await Problems.AssertAsync(answer, 400, code);
        Assert.Equal(field, problem.Items("errors")[0].Text("field"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"title":""")]
    [InlineData("\"text\"")]
    public async Task A_body_that_is_no_object_is_refused(string json)
    {
        using var answer = await app.SendAsync("POST", "/api/conversations", json);
        await Problems.AssertAsync(answer, 400, "bad-request");
    }

    [Fact]
    public async Task A_title_of_500_characters_is_taken_and_of_501_is_not()
    {
        var emoji = string.Concat(Enumerable.Repeat("🍵", 500));
        await app.PostJsonAsync("/api/conversations", $$"""{"title":"{{emoji}}"}""");
        await app.PostJsonAsync("/api/conversations", $$"""{"title":"{{emoji}}x"}""", 400);
    }

    [Fact]
    public async Task Bodies_of_other_types_charsets_and_bytes_are_refused()
    {
        async Task<HttpResponseMessage> Post(byte[] bytes, string? type)
        {
            var content = new ByteArrayContent(bytes);
            if (type is not null)
            {
                content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            return await app.Client.PostAsync("/api/conversations", content);
        }

        await Problems.AssertAsync(await Post("{}"u8.ToArray(), "text/plain"), 415, "unsupported-media-type");
        await Problems.AssertAsync(
            await Post("{}"u8.ToArray(), "application/json; charset=utf-16"),
            415,
            "unsupported-media-type"
        );
        await Problems.AssertAsync(
            await Post("{\"title\":\"\xff\"}"u8.ToArray()[..10], "application/json"),
            400,
            "bad-request"
        );
        await Problems.AssertAsync(
            await Post([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], "application/json"),
            400,
            "bad-request"
        );
        await Problems.AssertAsync(await Post(new byte[2 * 1024 * 1024], "application/json"), 413, "too-large");
        var deep = new string('[', 40) + new string(']', 40);
        await Problems.AssertAsync(
            await app.SendAsync("POST", "/api/conversations", "{\"extra_data\":{\"a\":" + deep + "}}"),
            400,
            "bad-request"
        );
    }

    [Fact]
    public async Task Another_kinds_id_and_garbage_are_simply_not_found()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "hello");
        foreach (
            var wrong in new[]
            {
                "x",
                "1",
                messages[0],
                Guid.CreateVersion7().ToString(),
                id[..^1] + (id[^1] == '0' ? '1' : '0'),
            }
        )
        {
            using var answer = await app.Client.GetAsync("/api/conversations/" + wrong);
            await Problems.AssertAsync(answer, 404, "not-found");
        }
    }

    [Fact]
    public async Task A_change_touches_what_it_names_and_an_old_ETag_loses()
    {
        var made = await app.PostJsonAsync("/api/conversations", """{"title":"a","tags":["x","y"],"model":"m"}""");
        var path = "/api/conversations/" + made.Text("id");
        var changed = await app.SendJsonAsync(
            "PUT",
            path,
            """{"pinned":true,"tags":["y","z"],"model":""}""",
            200,
            ("If-Match", "\"1\"")
        );
        Assert.True(changed.Flag("pinned"));
        Assert.Equal("a", changed.Text("title"));
        Assert.Equal(["y", "z"], changed.Items("tags").Select(t => t.GetString()));
        Assert.True(changed.IsNull("model"));
        using var lost = await app.SendAsync("PATCH", path, """{"title":"b"}""", ("If-Match", "\"1\""));
        await Problems.AssertAsync(lost, 412, "stale-version");
        Assert.Equal(
            "b",
            (await app.SendJsonAsync("PATCH", path, """{"title":"b"}""", 200, ("If-Match", "*"))).Text("title")
        );
        var tags = (await app.GetJsonAsync("/api/tags"))
            .Items()
            .ToDictionary(t => t.Text("name"), t => t.Number("conversation_count"));
        Assert.Equal([("x", 0), ("y", 1), ("z", 1)], tags.Select(t => (t.Key, t.Value)));
    }

    [Fact]
    public async Task A_known_version_is_answered_with_304()
    {
        var (id, _) = await app.MakeConversationAsync("one", "hello");
        using var first = await app.Client.GetAsync("/api/conversations/" + id);
        using var second = await app.SendAsync(
            "GET",
            "/api/conversations/" + id,
            null,
            ("If-None-Match", first.Headers.ETag!.Tag)
        );
        Assert.Equal(304, (int)second.StatusCode);
    }

    [Fact]
    public async Task The_bin_takes_it_out_of_lists_and_gives_it_back()
    {
        var (id, _) = await app.MakeConversationAsync("one", "hello", "there");
        await app.PatchJsonAsync("/api/conversations/" + id, """{"tags":["t"],"archived":true}""");
        await app.SendJsonAsync("DELETE", "/api/conversations/" + id, null, 204);
        await app.SendJsonAsync("DELETE", "/api/conversations/" + id, null, 204);
        Assert.Empty((await app.GetJsonAsync("/api/conversations")).Items());
        Assert.Equal(id, (await app.GetJsonAsync("/api/bin")).Items().Single().Text("id"));
        Assert.Equal(0, (await app.GetJsonAsync("/api/tags")).Items().Single().Number("conversation_count"));
        await app.PatchJsonAsync("/api/conversations/" + id, """{"title":"x"}""", 409);
        await app.SendJsonAsync("POST", $"/api/conversations/{id}/restore");
        Assert.Empty((await app.GetJsonAsync("/api/bin")).Items());
        Assert.Equal(2, (await app.GetJsonAsync("/api/conversations")).Items().Single().Number("message_count"));
        Assert.Equal(1, (await app.GetJsonAsync("/api/tags")).Items().Single().Number("conversation_count"));
        await app.SendJsonAsync("DELETE", $"/api/conversations/{id}?permanent=true", null, 204);
        await app.GetJsonAsync("/api/conversations/" + id, 404);
        Assert.Equal(0, (await app.GetJsonAsync("/api/spaces")).Items().Single().Number("conversation_count"));
    }

    [Fact]
    public async Task Emptying_the_bin_deletes_all_that_lies_in_it_and_nothing_else()
    {
        var (kept, _) = await app.MakeConversationAsync("kept", "needle");
        for (var i = 0; i < 23; i++)
        {
            var (id, _) = await app.MakeConversationAsync($"binned {i}", "needle");
            await app.SendJsonAsync("DELETE", "/api/conversations/" + id, null, 204);
        }

        var emptied = await app.SendJsonAsync("DELETE", "/api/bin");
        Assert.Equal((23, false), (emptied.Number("removed"), emptied.Flag("more")));
        Assert.Empty((await app.GetJsonAsync("/api/bin")).Items());
        Assert.Equal(kept, (await app.GetJsonAsync("/api/conversations")).Items().Single().Text("id"));
        Assert.Single((await app.GetJsonAsync("/api/search?q=needle")).Items());
        Assert.Equal(0, (await app.GetJsonAsync("/api/stats")).Number("in_bin"));
        Assert.Equal(0, (await app.SendJsonAsync("DELETE", "/api/bin")).Number("removed"));
    }

    [Fact]
    public async Task Lists_page_by_cursor_number_and_offset_alike()
    {
        for (var i = 0; i < 7; i++)
        {
            await app.PostJsonAsync("/api/conversations", $$"""{"title":"c{{i}}"}""");
        }

        var byCursor = new List<string>();
        var next = "/api/conversations?limit=3";
        while (true)
        {
            var page = await app.GetJsonAsync(next);
            Assert.Equal(7, page.Number("total"));
            byCursor.AddRange(page.Items().Select(c => c.Text("title")));
            if (page.IsNull("next_cursor"))
            {
                break;
            }

            next = "/api/conversations?limit=3&cursor=" + page.Text("next_cursor");
        }

        Assert.Equal(["c6", "c5", "c4", "c3", "c2", "c1", "c0"], byCursor);
        var second = await app.GetJsonAsync("/api/conversations?page=2&page_size=3");
        Assert.Equal((2, 3), (second.Number("page"), second.Number("page_size")));
        Assert.Equal(byCursor[3..6], second.Items().Select(c => c.Text("title")));
        Assert.Equal(
            byCursor[5..],
            (await app.GetJsonAsync("/api/conversations?limit=5&offset=5")).Items().Select(c => c.Text("title"))
        );
        foreach (
            var bad in new[]
            {
                "limit=0",
                "limit=201",
                "limit=x",
                "page=0",
                "page_size=101&page=1",
                "offset=100001",
                "cursor=abc",
                "page=99999&page_size=100",
                "pinned=maybe",
                "before=soon",
            }
        )
        {
            await app.GetJsonAsync("/api/conversations?" + bad, 400);
        }
    }

    [Fact]
    public async Task Filters_find_what_they_name()
    {
        var folder = (await app.PostJsonAsync("/api/folders", """{"name":"F"}""")).Text("id");
        await app.PostJsonAsync("/api/conversations", """{"title":"a","space":"Work","tags":["x","y"],"model":"m"}""");
        await app.PostJsonAsync("/api/conversations", $$"""{"title":"b","tags":["x"],"folder":"{{folder}}"}""");
        var c = await app.PostJsonAsync("/api/conversations", """{"title":"c"}""");
        await app.PatchJsonAsync(
            "/api/conversations/" + c.Text("id"),
            """{"pinned":true,"archived":true,"starred":true}"""
        );
        async Task<string> Titles(string query) =>
            string.Concat((await app.GetJsonAsync("/api/conversations?" + query)).Items().Select(i => i.Text("title")));

        Assert.Equal("a", await Titles("space=work"));
        Assert.Equal("cb", await Titles("space=default"));
        Assert.Equal("ba", await Titles("tag=X"));
        Assert.Equal("a", await Titles("tag=x&tag=y"));
        Assert.Equal("a", await Titles("model=m"));
        Assert.Equal("b", await Titles("folder=" + folder));
        Assert.Equal("c", await Titles("pinned=true"));
        Assert.Equal("c", await Titles("starred=1&archived=true"));
        Assert.Equal("ba", await Titles("archived=false"));
        Assert.Equal("cba", await Titles("provider=parley"));
        Assert.Equal("b", await Titles("provider=parley&space=default&pinned=false"));
        Assert.Equal("", await Titles("provider=claude"));
        Assert.Equal("", await Titles("tag=none"));
        Assert.Equal("", await Titles("space=none"));
        Assert.Equal("cba", await Titles("after=2020&before=2999-01-01"));
        Assert.Equal("", await Titles("before=2020-01"));
        Assert.Equal("a", await Titles("tag=x&space=work"));
    }

    [Fact]
    public async Task A_fork_copies_a_path_or_the_tree()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1", "a1", "q2", "a2");
        await app.PatchJsonAsync($"/api/conversations/{id}/messages/{messages[2]}", """{"content":"q2 other"}""");
        var path = await app.PostJsonAsync($"/api/conversations/{id}/fork", $$"""{"message_id":"{{messages[3]}}"}""");
        var copy = await app.GetJsonAsync("/api/conversations/" + path.Text("id"));
        Assert.Equal(["q1", "a1", "q2", "a2"], copy.Items("messages").Select(m => m.Text("content")));
        Assert.Equal(id, copy.Text("started_from"));
        var tree = await app.PostJsonAsync($"/api/conversations/{id}/fork", """{"tree":true,"title":"two"}""");
        var whole = await app.GetJsonAsync($"/api/conversations/{tree.Text("id")}?tree=true");
        Assert.Equal(5, whole.Items("messages").Count);
        Assert.Equal("q2 other", whole.Text("last_message_preview"));
        Assert.Equal(3, whole.Number("path_count"));
        Assert.Equal(3, whole.Items("messages").Count(m => m.Flag("active")));
        await app.PostJsonAsync($"/api/conversations/{id}/fork", """{"message_id":"x"}""", 400);
        Assert.Equal(3, (await app.GetJsonAsync("/api/conversations")).Number("total"));
    }

    [Fact]
    public async Task Archive_needs_no_body()
    {
        var (id, _) = await app.MakeConversationAsync("one");
        Assert.True((await app.SendJsonAsync("POST", $"/api/conversations/{id}/archive")).Flag("archived"));
        Assert.False(
            (await app.SendJsonAsync("POST", $"/api/conversations/{id}/archive", """{"archived":false}""")).Flag(
                "archived"
            )
        );
    }

    [Fact]
    public async Task The_same_idempotency_key_makes_one_conversation()
    {
        var first = await app.SendJsonAsync(
            "POST",
            "/api/conversations",
            """{"title":"a"}""",
            201,
            ("Idempotency-Key", "k1")
        );
        await app.RestartAsync();
        var again = await app.SendJsonAsync(
            "POST",
            "/api/v1/conversations",
            """{"title":"a"}""",
            201,
            ("Idempotency-Key", "k1")
        );
        Assert.Equal(first.GetRawText(), again.GetRawText());
        using var other = await app.SendAsync(
            "POST",
            "/api/conversations",
            """{"title":"b"}""",
            ("Idempotency-Key", "k1")
        );
        await Problems.AssertAsync(other, 422, "idempotency-key-reused");
        Assert.Equal(1, (await app.GetJsonAsync("/api/conversations")).Number("total"));
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ =>
                    app.SendJsonAsync("POST", "/api/conversations", """{"title":"c"}""", 201, ("Idempotency-Key", "k2"))
                )
        );
        Assert.Single(answers.Select(a => a.Text("id")).Distinct());
    }
}
