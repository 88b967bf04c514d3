using Parley.Conversations;
using Parley.Search;

namespace Parley.Tests.Search;

/// <summary>Rebuild, check and cancellation.</summary>
public abstract partial class SearchIndexContract
{
    [Fact]
    public async Task A_rebuilt_index_finds_the_same_and_is_sound()
    {
        await Store.AddAsync(
            Drafts
                .New("Title one")
                .User("alpha 東京都")
                .Assistant("beta ```x = 1``` gamma", "opus")
                .File("f.txt", "delta"),
            Drafts.New(day: 3).Part(Role.Tool, PartKind.ToolResult, "epsilon")
        );
        string[] queries =
        [
            "alpha",
            "東京",
            "beta gamma",
            "title",
            "delta has:attachment",
            "epsilon role:tool",
            "model:opus",
            "del*",
        ];
        var before = new List<string>();
        foreach (var query in queries)
        {
            before.Add(await Store.FindAsync(query));
        }

        await Store.Index.RebuildAsync(null, TestContext.Current.CancellationToken);
        for (var i = 0; i < queries.Length; i++)
        {
            Assert.Equal(before[i], await Store.FindAsync(queries[i]));
            Assert.NotEqual("", before[i]);
        }

        var check = await Store.Index.CheckAsync(100, TestContext.Current.CancellationToken);
        Assert.True(check.Sound, string.Join('\n', check.Faults));
        Assert.Equal(4, check.Checked);
    }

    [Fact]
    public async Task A_cancelled_search_is_cancelled()
    {
        await Store.AddAsync(Drafts.New().User("tea"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Store.Index.SearchAsync(
                new SearchRequest(1, SearchQuery.Parse("tea")),
                new CancellationToken(canceled: true)
            )
        );
    }

    private protected abstract SearchStore CreateStore();
}
