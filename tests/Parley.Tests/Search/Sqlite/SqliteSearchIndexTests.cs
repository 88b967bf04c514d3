using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;
using Parley.Search.Sqlite;

namespace Parley.Tests.Search.Sqlite;

public sealed class SqliteSearchIndexTests : SearchIndexContract
{
    [Fact]
    public async Task No_statement_scans_a_table()
    {
        await Store.AddAsync(Drafts.New().User("tea"));
        foreach (var sql in Candidates.Statements)
        {
            var plan = await PlanAsync(sql);
            Assert.Contains("VIRTUAL TABLE INDEX", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }

        foreach (var sql in StoredItems.Statements)
        {
            var plan = await PlanAsync(sql);
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_query_is_an_error_to_FTS5()
    {
        await Store.AddAsync(Drafts.New("title").User("some text of words tea").Assistant("more", "gpt"));
        var piece = Gen.OneOf(
            Gen.Elements(
                "\"",
                "-",
                " OR ",
                " ",
                "*",
                "tea",
                "te*",
                "has:code",
                "in:title",
                "-in:title",
                "東",
                "東京",
                "c++",
                "getUser",
                "model:g",
                "\0",
                "\u0001",
                "(",
                ")",
                "{",
                "NEAR",
                "+",
                "^",
                "before:2030",
                "branch:active",
                "is:hidden"
            ),
            Gen.Choose(0, 0xFFFF).Select(unit => ((char)unit).ToString())
        );
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(
                Gen.ArrayOf(piece).ToArbitrary(),
                pieces =>
                {
                    var request = new SearchRequest(1, SearchQuery.Parse(string.Concat(pieces)));
                    foreach (var sort in Enum.GetValues<SearchSort>())
                    {
                        Store.Db.Read(session =>
                        {
                            var plan = SearchPlan.Of(session, request with { Sort = sort });
                            return plan.Empty
                                || Candidates.ByTime(
                                    session,
                                    plan,
                                    new CandidateRows(session, 1, plan.Rows),
                                    newestFirst: true,
                                    10,
                                    10,
                                    Store.Options,
                                    default
                                )
                                    is not null;
                        });
                    }
                }
            )
        );
    }

    [Fact]
    public async Task A_rebuild_cut_short_goes_on_where_it_was()
    {
        await Store.AddAsync(Drafts.New("Title").User("alpha").User("beta"));
        await Store.Db.WriteAsync(tx =>
        {
            tx.Execute("INSERT INTO search_index (search_index) VALUES ('delete-all')");
            tx.Execute("UPDATE search_state SET rebuild_stage = 0, rebuild_after = 0");
        });
        await Store.AddAsync(Drafts.New(day: 2).User("gamma written meanwhile"));
        var answer = await Store.SearchAsync("gamma");
        Assert.True(answer.Rebuilding);
        Assert.Single(answer.Hits);
        await Store.Keeper.FinishAsync(TestContext.Current.CancellationToken);
        answer = await Store.SearchAsync("alpha OR gamma OR title");
        Assert.False(answer.Rebuilding);
        Assert.Equal(3, answer.Hits.Count);
        Assert.True((await Store.Index.CheckAsync(10, TestContext.Current.CancellationToken)).Sound);
    }

    [Fact]
    public async Task Another_tokenizer_version_builds_the_index_anew()
    {
        await Store.AddAsync(Drafts.New().User("alpha"));
        await Store.Db.WriteAsync(tx => tx.Execute("UPDATE search_state SET tokenizer_version = 0"));
        await Store.Db.WriteAsync(tx => tx.Execute("INSERT INTO search_index (search_index) VALUES ('delete-all')"));
        await Store.Keeper.FinishAsync(TestContext.Current.CancellationToken);
        Assert.Single((await Store.SearchAsync("alpha")).Hits);
    }

    [Fact]
    public async Task A_missing_and_a_leftover_document_are_reported()
    {
        await Store.AddAsync(Drafts.New().User("alpha").User("beta"));
        var hit = Assert.Single((await Store.SearchAsync("alpha")).Hits);
        await Store.Db.WriteAsync(tx => tx.Execute($"DELETE FROM search_index WHERE rowid = {hit.Id}"));
        var check = await Store.Index.CheckAsync(10, TestContext.Current.CancellationToken);
        Assert.Equal(2, check.Faults.Count);
        await Store.Index.RebuildAsync(null, TestContext.Current.CancellationToken);
        check = await Store.Index.CheckAsync(10, TestContext.Current.CancellationToken);
        Assert.True(check.Sound, string.Join("; ", check.Faults));
        await Store.Db.WriteAsync(tx => tx.Execute($"DELETE FROM messages WHERE id = {hit.Id}"));
        Assert.False((await Store.Index.CheckAsync(10, TestContext.Current.CancellationToken)).Sound);
        Assert.Empty((await Store.SearchAsync("alpha")).Hits);
    }

    [Fact]
    public async Task Merging_keeps_everything_and_leaves_few_segments()
    {
        for (var i = 0; i < 20; i++)
        {
            await Store.AddAsync(Drafts.New(day: i).User($"word number{i}"));
        }

        Assert.Equal(20, await Store.Db.ReadAsync(IndexMerger.Segments));
        var steps = 0;
        while (await Store.Merger.StepAsync(TestContext.Current.CancellationToken))
        {
            Assert.True(++steps < 1000);
        }

        Assert.InRange(await Store.Db.ReadAsync(IndexMerger.Segments), 1, 4);
        Assert.Equal(20, (await Store.SearchAsync("word")).Total);
    }

    [Fact]
    public async Task The_vocabulary_has_new_words_at_once_and_counts_after_saving()
    {
        await Store.AddAsync(Drafts.New().User("tea tea teas").User("tea"));
        await Store.AddAsync(Drafts.New().User("tea getUserName"));
        Assert.Equal((2, 1, 1, 0), await CountsAsync());
        await Store.Db.WriteAsync(Store.Vocabulary.Save);
        Assert.Equal((3, 1, 1, 0), await CountsAsync());

        Task<(long, long, long, long)> CountsAsync() =>
            Store.Db.ReadAsync(session =>
            {
                var terms = new TermTable(session);
                return (
                    terms.Documents("tea"u8),
                    terms.Documents("teas"u8),
                    terms.Documents("user"u8),
                    terms.Documents("coffee"u8)
                );
            });
    }

    [Fact]
    public async Task Common_words_are_counted_well_enough()
    {
        var draft = Drafts.New();
        for (var i = 0; i < 2_000; i++)
        {
            draft.User(i % 2 == 0 ? "tea" : "tea coffee");
        }

        await Store.AddAsync(draft);
        await Store.Db.WriteAsync(Store.Vocabulary.Save);
        var (tea, coffee) = await Store.Db.ReadAsync(session =>
            (new TermTable(session).Documents("tea"u8), new TermTable(session).Documents("coffee"u8))
        );
        Assert.InRange(tea, 1_900, 2_100);
        Assert.InRange(coffee, 800, 1_200);
    }

    [Fact]
    public async Task Words_of_a_write_that_was_undone_are_known_when_they_come_again()
    {
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() =>
            Store.Db.WriteAsync(tx =>
            {
                var batch = new WriteBatch();
                batch.Added.Add(
                    new WrittenMessage(
                        2,
                        1,
                        1,
                        "claude",
                        new MessageDraft { Role = Role.User }.AddText("kettle"u8.ToArray())
                    )
                );
                Store.Writer.Publish(tx, batch);
                throw new InvalidOperationException("undo");
            })
        );
        await Store.AddAsync(Drafts.New().User("kettle"));
        Assert.Single((await Store.SearchAsync("kett*")).Hits);
    }

    [Fact]
    public async Task A_vocabulary_larger_than_its_first_tables_is_whole()
    {
        var words = Enumerable.Range(0, 30_000).Select(i => $"w{i:x}").ToArray();
        await Store.AddAsync(Drafts.New().User(string.Join(' ', words)));
        Assert.Equal(
            30_000,
            await Store.Db.ReadAsync(session =>
            {
                using var count = session.Query("SELECT count(*) FROM search_terms");
                count.Step();
                return count.Int64(0);
            })
        );
    }

    [Fact]
    public async Task A_batch_undone_leaves_nothing()
    {
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() =>
            Store.Db.WriteAsync(tx =>
            {
                var batch = new WriteBatch();
                batch.Added.Add(
                    new WrittenMessage(
                        2,
                        1,
                        1,
                        "claude",
                        new MessageDraft { Role = Role.User }.AddText(Encoding.UTF8.GetBytes("gone"))
                    )
                );
                Store.Writer.Publish(tx, batch);
                throw new InvalidOperationException("undo");
            })
        );
        await Store.AddAsync(Drafts.New().User("kept"));
        Assert.True((await Store.Index.CheckAsync(10, TestContext.Current.CancellationToken)).Sound);
        Assert.Equal(0, await Store.Db.ReadAsync(session => new TermTable(session).Documents("gone"u8)));
    }

    private protected override SearchStore CreateStore() => new();

    private Task<string> PlanAsync(string sql) =>
        Store.Db.ReadAsync(session =>
        {
            using var explain = session.Query("EXPLAIN QUERY PLAN " + sql);
            var lines = new StringBuilder();
            while (explain.Step())
            {
                lines.AppendLine(explain.Text(3));
            }

            return lines.ToString();
        });
}
