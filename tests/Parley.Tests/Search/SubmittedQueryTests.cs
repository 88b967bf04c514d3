using Microsoft.Extensions.DependencyInjection;
using Parley.Kernel;
using Parley.Search;
using Parley.Search.Sqlite;

namespace Parley.Tests.Search;

public sealed class SubmittedQueryTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() =>
        app = await ParleyApp.StartAsync(services => services.AddSingleton<TimeProvider>(clock));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Only_submitted_searches_are_kept_and_the_frequent_come_first()
    {
        await SubmitAsync("green tea");
        await SubmitAsync("Greenhouse provider:claude");
        await SubmitAsync("greenhouse provider:claude");
        await SubmitAsync("black tea");
        await app.GetJsonAsync("/api/search?q=green+paint");
        await app.GetJsonAsync("/api/search?q=green+walls&submitted=false");
        await app.GetJsonAsync("/api/search?q=&submitted=true");
        Assert.Equal(["greenhouse provider:claude 2", "green tea 1"], await SuggestedAsync("gre"));
        Assert.Equal(["green tea 1"], await SuggestedAsync("GREEN T"));
        Assert.Empty(await SuggestedAsync("green tea"));
        Assert.Equal("greenhouse provider:claude 2", (await SuggestedAsync(""))[0]);
        Assert.Empty(await SuggestedAsync("tea"));
    }

    [Fact]
    public async Task A_body_may_say_that_it_is_submitted_and_a_further_page_is_not()
    {
        await app.SendJsonAsync("POST", "/api/chat/search", """{"query": "green tea", "submitted": true}""");
        await app.MakeConversationAsync("c", "tea", "tea");
        var page = await app.GetJsonAsync("/api/search?q=tea&limit=1");
        await app.GetJsonAsync($"/api/search?q=tea&limit=1&submitted=true&cursor={page.Text("next_cursor")}");
        Assert.Equal(["green tea"], await KeptAsync());
        using var wrong = await app.Client.GetAsync("/api/search?q=tea&submitted=maybe");
        await Problems.AssertAsync(wrong, 400, "validation");
    }

    [Fact]
    public async Task Own_queries_are_listed_last_used_first_and_forgotten()
    {
        await SubmitAsync("one");
        await SubmitAsync("two");
        await SubmitAsync("three");
        await SubmitAsync("One");
        Assert.Equal(["One", "three", "two"], await KeptAsync());
        var first = await app.GetJsonAsync("/api/search/history?limit=2");
        var next = await app.GetJsonAsync($"/api/search/history?cursor={first.Text("next_cursor")}");
        Assert.Equal("two", next.Items().Single().Text("query"));
        await app.SendJsonAsync("DELETE", "/api/search/history?q=THREE", status: 204);
        Assert.Equal(["One", "two"], await KeptAsync());
        await app.SendJsonAsync("DELETE", "/api/search/history", status: 204);
        Assert.Empty(await KeptAsync());
    }

    [Fact]
    public async Task So_many_are_kept_and_the_oldest_go()
    {
        var queries = app.Get<SubmittedQueries>();
        for (var index = 0; index < SubmittedQueries.MaxQueries + 5; index++)
        {
            await queries.RecordAsync(1, "query " + index, TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await queries.RecordAsync(2, "another's", TestContext.Current.CancellationToken);
        Assert.Equal(SubmittedQueries.MaxQueries, await CountAsync());
        var last = await app.GetJsonAsync($"/api/search/history?offset={SubmittedQueries.MaxQueries - 1}");
        Assert.Equal("query 5", last.Items().Single().Text("query"));
        Assert.Empty(await SuggestedAsync("another"));
    }

    [Fact]
    public async Task Where_the_setting_says_so_nothing_is_kept()
    {
        app.Get<SearchOptions>().KeepQueries = false;
        await SubmitAsync("green tea");
        Assert.Empty(await KeptAsync());
        Assert.Equal("true", Settings.Load(new Dictionary<string, string>(), _ => null).Get(Settings.KeepQueries));
    }

    private async Task SubmitAsync(string query)
    {
        await app.GetJsonAsync("/api/search?submitted=true&q=" + Uri.EscapeDataString(query));
        clock.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task<List<string>> SuggestedAsync(string typed) =>
        [
            .. (await app.GetJsonAsync("/api/search/suggest?q=" + Uri.EscapeDataString(typed)))
                .Items("queries")
                .Select(query => $"{query.Text("query")} {query.Number("uses")}"),
        ];

    private async Task<List<string>> KeptAsync() =>
        [.. (await app.GetJsonAsync("/api/search/history")).Items().Select(query => query.Text("query"))];

    private Task<long> CountAsync() =>
        app.Get<Db>()
            .ReadAsync(session =>
            {
                using var count = session.Query("SELECT count(*) FROM submitted_queries WHERE owner_id = 1");
                count.Step();
                return count.Int64(0);
            });
}
