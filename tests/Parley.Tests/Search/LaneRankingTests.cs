using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Tests.Search;

/// <summary>The lanes of retrieval: messages and pieces of documents, ranked apart.</summary>
public sealed class LaneRankingTests
{
    private const long Manual = 2_000;
    private const long Letter = 4_000;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pieces_of_documents_are_ranked_apart_from_messages()
    {
        await using var store = new SearchStore();
        await store.AddAsync(Drafts.New("Kettles").User("descaling a kettle with vinegar"));
        await AddAsync(store, new Pieces());
        var pieces = await RankAsync(store, "descaling kettle");
        Assert.Equal([10, 12], pieces.Items.Select(item => item.Id));
        Assert.Equal([Manual, Manual], pieces.Items.Select(item => item.GroupId));
        Assert.True(pieces.Items[0].Score > pieces.Items[1].Score);
        var messages = await RankAsync(store, "descaling kettle", RankedKind.Messages);
        Assert.Single(messages.Items);
        Assert.False(Ids.IsConversation(messages.Items[0].Id));
        Assert.True(Ids.IsConversation(messages.Items[0].GroupId));
        Assert.Equal(2, (await store.SearchAsync("kettle")).Total); // the message and its title, no piece
    }

    [Fact]
    public async Task Pieces_are_of_one_owner_and_of_the_documents_asked_for()
    {
        await using var store = new SearchStore();
        await AddAsync(store, new Pieces());
        Assert.Equal([14], (await RankAsync(store, "kettle", documents: [Letter])).Items.Select(item => item.Id));
        Assert.Empty((await RankAsync(store, "kettle", documents: [])).Items);
        Assert.Empty((await RankAsync(store, "kettle", owner: 2)).Items);
        Assert.Single((await RankAsync(store, "kettle", owner: 7)).Items);
    }

    [Fact]
    public async Task A_removed_piece_is_ranked_no_more()
    {
        await using var store = new SearchStore();
        await AddAsync(store, new Pieces());
        var batch = new WriteBatch();
        batch.RemovedPassages.Add(10);
        await store.PublishAsync(batch);
        Assert.Equal([12], (await RankAsync(store, "descaling")).Items.Select(item => item.Id));
    }

    [Fact]
    public async Task A_rebuild_and_a_check_count_the_pieces()
    {
        var pieces = new Pieces();
        await using var store = new SearchStore(pieces: pieces);
        await store.AddAsync(Drafts.New("Kettles").User("a kettle"));
        await AddAsync(store, pieces);
        Assert.True((await store.Index.CheckAsync(10, Ct)).Sound);
        await store.Keeper.RebuildAsync(null, Ct);
        var check = await store.Index.CheckAsync(10, Ct);
        Assert.True(check.Sound, string.Join('\n', check.Faults));
        Assert.Equal([10, 12], (await RankAsync(store, "descaling kettle")).Items.Select(item => item.Id));
        pieces.All.RemoveAt(0);
        Assert.False((await store.Index.CheckAsync(10, Ct)).Sound);
    }

    [Fact]
    public async Task The_lane_of_messages_keeps_to_the_filters_and_to_what_is_seen()
    {
        await using var store = new SearchStore();
        var ids = await store.AddAsync(
            Drafts.New().User("green tea"),
            Drafts.New(provider: "chatgpt").User("black tea"),
            Drafts.New().User("white tea")
        );
        await store.Db.WriteAsync(
            tx =>
            {
                using var bin = tx.Query("UPDATE conversations SET deleted_at = 1 WHERE id = ?1");
                bin.Bind(1, ids[2]).Run();
            },
            Ct
        );
        var all = await RankAsync(store, "tea", RankedKind.Messages);
        Assert.Equal([ids[0], ids[1]], all.Items.Select(item => item.GroupId).Order());
        var some = await RankAsync(store, "tea provider:chatgpt", RankedKind.Messages);
        Assert.Equal([ids[1]], some.Items.Select(item => item.GroupId));
        Assert.Empty((await RankAsync(store, "tea space:nowhere", RankedKind.Messages)).Items);
        Assert.Empty((await RankAsync(store, "", RankedKind.Messages)).Items);
    }

    private static Task<RankedItems> RankAsync(
        SearchStore store,
        string query,
        RankedKind kind = RankedKind.Passages,
        long owner = 1,
        long[]? documents = null
    ) => store.Index.RankAsync(new RankRequest(owner, SearchQuery.Parse(query), kind, 10, documents), Ct);

    private static Task AddAsync(SearchStore store, Pieces pieces)
    {
        var batch = new WriteBatch();
        batch.Passages.AddRange(pieces.All);
        return store.PublishAsync(batch);
    }

    private sealed class Pieces : IPassageSource
    {
        public List<WrittenPassage> All { get; } =
        [
            new(10, 1, Manual, "Kettle manual > Descaling", "descaling takes an hour"u8.ToArray()),
            new(12, 1, Manual, "Kettle manual > Safety", "no descaling while it is hot"u8.ToArray()),
            new(14, 1, Letter, "Letter", "dear aunt, the kettle arrived"u8.ToArray()),
            new(16, 7, Letter, "Letter", "another's kettle"u8.ToArray()),
        ];

        public long Count(DbSession session) => All.Count;

        public long? Read(DbSession session, long after, int limit, WriteBatch batch, Utf8Arena arena)
        {
            var next = All.Where(piece => piece.Id > after).Take(1).ToList();
            batch.Passages.AddRange(next);
            return next.Count == 0 ? null : next[^1].Id;
        }
    }
}
