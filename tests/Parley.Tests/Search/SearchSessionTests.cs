using Microsoft.Extensions.DependencyInjection;
using Parley.Search;
using Parley.Search.Sqlite;

namespace Parley.Tests.Search;

/// <summary>What a person types next ends the search of what was typed before.</summary>
public sealed class SearchSessionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private HeldIndex index = null!;
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync(services =>
            services.AddSingleton<ISearchIndex>(s =>
                index = new HeldIndex(ActivatorUtilities.CreateInstance<SqliteSearchIndex>(s))
            )
        );
        index = (HeldIndex)app.Get<ISearchIndex>();
        await app.MakeConversationAsync("c", "slow tea", "quick tea");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task The_next_search_of_a_session_ends_the_one_before_at_once()
    {
        var before = app.Client.GetAsync("/api/search?q=slow&session=box");
        await index.Entered.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var next = await app.GetJsonAsync("/api/search?q=quick&session=box");
        Assert.Single(next.Items());
        using var ended = await before.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Problems.AssertAsync(ended, 409, "superseded");
        Assert.Equal(1, index.Cancelled);
        Assert.Equal(1, index.Finished);
    }

    [Fact]
    public async Task Other_sessions_and_searches_without_one_go_on()
    {
        using var leaves = new CancellationTokenSource();
        var before = app.Client.GetAsync("/api/search?q=slow&session=box", leaves.Token);
        await index.Entered.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await app.GetJsonAsync("/api/search?q=quick&session=other");
        await app.GetJsonAsync("/api/search?q=quick");
        await app.GetJsonAsync("/api/search/saved");
        Assert.Equal(0, index.Cancelled);
        Assert.False(before.IsCompleted);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&session=box")]
    public async Task A_client_that_leaves_ends_its_search(string session)
    {
        using var leaves = new CancellationTokenSource();
        var asked = app.Client.GetAsync("/api/search?q=slow" + session, leaves.Token);
        await index.Entered.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await index.Left.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(1, index.Cancelled);
        Assert.Equal(0, index.Finished);
        Assert.Single((await app.GetJsonAsync("/api/search?q=quick" + session)).Items());
    }

    [Fact]
    public async Task A_session_has_a_short_name()
    {
        await app.GetJsonAsync("/api/search?q=quick&session=" + new string('s', SearchSessions.MaxLength));
        await app.SendJsonAsync("POST", "/api/chat/search", """{"query": "quick", "session": "a"}""");
        using var wrong = await app.Client.GetAsync(
            "/api/search?q=tea&session=" + new string('s', SearchSessions.MaxLength + 1)
        );
        await Problems.AssertAsync(wrong, 400, "validation");
    }

    /// <summary>The real index; a search for «slow» is held until it is cancelled, and then goes on with that token.</summary>
    private sealed class HeldIndex(ISearchIndex real) : ISearchIndex
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _cancelled;
        private int _finished;

        public Task Entered => _entered.Task;

        public Task Left => _left.Task;

        public int Cancelled => Volatile.Read(ref _cancelled);

        public int Finished => Volatile.Read(ref _finished);

        public async Task<SearchAnswer> SearchAsync(SearchRequest request, CancellationToken ct)
        {
            if (request.Query.Text == "slow")
            {
                var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var registration = ct.Register(() => held.TrySetResult());
                _entered.TrySetResult();
                await held.Task;
            }

            try
            {
                var answer = await real.SearchAsync(request, ct);
                Interlocked.Increment(ref _finished);
                return answer;
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _cancelled);
                _left.TrySetResult();
                throw;
            }
        }

        public Task<SimilarAnswer?> FindSimilarAsync(SimilarRequest request, CancellationToken ct) =>
            real.FindSimilarAsync(request, ct);

        public Task<RankedItems> RankAsync(RankRequest request, CancellationToken ct) => real.RankAsync(request, ct);

        public Task<IReadOnlyList<SearchHit>> ReadAsync(
            long ownerId,
            SearchQuery query,
            IReadOnlyList<RankedItem> items,
            CancellationToken ct
        ) => real.ReadAsync(ownerId, query, items, ct);

        public Task<SearchSuggestions> SuggestAsync(long ownerId, string text, int limit, CancellationToken ct) =>
            real.SuggestAsync(ownerId, text, limit, ct);

        public Task<IndexCheck> CheckAsync(int sample, CancellationToken ct) => real.CheckAsync(sample, ct);

        public Task RebuildAsync(IProgress<long>? progress, CancellationToken ct) => real.RebuildAsync(progress, ct);
    }
}
