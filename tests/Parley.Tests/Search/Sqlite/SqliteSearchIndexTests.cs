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
        foreach (
            var sql in (string[])
                [
                    .. SegmentSets.Statements,
                    .. RequestFilter.Statements,
                    .. StoredItems.Statements,
                    .. SavedSearches.Statements,
                    .. SubmittedQueries.Statements,
                ]
        )
        {
            var plan = await PlanAsync(sql);
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Any_text_is_a_query()
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
                        var answer = Store.Index.SearchAsync(request with { Sort = sort }, default);
                        Assert.True(answer.GetAwaiter().GetResult().Hits.Count <= 3);
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
            tx.Execute(
                """
                UPDATE search_segments SET state = 2;
                UPDATE search_state SET rebuild_stage = 0, rebuild_after = 0, rebuild_before = 2, generation = generation + 1
                """
            )
        );
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

    [Theory]
    [InlineData("tokenizer_version")]
    [InlineData("layout_version")]
    public async Task Another_version_builds_the_index_anew(string version)
    {
        await Store.AddAsync(Drafts.New().User("alpha"));
        await Store.Db.WriteAsync(tx => tx.Execute($"UPDATE search_state SET {version} = 0"));
        var before = await Store.Db.ReadAsync(SegmentsAsync);
        await Store.Keeper.FinishAsync(TestContext.Current.CancellationToken);
        Assert.Single((await Store.SearchAsync("alpha")).Hits);
        Assert.Empty(before.Intersect(await Store.Db.ReadAsync(SegmentsAsync)));
        Assert.True((await Store.Index.CheckAsync(10, TestContext.Current.CancellationToken)).Sound);

        static List<long> SegmentsAsync(DbSession session) => [.. SegmentSets.All(session).Select(s => s.Id)];
    }

    [Fact]
    public async Task A_missing_and_a_leftover_document_are_reported()
    {
        await Store.AddAsync(Drafts.New().User("alpha").User("beta"));
        var hit = Assert.Single((await Store.SearchAsync("alpha")).Hits);
        await Store.Db.WriteAsync(tx => Store.Segments.Delete(tx, [hit.Id]));
        var check = await Store.Index.CheckAsync(10, TestContext.Current.CancellationToken);
        Assert.Single(check.Faults);
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
    public async Task What_is_deleted_while_a_merge_runs_stays_deleted()
    {
        for (var i = 0; i < 12; i++)
        {
            await Store.AddAsync(Drafts.New(day: i).User($"word number{i}"));
        }

        var hits = (await Store.SearchAsync("word")).Hits;
        var merge = Store.Merger.StepAsync(TestContext.Current.CancellationToken);
        await Store.Db.WriteAsync(tx =>
        {
            var removal = new WriteBatch();
            removal.Removed.AddRange(hits.Take(5).Select(hit => hit.Id).Order());
            Store.Writer.Publish(tx, removal);
        });
        Assert.True(await merge);
        Assert.Equal(7, (await Store.SearchAsync("word")).Total);
        Assert.True(await Store.Merger.StepAsync(TestContext.Current.CancellationToken));
        Assert.Equal(7, (await Store.SearchAsync("word")).Total);
    }

    [Fact]
    public async Task A_large_segment_is_kept_in_pages_and_their_damage_is_found_and_mended()
    {
        var draft = Drafts.New();
        for (var i = 0; i < 300; i++)
        {
            draft.User(string.Join(' ', Enumerable.Range(0, 60).Select(word => $"w{(i * 31) + word}")));
        }

        await Store.AddAsync(draft);
        Assert.Equal(300, (await Store.SearchAsync("role:user")).Total);
        Assert.True((await Store.Index.CheckAsync(300, TestContext.Current.CancellationToken)).Sound);
        await Store.Db.WriteAsync(tx =>
            tx.Execute("UPDATE search_pages SET data = zeroblob(length(data)) WHERE (id >> 20) & 15 = 8")
        );
        Assert.False((await Store.Index.CheckAsync(300, TestContext.Current.CancellationToken)).Sound);
        Store.Cache.Clear();
        var answer = await Store.SearchAsync("w77");
        Assert.True(answer.Rebuilding);
        Assert.NotEmpty(answer.Notes);
        await Store.Keeper.FinishAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, (await Store.SearchAsync("w77")).Total);
        Assert.True((await Store.Index.CheckAsync(300, TestContext.Current.CancellationToken)).Sound);
    }

    [Fact]
    public async Task A_word_is_suggested_until_its_last_text_is_gone()
    {
        await Store.AddAsync(Drafts.New().User("tea kettle"));
        var hit = Assert.Single((await Store.SearchAsync("kettle")).Hits);
        await Store.AddAsync(Drafts.New().User("tea teas"));
        Assert.Single(
            (await Store.Index.SuggestAsync(1, "kett", 5, TestContext.Current.CancellationToken)).Completions
        );
        var removal = new WriteBatch();
        removal.Removed.Add(hit.Id);
        await Store.PublishAsync(removal);
        while (await Store.Merger.StepAsync(TestContext.Current.CancellationToken)) { }
        Assert.Empty((await Store.Index.SuggestAsync(1, "kett", 5, TestContext.Current.CancellationToken)).Completions);
        Assert.Single((await Store.SearchAsync("tea")).Hits);
    }

    [Fact]
    public async Task Nobodys_words_complete_anothers()
    {
        await Store.AddAsync(Drafts.New().User("kettle"));
        Assert.Empty((await Store.Index.SuggestAsync(2, "kett", 5, TestContext.Current.CancellationToken)).Completions);
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
        Assert.Empty((await Store.Index.SuggestAsync(1, "go", 5, TestContext.Current.CancellationToken)).Completions);
    }

    private protected override SearchStore CreateStore() => new();

    private Task<string> PlanAsync(string sql) => Store.Db.ReadAsync(session => session.PlanOf(sql));
}
