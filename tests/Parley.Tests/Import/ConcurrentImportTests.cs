using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conversations;
using Parley.Import;
using Parley.Kernel;
using Parley.Ops;

namespace Parley.Tests.Import;

/// <summary>Imports side by side: nothing twice, nothing lost, and each can be undone in any order.</summary>
public sealed class ConcurrentImportTests
{
    private const int Conversations = 60;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_imports_of_one_file_at_once_give_what_one_gives_and_undo_takes_both_back(bool olderFirst)
    {
        await using var app = await StartAsync();
        var empty = await StoreDump.OfAsync(app.Get<Db>());
        var jobs = await BothAsync(app, Export("first", Conversations), Export("first", Conversations));

        Assert.Equal(Conversations, jobs.Sum(j => Counts(j).New));
        Assert.Equal(Conversations, jobs.Sum(j => Counts(j).Unchanged + Counts(j).Updated));
        await AssertWholeAsync(app, Conversations);

        var ordered = olderFirst ? jobs : [.. jobs.AsEnumerable().Reverse()];
        await app.UndoAsync(ordered[0]);
        await AssertWholeAsync(app, Conversations);
        await app.UndoAsync(ordered[1]);
        Assert.Equal(empty, await StoreDump.OfAsync(app.Get<Db>()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_older_and_a_newer_export_at_once_end_as_the_newer_and_undo_as_what_is_left(bool newerFirst)
    {
        await using var app = await StartAsync();
        var empty = await StoreDump.OfAsync(app.Get<Db>());
        byte[] older = Export("first", Conversations),
            newer = Export("second", Conversations, updated: 500);
        var jobs = newerFirst ? await BothAsync(app, newer, older) : await BothAsync(app, older, newer);
        await AssertWholeAsync(app, Conversations);
        Assert.Equal(
            Conversations,
            await CountAsync(app, "SELECT count(*) FROM conversations WHERE title LIKE '%second'")
        );

        await app.UndoAsync(jobs[newerFirst ? 0 : 1]);
        await AssertWholeAsync(app, Conversations);
        await app.UndoAsync(jobs[newerFirst ? 1 : 0]);
        Assert.Equal(empty, await StoreDump.OfAsync(app.Get<Db>()));
    }

    [Fact]
    public async Task An_undo_while_the_same_file_comes_again_leaves_what_came_again()
    {
        await using var app = await StartAsync();
        var first = await app.ImportAsync(Export("first", Conversations));
        var again = app.ImportAsync(Export("first", Conversations));
        var undo = app.UndoAsync(first);
        await Task.WhenAll(again, undo);
        await AssertWholeAsync(app, Conversations);
        await app.UndoAsync(await again);
        Assert.Equal(0, await CountAsync(app, "SELECT count(*) FROM messages"));
    }

    [Fact]
    public async Task A_change_made_by_the_older_import_after_the_newer_one_is_undone_to_the_newer_ones()
    {
        await using var app = await StartAsync();
        await app.ImportAsync(Export("base", 1));
        var db = app.Get<Db>();
        var id = await db.ReadAsync(session => One(session, "SELECT id FROM conversations"));
        // Import 10 began before import 20 and changed the title after it.
        await ChangeTitleAsync(db, id, import: 20, "by 20");
        await ChangeTitleAsync(db, id, import: 10, "by 10");
        var undo = app.Get<ImportUndo>();
        await undo.RunAsync(DataFolder.LocalOwner, 20, CancellationToken.None);
        Assert.Equal(1, await CountAsync(app, "SELECT count(*) FROM conversations WHERE title = 'by 10'"));
        await undo.RunAsync(DataFolder.LocalOwner, 10, CancellationToken.None);
        Assert.Equal(1, await CountAsync(app, "SELECT count(*) FROM conversations WHERE title = 'c0 base'"));
    }

    [Fact]
    public async Task Dry_runs_know_nothing_of_one_another()
    {
        await using var app = await StartAsync();
        for (var round = 0; round < 2; round++)
        {
            using var body = new ByteArrayContent(Export("first", 2));
            using var answer = await app.Client.PostAsync(new Uri("/api/import?dry_run=true", UriKind.Relative), body);
            var report = JsonSerializer.Deserialize(
                await answer.Content.ReadAsStringAsync(),
                ImportJson.Default.ImportReport
            )!;
            Assert.Equal((2, 4), (report.Sources[0].Conversations.New, report.Sources[0].Messages.New.Sum));
        }
    }

    private static Task ChangeTitleAsync(Db db, long id, long import, string title) =>
        db.WriteAsync(tx =>
        {
            new ImportJournal(import).Changing(tx, id, new ImportedHead(title, null, false, false, false, 0, null));
            using var update = tx.Query("UPDATE conversations SET title = ?2 WHERE id = ?1");
            update.Bind(1, id);
            update.Bind(2, title);
            update.Run();
        });

    /// <summary>Batches of one conversation each, so that two imports meet as often as they can.</summary>
    private static Task<ParleyApp> StartAsync() =>
        ParleyApp.StartAsync(s => s.AddSingleton(new ImportOptions { BatchBytes = 1024 }));

    private static async Task<List<ImportJob>> BothAsync(ParleyApp app, byte[] one, byte[] other) =>
        [.. await Task.WhenAll(app.ImportAsync(one), app.ImportAsync(other))];

    private static ConversationCounts Counts(ImportJob job) => job.Report!.Sources[0].Conversations;

    private static async Task AssertWholeAsync(ParleyApp app, int conversations)
    {
        Assert.Equal(conversations, await CountAsync(app, "SELECT count(*) FROM conversations"));
        Assert.Equal(conversations * 2, await CountAsync(app, "SELECT count(*) FROM messages"));
        Assert.Equal(
            conversations * 2,
            await CountAsync(app, "SELECT count(*) FROM (SELECT DISTINCT conversation_id, source_key FROM messages)")
        );
        var findings = new List<Finding>();
        await foreach (var finding in app.Get<Doctor>().ExamineAsync(CancellationToken.None))
        {
            findings.Add(finding);
        }

        Assert.DoesNotContain(findings, f => !f.Sound);
    }

    private static Task<long> CountAsync(ParleyApp app, string sql) => app.Get<Db>().ReadAsync(s => One(s, sql));

    private static long One(DbSession session, string sql)
    {
        using var query = session.Query(sql);
        query.Step();
        return query.Int64(0);
    }

    /// <summary>Conversations with a question and an answer each, every one filling a batch.</summary>
    private static byte[] Export(string word, int conversations, int updated = 100) =>
        ChatGptExport.Of(
            Enumerable
                .Range(0, conversations)
                .Select(i =>
                    ChatGptExport.Conversation(
                        $"c{i}",
                        $"c{i} {word}",
                        updated + i,
                        ("q" + i, null, "question"),
                        ("a" + i, "q" + i, word + new string('x', 900))
                    )
                )
        );
}
