using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
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
        await UndoAsync(app, ordered[0]);
        await AssertWholeAsync(app, Conversations);
        await UndoAsync(app, ordered[1]);
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

        await UndoAsync(app, jobs[newerFirst ? 0 : 1]);
        await AssertWholeAsync(app, Conversations);
        await UndoAsync(app, jobs[newerFirst ? 1 : 0]);
        Assert.Equal(empty, await StoreDump.OfAsync(app.Get<Db>()));
    }

    [Fact]
    public async Task An_undo_while_the_same_file_comes_again_leaves_what_came_again()
    {
        await using var app = await StartAsync();
        var first = await PostAsync(app, Export("first", Conversations));
        var again = PostAsync(app, Export("first", Conversations));
        var undo = UndoAsync(app, first);
        await Task.WhenAll(again, undo);
        await AssertWholeAsync(app, Conversations);
        await UndoAsync(app, await again);
        Assert.Equal(0, await CountAsync(app, "SELECT count(*) FROM messages"));
    }

    [Fact]
    public async Task A_change_made_by_the_older_import_after_the_newer_one_is_undone_to_the_newer_ones()
    {
        await using var app = await StartAsync();
        await PostAsync(app, Export("base", 1));
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
            new ImportJournal(import).Changing(tx, Parley.Conversations.ChangedRow.Conversation, id);
            using var update = tx.Query("UPDATE conversations SET title = ?2 WHERE id = ?1");
            update.Bind(1, id);
            update.Bind(2, title);
            update.Run();
        });

    /// <summary>Batches of one conversation each, so that two imports meet as often as they can.</summary>
    private static Task<ParleyApp> StartAsync() =>
        ParleyApp.StartAsync(s => s.AddSingleton(new ImportOptions { BatchBytes = 1024 }));

    private static async Task<List<ImportJob>> BothAsync(ParleyApp app, byte[] one, byte[] other) =>
        [.. await Task.WhenAll(PostAsync(app, one), PostAsync(app, other))];

    private static async Task<ImportJob> PostAsync(ParleyApp app, byte[] export)
    {
        using var body = new ByteArrayContent(export);
        using var answer = await app.Client.PostAsync(new Uri("/api/import", UriKind.Relative), body);
        var job = JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), ImportJson.Default.ImportJob)!;
        Assert.True(job.Status == ImportStatus.Done, $"{job.Status} {job.Error}");
        return job;
    }

    private static Task<JsonElement> UndoAsync(ParleyApp app, ImportJob job) =>
        app.SendJsonAsync("DELETE", "/api/imports/" + job.Id);

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

    /// <summary>A ChatGPT export of conversations with a question and an answer each.</summary>
    private static byte[] Export(string word, int conversations, long updated = 100)
    {
        var json = new StringBuilder("[");
        for (var i = 0; i < conversations; i++)
        {
            json.Append(i > 0 ? "," : "")
                .Append(
                    $$$"""
                    {"conversation_id":"c{{{i}}}","title":"c{{{i}}} {{{word}}}","create_time":{{{i
                        + 1}}},"update_time":{{{i + updated}}},"current_node":"a{{{i}}}","mapping":{
                    "q{{{i}}}":{"id":"q{{{i}}}","parent":null,"message":{"id":"q{{{i}}}","author":{"role":"user"},"create_time":{{{i
                        + 1}}},"content":{"content_type":"text","parts":["question {{{i}}}"]} } },
                    "a{{{i}}}":{"id":"a{{{i}}}","parent":"q{{{i}}}","message":{"id":"a{{{i}}}","author":{"role":"assistant"},"create_time":{{{i
                        + 2}}},"content":{"content_type":"text","parts":["answer {{{i}}} {{{word}}} {{{new string(
                        'x',
                        900
                    )}}}"]} } } } }
                    """
                );
        }

        return Encoding.UTF8.GetBytes(json.Append(']').ToString());
    }
}
