using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Parley.Tests.Conversations;

public sealed class ExportTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>A conversation with branches, parts, marks and raw fields.</summary>
    private async Task<string> MakeAsync()
    {
        var (id, messages) = await app.MakeConversationAsync("Tea & \"cups\" 🍵", "q1", "a1", "q2", "a2");
        await app.PatchJsonAsync(
            "/api/conversations/" + id,
            """{"tags":["green"],"space":"Kitchen","system_prompt":"Be brief","extra_data":{"k":[1,2]},"starred":true}"""
        );
        var branch = await app.PatchJsonAsync(
            $"/api/conversations/{id}/messages/{messages[2]}",
            """{"content":"q2 <b>other</b>"}"""
        );
        await app.PostJsonAsync(
            $"/api/conversations/{id}/messages",
            """{"role":"assistant","model":"m-1","parts":[{"type":"thinking","text":"hm"},{"type":"text","text":"a2 other"},{"type":"code","name":"js","text":"```"}]}"""
        );
        await app.PatchJsonAsync(
            $"/api/conversations/{id}/messages/{branch.Text("id")}",
            """{"favourite":true,"pinned":true,"reactions":["👍"]}"""
        );
        return id;
    }

    [Fact]
    public async Task A_JSON_export_comes_back_with_the_same_tree()
    {
        var id = await MakeAsync();
        var export = await app.Client.GetStringAsync($"/api/export/conversations/{id}/json");
        Assert.Equal("1.0", JsonDocument.Parse(export).RootElement.Text("version"));
        var back = await app.PostJsonAsync("/api/export/conversations/import", export);
        Assert.NotEqual(id, back.Text("id"));
        var again = await app.Client.GetStringAsync($"/api/export/conversations/{back.Text("id")}/json");
        Assert.Equal(Anonymous(export), Anonymous(again));
    }

    /// <summary>The export with every id replaced by the place it first stood at.</summary>
    private static string Anonymous(string export)
    {
        var root = JsonDocument.Parse(export).RootElement;
        var ids = root.Items("messages").Select(m => m.Text("id")).Prepend(root.Text("id")).ToList();
        for (var i = 0; i < ids.Count; i++)
        {
            export = export.Replace(ids[i], "#" + i, StringComparison.Ordinal);
        }

        return export;
    }

    [Fact]
    public async Task Messages_without_ids_follow_one_another()
    {
        var back = await app.PostJsonAsync(
            "/api/export/conversations/import",
            """{"version":"1.0","title":"x","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}"""
        );
        var found = await app.GetJsonAsync("/api/conversations/" + back.Text("id"));
        Assert.Equal(["a", "b", "c"], found.Items("messages").Select(m => m.Text("content")));
        Assert.True(found.Items("messages")[0].IsNull("created_at"));
    }

    [Theory]
    [InlineData("""{"title":"x","messages":[]}""", "version")]
    [InlineData("""{"version":"2.0","messages":[]}""", "version")]
    [InlineData("""{"version":"1.0"}""", "messages")]
    [InlineData("""{"version":"1.0","messages":[{"role":"x"}]}""", "messages[0].role")]
    [InlineData(
        """{"version":"1.0","messages":[{"role":"user","content":"a","id":"1","parent_id":"9"},{"role":"user","content":"b","id":"2"}]}""",
        "messages"
    )]
    [InlineData(
        """{"version":"1.0","messages":[{"role":"user","id":"1","parent_id":"2"},{"role":"user","id":"2","parent_id":"1"}]}""",
        "messages"
    )]
    [InlineData(
        """{"version":"1.0","messages":[{"role":"user","id":"1","parent_id":"2"},{"role":"user","id":"1"}]}""",
        "messages"
    )]
    [InlineData("""{"version":"1.0","messages":[{"role":"user","created_at":"soon"}]}""", "messages[0].created_at")]
    [InlineData("""{"version":"1.0","messages":[{"role":"user","owner_id":1}]}""", "messages[0].owner_id")]
    public async Task A_document_that_is_no_tree_is_refused_by_field(string json, string field)
    {
        using var answer = await app.SendAsync("POST", "/api/export/conversations/import", json);
        Assert.Equal(400, (int)answer.StatusCode);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(field, problem.Items("errors")[0].Text("field"));
        Assert.Empty((await app.GetJsonAsync("/api/conversations")).Items());
    }

    [Fact]
    public async Task A_message_without_parts_comes_back_without_parts()
    {
        var back = await app.PostJsonAsync(
            "/api/export/conversations/import",
            """{"version":"1.0","messages":[{"role":"system","content":"","parts":[]}]}"""
        );
        var opened = await app.GetJsonAsync("/api/conversations/" + back.Text("id"));
        Assert.Empty(Assert.Single(opened.Items("messages")).Items("parts"));
    }

    [Fact]
    public async Task A_thousand_messages_come_back_and_one_more_is_refused()
    {
        string Document(int count) =>
            """{"version":"1.0","messages":["""
            + string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"role":"user","content":"m{{i}}"}"""))
            + "]}";

        var back = await app.PostJsonAsync("/api/export/conversations/import", Document(1000));
        Assert.Equal(1000, back.Number("message_count"));
        await app.PostJsonAsync("/api/export/conversations/import", Document(1001), 400);
    }

    [Fact]
    public async Task A_copy_keeps_its_source_only_where_that_is_free()
    {
        const string Export =
            """{"version":"1.0","provider":"claude","source_id":"s-1","messages":[{"role":"user","content":"a","source_key":"0261"}]}""";
        Assert.Equal("s-1", (await app.PostJsonAsync("/api/export/conversations/import", Export)).Text("source_id"));
        Assert.True((await app.PostJsonAsync("/api/export/conversations/import", Export)).IsNull("source_id"));
        Assert.Equal(2, (await app.GetJsonAsync("/api/conversations?provider=claude")).Number("total"));
    }

    [Fact]
    public async Task Markdown_and_HTML_read_well_and_run_nothing()
    {
        var id = await MakeAsync();
        using var answer = await app.Client.GetAsync($"/api/export/conversations/{id}/markdown");
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        var markdown = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("# Tea & \"cups\" 🍵\n", markdown, StringComparison.Ordinal);
        Assert.Contains("> *Thinking:* hm", markdown, StringComparison.Ordinal);
        Assert.Contains("````js\n```\n````", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("a2\n", markdown, StringComparison.Ordinal);
        Assert.Contains(
            "(another branch)",
            (await app.Client.GetStringAsync($"/api/export/conversations/{id}/markdown?tree=true"))
                .Replace(")", ")", StringComparison.Ordinal)
                .Replace(", another branch)", "(another branch)", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        using var page = await app.Client.GetAsync($"/api/export/conversations/{id}/html");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("q2 &lt;b&gt;other&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("sandbox; default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task JSON_lines_hold_a_line_for_the_conversation_and_one_for_each_message()
    {
        var id = await MakeAsync();
        var lines = (await app.Client.GetStringAsync($"/api/export/conversations/{id}/jsonl"))
            .TrimEnd('\n')
            .Split('\n')
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToList();
        Assert.Equal("conversation", lines[0].Text("type"));
        Assert.Equal(6, lines.Count(l => l.Text("type") == "message"));
    }

    [Fact]
    public async Task A_zip_holds_each_conversation_asked_for()
    {
        await MakeAsync();
        for (var i = 0; i < 230; i++)
        {
            await app.PostJsonAsync("/api/conversations", $$"""{"title":"../../c{{i}}"}""");
        }

        async Task<List<string>> NamesAsync(string query)
        {
            using var zip = new ZipArchive(new MemoryStream(await app.Client.GetByteArrayAsync("/api/export" + query)));
            foreach (var entry in zip.Entries)
            {
                using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
                Assert.NotEmpty(await reader.ReadToEndAsync());
            }

            return [.. zip.Entries.Select(e => e.FullName)];
        }

        var all = await NamesAsync("");
        Assert.Equal(231, all.Count);
        Assert.All(all, n => Assert.DoesNotContain("/", n, StringComparison.Ordinal));
        Assert.EndsWith(
            "Tea cups.md",
            Assert.Single(await NamesAsync("?space=kitchen&format=markdown")),
            StringComparison.Ordinal
        );
        Assert.Empty(await NamesAsync("?since=2999-01-01"));
        Assert.Empty(await NamesAsync("?space=nowhere"));
        await app.GetJsonAsync("/api/export?format=pdf", 400);
    }

    [Fact]
    public async Task Unknown_conversations_and_formats_are_not_found()
    {
        var (id, _) = await app.MakeConversationAsync("x");
        await app.GetJsonAsync($"/api/export/conversations/{id}/pdf", 404);
        await app.GetJsonAsync($"/api/export/conversations/{Guid.NewGuid()}/json", 404);
    }

    [Fact]
    public async Task A_long_conversation_is_exported_whole()
    {
        var (id, _) = await app.MakeConversationAsync("long");
        var text = new string('x', 500_000);
        for (var i = 0; i < 12; i++)
        {
            await app.PostJsonAsync(
                $"/api/conversations/{id}/messages",
                $$"""{"role":"user","content":"{{i}} {{text}}"}"""
            );
        }

        var export = JsonDocument
            .Parse(await app.Client.GetStringAsync($"/api/export/conversations/{id}/json"))
            .RootElement;
        Assert.Equal(12, export.Items("messages").Count);
        var opened = await app.GetJsonAsync("/api/conversations/" + id);
        Assert.InRange(opened.Items("messages").Count, 1, 11);
        var rest = await app.GetJsonAsync($"/api/conversations/{id}/messages?cursor={opened.Text("next_cursor")}");
        Assert.Equal(12, opened.Items("messages").Count + rest.Items().Count);
    }
}
