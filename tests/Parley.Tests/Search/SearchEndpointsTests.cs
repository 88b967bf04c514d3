using System.Net;
using System.Text;
using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Tests.Search;

public sealed class SearchEndpointsTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        await AddAsync(
            Drafts
                .New("Green things")
                .User("How hot is green tea?")
                .Assistant("About 80 degrees, says 👩‍💻 Jane.", "opus"),
            Drafts.New("Other", "chatgpt", day: 3).User("black tea")
        );
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_hit_says_where_it_is_and_what_matched()
    {
        using var answer = await app.Client.GetAsync("/api/search?q=green+tea&sort=newest");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(
            "rank;dur=",
            string.Join(',', answer.Headers.GetValues("Server-Timing")),
            StringComparison.Ordinal
        );
        var body = await BodyAsync(answer);
        Assert.Equal(1, body.GetProperty("total").GetInt32());
        Assert.True(body.GetProperty("complete").GetBoolean());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("next_cursor").ValueKind);
        Assert.True(body.GetProperty("took_ms").GetDouble() > 0);
        var hit = Assert.Single(body.GetProperty("items").EnumerateArray());
        Assert.Equal("message", hit.GetProperty("kind").GetString());
        Assert.True(Ids.TryParse(hit.GetProperty("message_id").GetString(), IdKind.Message, out _));
        Assert.True(Ids.TryParse(hit.GetProperty("conversation_id").GetString(), IdKind.Conversation, out _));
        Assert.Equal("Green things", hit.GetProperty("title").GetString());
        Assert.Equal("claude", hit.GetProperty("provider").GetString());
        Assert.Equal("user", hit.GetProperty("role").GetString());
        Assert.Equal("2025-01-01T00:00:01.000Z", hit.GetProperty("created_at").GetString());
        Assert.True(hit.GetProperty("path").GetBoolean());
        Assert.Equal("prompt", hit.GetProperty("field").GetString());
        var text = hit.GetProperty("snippet").GetProperty("text").GetString()!;
        Assert.Equal(
            ["green", "tea"],
            hit.GetProperty("snippet")
                .GetProperty("highlights")
                .EnumerateArray()
                .Select(h => text[h.GetProperty("start").GetInt32()..h.GetProperty("end").GetInt32()])
        );
    }

    [Theory]
    [InlineData("q=tea", 2)]
    [InlineData("q=tea&provider=chatgpt", 1)]
    [InlineData("q=tea&provider=chatgpt,claude", 2)]
    [InlineData("q=tea&provider=chatgpt&provider=claude", 2)]
    [InlineData("q=&role=assistant", 1)]
    [InlineData("q=provider:claude", 2)]
    [InlineData("q=things", 1)]
    [InlineData("", 0)]
    [InlineData("q=%22", 0)]
    [InlineData("q=%00%FF%22%28", 0)]
    [InlineData("q=tea&mode=hybrid", 2)]
    [InlineData("q=tea&before=2025-01-02", 1)]
    public async Task Parameters_and_query_say_the_same(string parameters, int hits)
    {
        var body = await GetAsync("/api/v1/search/?" + parameters);
        Assert.Equal(hits, body.GetProperty("items").GetArrayLength());
        Assert.Equal(hits, body.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("page=0", "page")]
    [InlineData("page_size=101", "page_size")]
    [InlineData("offset=100001", "offset")]
    [InlineData("sort=best", "sort")]
    [InlineData("sort=1", "sort")]
    [InlineData("mode=magic", "mode")]
    [InlineData("group=day", "group")]
    [InlineData("facets=colour", "facets")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("role=nobody", "role")]
    [InlineData("before=yesterday", "before")]
    [InlineData("conversation=1", "conversation")]
    public async Task A_wrong_parameter_is_named(string parameters, string field)
    {
        using var answer = await app.Client.GetAsync("/api/search?q=tea&" + parameters);
        var problem = await Problems.AssertAsync(answer, 400, "validation");
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_query_past_a_thousand_characters_is_refused()
    {
        using var longest = await app.Client.GetAsync("/api/search?q=" + new string('a', 1000));
        Assert.Equal(HttpStatusCode.OK, longest.StatusCode);
        using var longer = await app.Client.GetAsync("/api/search?q=" + new string('a', 1001));
        await Problems.AssertAsync(longer, 400, "validation");
        using var posted = await PostAsync($$"""{"query": "{{new string('a', 1001)}}"}""");
        await Problems.AssertAsync(posted, 400, "validation");
        using var suggested = await app.Client.GetAsync("/api/search/suggest?q=" + new string('a', 1001));
        await Problems.AssertAsync(suggested, 400, "validation");
    }

    [Fact]
    public async Task The_body_takes_what_the_address_takes()
    {
        using var answer = await PostAsync(
            """{"query": "tea", "provider": ["claude", "chatgpt"], "sort": "oldest", "limit": 1, "facets": "role", "tag": null}"""
        );
        var body = await BodyAsync(answer);
        Assert.Equal(2, body.GetProperty("total").GetInt32());
        Assert.Equal(
            "How hot is green tea?",
            body.GetProperty("items")[0].GetProperty("snippet").GetProperty("text").GetString()
        );
        Assert.Equal(
            "user",
            body.GetProperty("facets").GetProperty("role").GetProperty("values")[0].GetProperty("value").GetString()
        );
        Assert.NotNull(body.GetProperty("next_cursor").GetString());
    }

    [Theory]
    [InlineData("""{"query": "tea", "colour": "green"}""", "validation", "colour")]
    [InlineData("""{"query": {"a": 1}}""", "validation", "query")]
    [InlineData("""{"query": "\ud800"}""", "validation", "query")]
    [InlineData("""["tea"]""", "bad-request", null)]
    [InlineData("{", "bad-request", null)]
    [InlineData("", "bad-request", null)]
    public async Task A_wrong_body_is_explained(string json, string code, string? field)
    {
        using var answer = await PostAsync(json);
        var problem = await Problems.AssertAsync(answer, 400, code);
        if (field is not null)
        {
            Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
        }
    }

    [Fact]
    public async Task Pages_by_number_and_by_cursor_agree()
    {
        var first = await GetAsync("/api/search?q=tea&sort=newest&page=1&page_size=1");
        var second = await GetAsync("/api/search?q=tea&sort=newest&page=2&page_size=1");
        var next = await GetAsync(
            "/api/search?q=tea&sort=newest&limit=1&cursor=" + first.GetProperty("next_cursor").GetString()
        );
        Assert.Equal(1, first.GetProperty("page").GetInt32());
        Assert.Equal(1, first.GetProperty("page_size").GetInt32());
        Assert.Equal(
            second.GetProperty("items")[0].GetProperty("message_id").GetString(),
            next.GetProperty("items")[0].GetProperty("message_id").GetString()
        );
        Assert.False(next.TryGetProperty("page", out _));
        Assert.Equal(2, next.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Suggestions_over_http()
    {
        var body = await GetAsync("/api/search/suggest?q=hot+gre");
        Assert.Equal("hot green", body.GetProperty("completions")[0].GetProperty("text").GetString());
        Assert.Equal(
            "Green things",
            (await GetAsync("/api/search/suggest?q=gre")).GetProperty("titles")[0].GetProperty("title").GetString()
        );
        using var wrong = await app.Client.GetAsync("/api/search/suggest?limit=0");
        await Problems.AssertAsync(wrong, 400, "validation");
    }

    private async Task<JsonElement> GetAsync(string address)
    {
        using var answer = await app.Client.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await BodyAsync(answer);
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync()).RootElement;

    private Task<HttpResponseMessage> PostAsync(string json)
    {
        var content = new StringContent(json, Encoding.UTF8, "application/json");
        return app.Client.PostAsync("/api/chat/search", content);
    }

    private Task AddAsync(params ConversationDraft[] drafts) =>
        SearchStore.AddAsync(app.Get<Db>(), app.Get<MessageWriter>(), drafts);
}
