using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conversations;
using Parley.Import;
using Parley.Kernel;
using Parley.Ops;

namespace Parley.Tests.Import;

/// <summary>What a person deleted stays deleted when the same export, or a later one, is imported; unless they ask for it.</summary>
public sealed class DeletedItemsTests
{
    private const string Restore = "?restore_deleted=true";

    [Theory]
    [InlineData("")]
    [InlineData("?dry_run=true")]
    public async Task A_conversation_deleted_for_good_is_skipped_with_the_reason(string query)
    {
        await using var app = await ParleyApp.StartAsync();
        await app.ImportAsync(Export());
        await app.SendJsonAsync(
            "DELETE",
            $"/api/conversations/{await IdAsync(app, "one")}?permanent=true",
            status: 204
        );

        var source = await ReportAsync(app, Export(), query);
        Assert.Equal(
            (0, 1, 1),
            (source.Conversations.New, source.Conversations.Unchanged, source.Conversations.Skipped)
        );
        Assert.Equal((0, 2, 3), (source.Messages.New.Sum, source.Messages.Unchanged.Sum, source.Messages.Skipped.Sum));
        var notice = Assert.Single(source.Ignored.Groups);
        Assert.Equal(("deleted-here", "c1"), (notice.Code, Assert.Single(notice.Places).Id));
        Assert.Equal(["two"], await TitlesAsync(app));
        await SoundAsync(app);
    }

    [Fact]
    public async Task Asked_to_restore_it_comes_back_and_undoing_that_deletes_it_again()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.ImportAsync(Export());
        await app.SendJsonAsync(
            "DELETE",
            $"/api/conversations/{await IdAsync(app, "one")}?permanent=true",
            status: 204
        );
        var restoring = await app.ImportAsync(Export(), Restore);
        Assert.Equal(1, restoring.Report!.Sources[0].Conversations.New);
        Assert.Equal(["one", "two"], await TitlesAsync(app));
        Assert.Equal(0, (await app.ImportAsync(Export())).Report!.Sources[0].Conversations.Skipped);

