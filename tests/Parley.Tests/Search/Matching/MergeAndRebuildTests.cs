using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Sqlite;

namespace Parley.Tests.Search.Matching;

public sealed class MergeAndRebuildTests
{
    /// <summary>The merge has read its segments, then they are dropped and a message goes, then the merge ends.</summary>
    [Fact]
    public async Task A_merge_overtaken_by_a_rebuild_brings_nothing_back()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var store = new SearchStore();
        for (var day = 0; day < 9; day++)
            await store.AddAsync(Drafts.New(day: day).User($"word number{day}"));
        var hit = (await store.SearchAsync("number4")).Hits[0];
        using var go = new ManualResetEventSlim();
        var held = store.Db.WriteAsync(_ => go.Wait(ct), ct);
        var begun = store.Keeper.BeginRepairAsync(ct);
        var removed = store.Db.WriteAsync(
            tx =>
                new MessageRemoval(tx, ConversationHead.Get(tx, 1, hit.ConversationId!.Value), store.Writer, 1).Run(
                    hit.Id,
                    branch: false
                ),
            ct
        );
        var merge = store.Merger.StepAsync(ct);
        Assert.True(SpinWait.SpinUntil(() => store.Db.Health().QueueLength >= 3, TimeSpan.FromSeconds(20)));
        go.Set();
        await Task.WhenAll(held, begun, removed, merge);
        await store.Keeper.FinishAsync(ct);
        while (await store.Merger.StepAsync(ct)) { }
        var answer = await store.SearchAsync("word");
        Assert.Equal(8, answer.Total);
        Assert.Equal(8, answer.Hits.Count);
        var check = await store.Index.CheckAsync(20, ct);
        Assert.True(check.Sound, string.Join('\n', check.Faults));
        Assert.Equal(0, await store.Db.ReadAsync(Left, ct));
    }

    /// <summary>Eight small segments come while a large merge waits for its first pages to be written.</summary>
    [Fact]
    public async Task While_somebody_searches_small_segments_do_not_wait_for_a_large_merge()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var store = new SearchStore(clock: new TestClock());
        var random = new Random(3);
        for (var day = 0; day < 8; day++)
        {
            var large = Drafts.New(day: day);
            for (var i = 0; i < 300; i++)
                large.User(string.Join(' ', Enumerable.Range(0, 500).Select(_ => $"w{random.Next(200_000)}")));
            await store.AddAsync(large);
        }

        await store.SearchAsync("word");
        using var go = new ManualResetEventSlim();
        var held = store.Db.WriteAsync(_ => go.Wait(ct), ct);
        var merge = store.Merger.StepAsync(ct);
        Assert.True(SpinWait.SpinUntil(() => store.Db.Health().QueueLength >= 1, TimeSpan.FromSeconds(20)));
        var small = Enumerable.Range(0, 8).Select(i => store.AddAsync(Drafts.New(day: i).User($"word number{i}")));
        var added = small.ToList();
        go.Set();
        await held;
        await Task.WhenAll(added);
        Assert.True(await merge);
        Assert.Equal(2, await store.Db.ReadAsync(IndexMerger.Segments, ct));
        Assert.Equal(8, (await store.SearchAsync("word")).Total);
        Assert.Equal(2400, (await store.SearchAsync("role:user -word")).Total);
        var check = await store.Index.CheckAsync(20, ct);
        Assert.True(check.Sound, string.Join('\n', check.Faults));
        Assert.Equal(0, await store.Db.ReadAsync(Left, ct));
    }

    /// <summary>Segments that no search looks into.</summary>
    private static int Left(DbSession session)
    {
        using var count = session.Query("SELECT count(*) FROM search_segments WHERE state <> 1");
        return count.Step() ? count.Int32(0) : 0;
    }
}
