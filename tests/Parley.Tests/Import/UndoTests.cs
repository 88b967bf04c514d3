using System.IO.Compression;
using Parley.Kernel;
using static Parley.Tests.Import.DeletedItemsTests;

namespace Parley.Tests.Import;

/// <summary>Undo takes back what only one import brought; what a person did since stays.</summary>
public sealed class UndoTests
{
    [Fact]
    public async Task What_a_person_wrote_below_stays_with_what_it_stands_on()
    {
        await using var app = await ParleyApp.StartAsync();
        var import = await app.ImportAsync(Export());
        var one = await IdAsync(app, "one");
        await app.PostJsonAsync(
            $"/api/conversations/{one}/messages",
            $$"""{"role":"assistant","content":"my own","parent_id":"{{await MessageAsync(app, "a1")}}"}"""
        );
        await app.UndoAsync(import);
        Assert.Equal(["q1<", "a1<q1", "my own<a1"], await TreeAsync(app, "c1"));
        Assert.Equal(["one"], await TitlesAsync(app));
        await SoundAsync(app);
    }

    [Fact]
    public async Task A_message_a_person_edited_in_place_is_theirs()
    {
        await using var app = await ParleyApp.StartAsync();
        var first = await app.ImportAsync(Export());
        var one = await IdAsync(app, "one");
        await app.SendJsonAsync(
            "PATCH",
            $"/api/conversations/{one}/messages/{await MessageAsync(app, "a1")}",
            """{"content":"better words","in_place":true}"""
        );

        var changed = ChatGptExport.Of(
            ChatGptExport.Conversation("c1", "one", 2_000_000_000, ("q1", null, "first"), ("a1", "q1", "other words"))
        );
        var second = await app.ImportAsync(changed);
        Assert.Equal("better words", await TextAsync(app, "a1"));
        await app.UndoAsync(second);
        Assert.Equal("better words", await TextAsync(app, "a1"));
        await app.UndoAsync(first);
        Assert.Equal(["q1<", "a1<q1"], await TreeAsync(app, "c1"));
        await SoundAsync(app);
    }

    [Fact]
    public async Task Title_and_flags_go_back_unless_a_person_changed_them_since()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.ImportAsync(Export());
        var one = await IdAsync(app, "one");
        var renamed = await app.ImportAsync(Export(title: "renamed there", updated: 2_000_000_000));
        Assert.Equal(["renamed there", "two"], await TitlesAsync(app));
        await app.PatchJsonAsync($"/api/conversations/{one}", """{"starred":true}""");
        await app.UndoAsync(renamed);
        var now = await app.GetJsonAsync($"/api/conversations/{one}");
        Assert.Equal(("one", true), (now.Text("title"), now.Flag("starred")));

        renamed = await app.ImportAsync(Export(title: "again", updated: 2_000_000_001));
        await app.PatchJsonAsync($"/api/conversations/{one}", """{"title":"mine"}""");
        await app.UndoAsync(renamed);
        Assert.Equal("mine", (await app.GetJsonAsync($"/api/conversations/{one}")).Text("title"));
        await SoundAsync(app);
    }

    [Fact]
    public async Task Undoing_a_growth_after_a_persons_own_branch_keeps_the_branch_in_sight()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.ImportAsync(Export());
        var one = await IdAsync(app, "one");
        var grown = await app.ImportAsync(Export(more: ("a9", "q2", "grown")));
        await app.PostJsonAsync(
            $"/api/conversations/{one}/messages",
            $$"""{"role":"assistant","content":"my own","parent_id":"{{await MessageAsync(app, "q2")}}"}"""
        );
        await app.UndoAsync(grown);
        Assert.Equal(["q1<", "a1<q1", "q2<a1", "my own<q2"], await TreeAsync(app, "c1"));
        var path = (await app.GetJsonAsync($"/api/conversations/{one}")).Items("messages");
        Assert.Equal("my own", path[^1].Text("content"));
        await SoundAsync(app);
    }

    [Fact]
    public async Task What_was_deleted_or_binned_since_does_not_stop_an_undo()
    {
        await using var app = await ParleyApp.StartAsync();
        var first = await app.ImportAsync(Export());
        var second = await app.ImportAsync(Export(title: "renamed", more: ("a9", "q2", "grown")));
        await app.SendJsonAsync(
            "DELETE",
            $"/api/conversations/{await IdAsync(app, "renamed")}?permanent=true",
            status: 204
        );
        await app.SendJsonAsync("DELETE", $"/api/conversations/{await IdAsync(app, "two")}", status: 204);
        await app.UndoAsync(second);
        await SoundAsync(app);
        await app.UndoAsync(first);
        await SoundAsync(app);
        Assert.Equal(
            0,
            await app.Get<Db>()
                .ReadAsync(session =>
                {
                    using var count = session.Query(
                        "SELECT (SELECT count(*) FROM conversations) + (SELECT count(*) FROM import_changes) + (SELECT count(*) FROM import_sightings)"
                    );
                    count.Step();
                    return count.Int64(0);
                })
        );
    }

    [Fact]
    public async Task Documents_another_import_holds_stay_and_changed_ones_go_back()
    {
        await using var app = await ParleyApp.StartAsync();
        var first = await app.ImportAsync(Project("old words", "2025-01-01T00:00:00Z"));
        var same = await app.ImportAsync(Project("old words", "2025-01-01T00:00:00Z"));
        var newer = await app.ImportAsync(Project("new words", "2025-02-01T00:00:00Z"));
        await app.UndoAsync(first);
        Assert.Equal("new words", await DocumentAsync(app));
        await app.UndoAsync(newer);
        Assert.Equal("old words", await DocumentAsync(app));
        Assert.NotEmpty((await app.GetJsonAsync("/api/search?q=old")).Items());
        Assert.Empty((await app.GetJsonAsync("/api/search?q=new")).Items());
        await app.UndoAsync(same);
        Assert.Null(await DocumentAsync(app));
    }

    /// <summary>A Claude export with one project that holds one document.</summary>
    private static byte[] Project(string words, string at)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(
                zip,
                "conversations.json",
                """[{"uuid":"c1","name":"x","created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-01T00:00:00Z","chat_messages":[{"uuid":"m1","sender":"human","text":"hello"}]}]"""
            );
            Write(
                zip,
                "projects.json",
                $$"""[{"uuid":"p1","name":"Notes","creator":{"uuid":"u"},"created_at":"{{at}}","updated_at":"{{at}}","docs":[{"uuid":"d1","filename":"a.md","content":"{{words}}","created_at":"{{at}}"}]}]"""
            );
        }

        return memory.ToArray();
    }

    private static void Write(ZipArchive zip, string name, string text)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(text);
    }

    private static Task<string?> DocumentAsync(ParleyApp app) =>
        app.Get<Db>()
            .ReadAsync(session =>
            {
                using var find = session.Query("SELECT text FROM documents");
                return find.Step() ? find.Text(0) : null;
            });

    private static async Task<string?> TextAsync(ParleyApp app, string source)
    {
        var id = await MessageAsync(app, source);
        var one = (await app.GetJsonAsync("/api/conversations"))
            .Items()
            .First(c => c.Text("title") == "one")
            .Text("id");
        return (await app.GetJsonAsync($"/api/conversations/{one}/messages"))
            .Items()
            .Single(m => m.Text("id") == id)
            .Text("content");
    }
}
