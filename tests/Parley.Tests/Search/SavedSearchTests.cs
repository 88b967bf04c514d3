using System.Net;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Search;

public sealed class SavedSearchTests : IAsyncLifetime
{
    private const string Path = "/api/search/saved";
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_saved_search_is_run_by_its_id()
    {
        await SearchStore.AddAsync(
            app.Get<Db>(),
            app.Get<MessageWriter>(),
            Drafts.New(day: 0).User("green tea").Assistant("green tea indeed"),
            Drafts.New(day: 1).User("green tea again")
        );
        var saved = await app.PostJsonAsync(
            Path,
            """{"name": " Tea ", "query": "tea role:user", "sort": "oldest", "group": "none"}"""
        );
        Assert.Equal("Tea", saved.Text("name"));
        var results = $"{Path}/{saved.Text("id")}/results";
        var found = await app.GetJsonAsync(results);
        Assert.Equal("oldest", found.Text("sort"));
        Assert.Equal(["green tea", "green tea again"], Texts(found));
        Assert.Equal(["green tea again", "green tea"], Texts(await app.GetJsonAsync(results + "?sort=newest")));
        Assert.Equal(["green tea again"], Texts(await app.GetJsonAsync(results + "?after=2025-01-02&q=coffee")));
        var page = await app.GetJsonAsync(results + "?limit=1");
        Assert.Equal(
            ["green tea again"],
            Texts(await app.GetJsonAsync($"{results}?limit=1&cursor={page.Text("next_cursor")}"))
        );
    }

    [Fact]
    public async Task Saved_searches_are_listed_by_name_replaced_and_deleted()
    {
        var tea = await app.PostJsonAsync(Path, """{"name": "tea", "query": "tea"}""");
        await app.PostJsonAsync(Path, """{"name": "Coffee", "query": "coffee"}""");
        Assert.Equal(["Coffee", "tea"], (await app.GetJsonAsync(Path)).Items().Select(s => s.Text("name")));
        var first = await app.GetJsonAsync(Path + "?limit=1");
        var next = await app.GetJsonAsync($"{Path}?limit=1&cursor={first.Text("next_cursor")}");
        Assert.Equal("tea", next.Items().Single().Text("name"));
        var one = $"{Path}/{tea.Text("id")}";
        var replaced = await app.SendJsonAsync(
            "PUT",
            one,
            """{"name": "TEA", "query": "black tea", "group": "conversation"}"""
        );
        Assert.Equal("black tea", replaced.Text("query"));
        Assert.Equal("conversation", (await app.GetJsonAsync(one)).Text("group"));
        await app.SendJsonAsync("DELETE", one, status: 204);
        await app.GetJsonAsync(one, 404);
        await app.GetJsonAsync(one + "/results", 404);
        await app.SendJsonAsync("DELETE", one, status: 404);
        await app.SendJsonAsync("PUT", one, """{"name": "x", "query": "y"}""", 404);
    }

    [Theory]
    [InlineData("""{"query": "tea"}""", "name")]
    [InlineData("""{"name": "a"}""", "query")]
    [InlineData("""{"name": "a", "query": " "}""", "query")]
    [InlineData("""{"name": "a", "query": "tea", "sort": "best"}""", "sort")]
    [InlineData("""{"name": "a", "query": "tea", "group": "day"}""", "group")]
    public async Task What_cannot_be_saved_is_named(string body, string field)
    {
        using var answer = await app.SendAsync("POST", Path, body);
        var problem = await Problems.AssertAsync(answer, 400, "validation");
        Assert.Equal(field, problem.GetProperty("errors")[0].Text("field"));
    }

    [Fact]
    public async Task A_query_longer_than_a_search_takes_is_not_saved()
    {
        using var answer = await app.SendAsync("POST", Path, $$"""{"name":"a","query":"{{new string('a', 1001)}}"}""");
        await Problems.AssertAsync(answer, 400, "validation");
    }

    [Fact]
    public async Task A_name_is_taken_once_and_repeats_of_a_request_save_once()
    {
        (string, string) key = ("Idempotency-Key", "k1");
        var first = await app.SendJsonAsync("POST", Path, """{"name": "tea", "query": "tea"}""", 201, key);
        var again = await app.SendJsonAsync("POST", Path, """{"name": "tea", "query": "tea"}""", 201, key);
        Assert.Equal(first.Text("id"), again.Text("id"));
        await app.SendJsonAsync("POST", Path, """{"name": "TEA ", "query": "x"}""", 409);
        var other = await app.PostJsonAsync(Path, """{"name": "other", "query": "x"}""");
        await app.SendJsonAsync("PUT", $"{Path}/{other.Text("id")}", """{"name": "tea", "query": "x"}""", 409);
    }

    [Fact]
    public async Task So_many_can_be_saved_and_no_more()
    {
        for (var index = 0; index < 200; index++)
        {
            await app.PostJsonAsync(Path, $$"""{"name": "search {{index}}", "query": "tea"}""");
        }

        await app.SendJsonAsync("POST", Path, """{"name": "one more", "query": "tea"}""", 409);
        await app.RestartAsync();
        Assert.Equal(200, (await app.GetJsonAsync(Path + "?limit=200")).Items().Count);
    }

    [Fact]
    public async Task Another_owners_search_is_not_there()
    {
        await app.Get<Db>()
            .WriteAsync(tx =>
                tx.Execute(
                    "INSERT INTO saved_searches (id, owner_id, name, name_key, query, sort, grouped, created_at, updated_at) VALUES (77, 2, 'a', 'A', 'tea', 'newest', 0, 0, 0)"
                )
            );
        Assert.Empty((await app.GetJsonAsync(Path)).Items());
        var one = $"{Path}/{Ids.Format(77, IdKind.SavedSearch)}";
        await app.GetJsonAsync(one, 404);
        await app.GetJsonAsync(one + "/results", 404);
        await app.SendJsonAsync("DELETE", one, status: 404);
        using var answer = await app.Client.GetAsync(one);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static IEnumerable<string> Texts(System.Text.Json.JsonElement found) =>
        found.Items().Select(hit => hit.GetProperty("snippet").Text("text"));
}