        await app.SendJsonAsync(
            "DELETE",
            $"/api/conversations/{await IdAsync(app, "one")}?permanent=true",
            status: 204
        );
        var again = await app.ImportAsync(Export(), Restore);
        await app.UndoAsync(again);
        Assert.Equal(["two"], await TitlesAsync(app));
        await app.ImportAsync(Export());
        Assert.Equal(["two"], await TitlesAsync(app));
    }

    [Fact]
    public async Task A_deleted_message_stays_away_and_what_answers_it_hangs_above()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.ImportAsync(Export());
        var one = await IdAsync(app, "one");
        await app.SendJsonAsync(
            "DELETE",
            $"/api/conversations/{one}/messages/{await MessageAsync(app, "a1")}",
            status: 204
        );

        var same = (await app.ImportAsync(Export())).Report!.Sources[0];
        Assert.Equal((2, 0, 1), (same.Conversations.Unchanged, same.Messages.New.Sum, same.Messages.Skipped.Sum));
        var grown = (await app.ImportAsync(Export(more: ("a9", "a1", "below the deleted one")))).Report!.Sources[0];
        Assert.Equal((1, 1), (grown.Messages.New.Sum, grown.Messages.Skipped.Sum));
        Assert.Equal(["q1<", "q2<q1", "a9<q1"], await TreeAsync(app, "c1"));
        await SoundAsync(app);

        await app.ImportAsync(Export(more: ("a9", "a1", "below the deleted one")), Restore);
        Assert.Equal(["a1<q1", "a9<a1", "q1<", "q2<a1"], (await TreeAsync(app, "c1")).Order());
        await SoundAsync(app);
    }

    [Fact]
    public async Task Messages_deleted_before_an_undo_do_not_come_with_the_next_import()
    {
        await using var app = await ParleyApp.StartAsync();
        var first = await app.ImportAsync(Export());
        var one = await IdAsync(app, "one");
        await app.SendJsonAsync(
            "DELETE",
            $"/api/conversations/{one}/messages/{await MessageAsync(app, "a1")}?branch=true",
            status: 204
        );
        await app.UndoAsync(first);
        Assert.Empty(await TitlesAsync(app));
        await app.ImportAsync(Export());
        Assert.Equal(["q1<"], await TreeAsync(app, "c1"));
        await SoundAsync(app);
    }

    [Fact]
    public async Task What_lies_in_the_bin_stays_there_and_grows_there()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.ImportAsync(Export());
        var one = await IdAsync(app, "one");
        await app.SendJsonAsync("DELETE", $"/api/conversations/{one}", status: 204);
        await app.ImportAsync(Export(more: ("a9", "q2", "later")));
        Assert.Equal(["two"], await TitlesAsync(app));
        await SoundAsync(app);
        await app.SendJsonAsync("POST", $"/api/conversations/{one}/restore");
        Assert.Equal(4, (await TreeAsync(app, "c1")).Count);
        await SoundAsync(app);
    }

    [Fact]
    public async Task Emptying_the_bin_is_a_delete_like_any_other()
    {
        var clock = new TestClock();
        await using var app = await ParleyApp.StartAsync(s => s.AddSingleton<TimeProvider>(clock));
        await app.ImportAsync(Export());
        await app.SendJsonAsync("DELETE", $"/api/conversations/{await IdAsync(app, "one")}", status: 204);
        clock.Advance(BinKeeper.KeptFor + TimeSpan.FromMinutes(1));
        await ActivatorUtilities.CreateInstance<BinKeeper>(app.Services).PurgeAsync(CancellationToken.None);
        Assert.Equal(1, (await app.ImportAsync(Export())).Report!.Sources[0].Conversations.Skipped);
    }

    internal static byte[] Export(string title = "one", int updated = 100, (string, string, string)? more = null) =>
        ChatGptExport.Of(
            ChatGptExport.Conversation(
                "c1",
                title,
                more is null ? updated : updated + 100_000_000,
                [
                    ("q1", null, "first"),
                    ("a1", "q1", "second"),
                    ("q2", "a1", "third"),
                    .. more is { } m ? [m] : Array.Empty<(string, string?, string)>(),
                ]
            ),
            ChatGptExport.Conversation("c2", "two", 100, ("q3", null, "fourth"), ("a3", "q3", "fifth"))
        );

    internal static async Task<string> IdAsync(ParleyApp app, string title) =>
        (await app.GetJsonAsync("/api/conversations")).Items().Single(c => c.Text("title") == title).Text("id");

    internal static async Task<string> MessageAsync(ParleyApp app, string source) =>
        Ids.Format(
            await app.Get<Db>()
                .ReadAsync(session =>
                {
                    using var find = session.Query("SELECT id FROM messages WHERE source_key = ?1");
                    find.BindBlob(1, MessageKey.Of(source).Bytes);
                    find.Step();
                    return find.Int64(0);
                }),
            IdKind.Message
        );

    internal static async Task<List<string>> TitlesAsync(ParleyApp app) =>
        [.. (await app.GetJsonAsync("/api/conversations")).Items().Select(c => c.Text("title")).Order()];

    /// <summary>Each message and its parent by the provider's ids, in reading order.</summary>
    internal static Task<List<string>> TreeAsync(ParleyApp app, string conversation) =>
        app.Get<Db>()
            .ReadAsync(session =>
            {
                var tree = new List<string>();
                using var rows = session.Query(
                    """
                    SELECT substr(m.source_key, 2), substr(p.source_key, 2), m.text FROM messages m LEFT JOIN messages p ON p.id = m.parent_id
                    WHERE m.conversation_id = (SELECT id FROM conversations WHERE source_id = ?1) ORDER BY m.ord
                    """
                );
                rows.Bind(1, conversation);
                while (rows.Step())
                {
                    tree.Add($"{rows.Text(0) ?? rows.Text(2)}<{rows.Text(1)}");
                }

                return tree;
            });

    internal static async Task SoundAsync(ParleyApp app)
    {
        await foreach (var finding in app.Get<Doctor>().ExamineAsync(CancellationToken.None))
        {
            Assert.True(finding.Sound, $"{finding.Check}: {finding.Detail}");
        }
    }

    private static async Task<SourceReport> ReportAsync(ParleyApp app, byte[] export, string query)
    {
        if (query.Length == 0)
        {
            return (await app.ImportAsync(export)).Report!.Sources[0];
        }

        using var body = new ByteArrayContent(export);
        using var answer = await app.Client.PostAsync(new Uri("/api/import" + query, UriKind.Relative), body);
        return JsonSerializer
            .Deserialize(await answer.Content.ReadAsStringAsync(), ImportJson.Default.ImportReport)!
            .Sources[0];
    }
}
