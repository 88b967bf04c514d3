using System.Text.Json;
using Parley.Vectors;

namespace Parley.Tests.Search;

/// <summary>Searching by meaning, and by words and meaning together.</summary>
public sealed class HybridSearchTests
{
    private const string Asked = "vehicle wheels road";

    [Fact]
    public async Task What_shares_no_word_is_found_beside_what_does()
    {
        await using var app = await ParleyApp.StartAsync();
        var (near, car) = await app.MakeConversationAsync(
            "One",
            "My automobile needs new tyres before winter driving."
        );
        await app.MakeConversationAsync("Two", "Knead the dough and let the bread rise in the oven.");
        var (_, named) = await app.MakeConversationAsync("Three", "A vehicle on the road has wheels.");
        await EmbedAsync(app);

        var both = await SearchAsync(app, Asked);
        Assert.Equal("hybrid", both.Text("mode"));
        Assert.Equal([named[0], car[0]], Messages(both));
        Assert.Equal(["both", "meaning"], both.Items().Select(item => item.Text("found_by")));
        Assert.Equal(1, both.GetProperty("total").GetInt32());
        Assert.Equal(near, both.Items()[1].Text("conversation_id"));
        Assert.Contains("automobile", both.Items()[1].GetProperty("snippet").Text("text"), StringComparison.Ordinal);

        var words = await SearchAsync(app, Asked, "&mode=text");
        Assert.Equal([named[0]], Messages(words));
        Assert.Equal("text", words.Text("mode"));
        Assert.Equal("words", words.Items()[0].Text("found_by"));

        var meant = await SearchAsync(app, Asked, "&mode=semantic&limit=2");
        Assert.Equal("semantic", meant.Text("mode"));
        Assert.Equal([named[0], car[0]], Messages(meant).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(JsonValueKind.Null, meant.GetProperty("total").ValueKind);
    }

    [Theory]
    [InlineData("\"vehicle wheels\"")]
    [InlineData("vehicle -bread")]
    [InlineData("vehic*")]
    [InlineData("vehicle OR lorry")]
    [InlineData("vehicle42")]
    public async Task Who_says_exactly_what_is_to_match_gets_that_alone(string query)
    {
        await using var app = await ParleyApp.StartAsync();
        await app.MakeConversationAsync("One", "My automobile needs new tyres before winter driving.");
        await EmbedAsync(app);

        var found = await SearchAsync(app, query);

        Assert.Equal("text", found.Text("mode"));
        Assert.Empty(found.Items());
        Assert.Single((await SearchAsync(app, query, "&mode=semantic")).Items());
    }

    [Fact]
    public async Task Every_match_of_the_words_stands_on_one_page_once()
    {
        await using var app = await ParleyApp.StartAsync();
        var named = new HashSet<string?>(StringComparer.Ordinal);
        for (var number = 0; number < 21; number++)
            named.Add(
                (
                    await app.MakeConversationAsync($"T {number}", $"The vehicle on road {number} lost its wheels.")
                ).Messages[0]
            );
        for (var number = 0; number < 6; number++)
            await app.MakeConversationAsync(
                $"N {number}",
                $"My automobile needs new tyres, {number} of them, before driving."
            );

        // Its one word is matched late; its meaning is near at once.
        var (_, late) = await app.MakeConversationAsync(
            "L",
            "Cars and lorries with tyres are driven on a highway, every vehicle. " + new string('.', 300)
        );
        named.Add(late[0]);
        await EmbedAsync(app);

        var pages = new List<JsonElement> { await SearchAsync(app, "vehicle", "&limit=8") };
        while (pages[^1].GetProperty("next_cursor").GetString() is { } cursor)
            pages.Add(await SearchAsync(app, "vehicle", $"&limit=8&cursor={cursor}"));

        var all = pages.SelectMany(Messages).ToList();
        Assert.Equal(all.Count, all.Distinct(StringComparer.Ordinal).Count());
        Assert.Subset(all.ToHashSet(StringComparer.Ordinal)!, named!);
        Assert.Equal("hybrid", pages[0].Text("mode"));
        Assert.All(pages, page => Assert.InRange(page.Items().Count, 1, 8));
        Assert.All(pages, page => Assert.Equal(named.Count, page.GetProperty("total").GetInt32()));
        Assert.Contains(pages[0].Items(), item => item.Text("found_by") == "meaning");
        Assert.NotEqual("meaning", pages[0].Items()[0].Text("found_by"));

        var numbered = new List<string?>();
        for (var page = 1; page <= 3; page++)
            numbered.AddRange(Messages(await SearchAsync(app, "vehicle", $"&page={page}&page_size=8")));
        Assert.Subset(numbered.ToHashSet(StringComparer.Ordinal)!, named!);
    }

    [Fact]
    public async Task A_search_by_meaning_is_paged_and_groups_conversations()
    {
        await using var app = await ParleyApp.StartAsync();
        for (var number = 0; number < 5; number++)
            await app.MakeConversationAsync($"C {number}", $"Lorry {number} drives.", "Trucks have large tyres.");
        await EmbedAsync(app);

        var first = await SearchAsync(app, Asked, "&mode=semantic&group=conversation&limit=3");
        var second = await SearchAsync(
            app,
            Asked,
            $"&mode=semantic&group=conversation&limit=3&cursor={first.Text("next_cursor")}"
        );

        var all = first.Items().Concat(second.Items()).Select(item => item.Text("conversation_id")).ToList();
        Assert.Equal(5, all.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(5, all.Count);
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        var beside = await SearchAsync(app, "vehicle", "&group=conversation");
        Assert.Equal(
            beside.Items().Count,
            beside.Items().Select(item => item.Text("conversation_id")).Distinct().Count()
        );
    }

    [Fact]
    public async Task Filters_the_bin_and_other_owners_hold()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        var ada = await admin.AddAsync("owner@example.org");
        var ben = await admin.AddAsync("ben@example.org");
        var kept = await SayAsync(ada, "My automobile needs new tyres.");
        var gone = await SayAsync(ada, "The lorry has a flat tyre.");
        await SayAsync(ben, "My bicycle has two tyres.");
        await EmbedAsync(app);
        await ada.JsonAsync("DELETE", $"/api/conversations/{gone}", status: 204);

        foreach (var mode in (string[])["semantic", "hybrid"])
        {
            var found = await ada.JsonAsync("GET", $"/api/search?q=vehicle&mode={mode}");
            Assert.Equal([kept], found.Items().Select(item => item.Text("conversation_id")));
            Assert.Empty((await ada.JsonAsync("GET", $"/api/search?q=vehicle&role=assistant&mode={mode}")).Items());
        }
    }

    [Fact]
    public async Task What_cannot_be_done_is_said()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.MakeConversationAsync("One", "My automobile needs new tyres.");

        var without = await SearchAsync(app, "automobile", "&mode=hybrid");
        Assert.Equal("text", without.Text("mode"));
        Assert.Single(without.Items());
        var nothing = await SearchAsync(app, "automobile", "&mode=semantic");
        Assert.Empty(nothing.Items());
        Assert.Contains("no vectors", Assert.Single(nothing.Items("notes")).GetString(), StringComparison.Ordinal);
        await EmbedAsync(app);
        var byTime = await SearchAsync(app, "automobile", "&mode=semantic&sort=newest");
        Assert.Equal("text", byTime.Text("mode"));
        Assert.Single(byTime.Items("notes"));
        Assert.Single((await SearchAsync(app, "-automobile", "&mode=semantic")).Items("notes"));
        Assert.Empty((await SearchAsync(app, "automobile", "&sort=newest")).Items("notes"));
    }

    private static Task EmbedAsync(ParleyApp app) =>
        app.Get<VectorWorker>().DrainAsync(TestContext.Current.CancellationToken);

    private static Task<JsonElement> SearchAsync(ParleyApp app, string query, string more = "") =>
        app.GetJsonAsync($"/api/search?q={Uri.EscapeDataString(query)}{more}");

    private static IEnumerable<string?> Messages(JsonElement found) =>
        found.Items().Select(item => item.Text("message_id"));

    private static async Task<string> SayAsync(Person who, string text)
    {
        var id = (await who.JsonAsync("POST", "/api/conversations", "{}", 201)).Text("id")!;
        await who.JsonAsync(
            "POST",
            $"/api/conversations/{id}/messages",
            $$"""{"role":"user","content":{{text.Quoted()}}}""",
            201
        );
        return id;
    }
}
