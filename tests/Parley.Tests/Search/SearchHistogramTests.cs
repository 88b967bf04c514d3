using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Tests.Search;

public sealed class SearchHistogramTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Matches_are_counted_by_day_and_only_where_it_was_asked_for()
    {
        await AddAsync([0, 0, 1, 5]);
        var dates = await HistogramAsync("q=tea&histogram=day");
        Assert.Equal("day", dates.Text("interval"));
        Assert.Equal(["2025-01-01 2", "2025-01-02 1", "2025-01-06 1"], Buckets(dates));
        Assert.False(dates.Flag("approximate"));
        Assert.Equal(0, dates.Number("undated"));
        Assert.Equal(
            ["2025-01-02 1", "2025-01-06 1"],
            Buckets(await HistogramAsync("q=tea+after:2025-01-02&histogram=day"))
        );
        Assert.Empty(Buckets(await HistogramAsync("q=coffee&histogram=day")));
        Assert.Empty(Buckets(await HistogramAsync("q=&histogram=day")));
        Assert.False((await app.GetJsonAsync("/api/search?q=tea")).TryGetProperty("histogram", out _));
        Assert.False((await app.GetJsonAsync("/api/search?q=tea&histogram=none")).TryGetProperty("histogram", out _));
    }

    /// <summary>2025-01-01 is a Wednesday: its week begins on Monday, in the year before.</summary>
    [Theory]
    [InlineData("week", "2024-12-30 2", "2025-01-06 1", "2025-02-24 1")]
    [InlineData("month", "2025-01-01 3", "2025-02-01 1")]
    [InlineData("year", "2025-01-01 4")]
    public async Task Days_are_gathered_into_longer_intervals(string interval, params string[] buckets)
    {
        await AddAsync([0, 4, 5, 58]);
        var dates = await HistogramAsync("q=tea&facets=none&histogram=" + interval);
        Assert.Equal(interval, dates.Text("interval"));
        Assert.Equal(buckets, Buckets(dates));
    }

    [Theory]
    [InlineData(90, "day")]
    [InlineData(100, "week")]
    [InlineData(800, "month")]
    [InlineData(9_000, "year")]
    public async Task The_interval_follows_the_span_of_the_matches(int days, string interval)
    {
        await AddAsync([0, days]);
        Assert.Equal(interval, (await HistogramAsync("q=tea&histogram=auto")).Text("interval"));
    }

    [Fact]
    public async Task More_than_a_thousand_days_become_weeks()
    {
        await AddAsync([.. Enumerable.Range(0, 1_001)]);
        var dates = await HistogramAsync("q=tea&histogram=day");
        Assert.Equal("week", dates.Text("interval"));
        Assert.Equal(1_001, dates.Items("buckets").Sum(bucket => bucket.Number("count")));
        Assert.Equal(1_000, (await HistogramAsync("q=tea+after:2025-01-02&histogram=day")).Items("buckets").Count);
    }

    [Fact]
    public async Task Where_counting_costs_too_much_the_counts_are_estimates_and_say_so()
    {
        await AddAsync([.. Enumerable.Range(0, 4_000).Select(i => i / 100)]);
        app.Get<SearchOptions>().CountLimit = 2_000;
        var dates = await HistogramAsync("q=tea&histogram=month&facets=none");
        Assert.True(dates.Flag("approximate"));
        Assert.InRange(dates.Items("buckets").Sum(bucket => bucket.Number("count")), 1_000, 16_000);
    }

    [Fact]
    public async Task Every_page_counts_the_same_and_a_wrong_interval_is_named()
    {
        await AddAsync([0, 1, 2]);
        var first = await app.GetJsonAsync("/api/search?q=tea&limit=1&histogram=day");
        var second = await HistogramAsync($"q=tea&limit=1&histogram=day&cursor={first.Text("next_cursor")}");
        Assert.NotEmpty(Buckets(second));
        using var wrong = await app.Client.GetAsync("/api/search?q=tea&histogram=hour");
        var problem = await Problems.AssertAsync(wrong, 400, "validation");
        Assert.Equal("histogram", problem.GetProperty("errors")[0].Text("field"));
    }

    private async Task<JsonElement> HistogramAsync(string parameters) =>
        (await app.GetJsonAsync("/api/search?" + parameters)).GetProperty("histogram");

    private static List<string> Buckets(JsonElement dates) =>
        [.. dates.Items("buckets").Select(bucket => $"{bucket.Text("start")} {bucket.Number("count")}")];

    /// <summary>One message about tea on each of these days after New Year 2025.</summary>
    private Task AddAsync(IEnumerable<int> days) =>
        SearchStore.AddAsync(
            app.Get<Db>(),
            app.Get<MessageWriter>(),
            [.. days.Select(day => Drafts.New(day: day).User("green tea"))]
        );
}
