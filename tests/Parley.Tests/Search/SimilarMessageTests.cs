using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Search;

public sealed class SimilarMessageTests : IAsyncLifetime
{
    private const string Bread = "How much rye flour does a sourdough starter need for the levain overnight?";
    private ParleyApp app = null!;
    private (string Id, List<string> Messages) asked;
    private (string Id, List<string> Messages) other;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        asked = await app.MakeConversationAsync(
            "Bread",
            Bread,
            "A sourdough starter of rye flour needs little: feed the levain overnight."
        );
        other = await app.MakeConversationAsync(
            "Baking",
            "My levain of rye flour rose too fast, is the sourdough starter too warm?",
            "How much does it need for the night? Feed it less.",
            "How do I deploy the server for the night?"
        );
        for (var index = 0; index < 30; index++)
        {
            await app.MakeConversationAsync("Work", $"How much time does the deploy of server {index} need?");
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Messages_with_its_telling_words_are_found_and_not_itself()
    {
        var found = await app.GetJsonAsync("/api/search/similar/" + asked.Messages[0]);
        Assert.Equal(
            [asked.Messages[1], other.Messages[0]],
            found.Items().Select(hit => hit.Text("message_id")).Order(StringComparer.Ordinal)
        );
        var words = found.Items("words").Select(word => word.GetString()).ToList();
        Assert.Contains("sourdough", words.Take(6));
        Assert.DoesNotContain("how", words.Take(6));
        Assert.False(found.Flag("cut"));
        Assert.NotEmpty(found.Items()[0].GetProperty("snippet").Items("highlights"));
    }

    [Fact]
    public async Task Other_conversations_only_where_that_is_asked_for()
    {
        var found = await app.GetJsonAsync($"/api/search/similar/{asked.Messages[0]}?elsewhere=true");
        Assert.Equal(other.Messages[0], Assert.Single(found.Items()).Text("message_id"));
        var one = await app.GetJsonAsync($"/api/search/similar/{asked.Messages[0]}?limit=1");
        Assert.Single(one.Items());
        await app.SendJsonAsync("DELETE", "/api/conversations/" + other.Id, status: 204);
        Assert.Empty((await app.GetJsonAsync($"/api/search/similar/{asked.Messages[0]}?elsewhere=true")).Items());
    }

    [Fact]
    public async Task A_message_of_words_that_stand_nowhere_else_has_none_alike()
    {
        var (_, messages) = await app.MakeConversationAsync("c", "qwertzuiop asdfghjkl", "…");
        Assert.Empty((await app.GetJsonAsync("/api/search/similar/" + messages[0])).Items());
        Assert.Empty((await app.GetJsonAsync("/api/search/similar/" + messages[1])).Items("words"));
    }

    [Fact]
    public async Task What_is_no_message_of_ones_own_is_not_there()
    {
        await app.GetJsonAsync("/api/search/similar/" + asked.Id, 404);
        await app.SendJsonAsync("DELETE", "/api/conversations/" + asked.Id, status: 204);
        await app.GetJsonAsync("/api/search/similar/" + asked.Messages[0], 404);
        await app.Get<Db>()
            .WriteAsync(tx => tx.Execute("UPDATE conversations SET owner_id = 2 WHERE title = 'Baking'"));
        await app.GetJsonAsync("/api/search/similar/" + other.Messages[0], 404);
        using var wrong = await app.Client.GetAsync($"/api/search/similar/{asked.Messages[0]}?limit=51");
        await Problems.AssertAsync(wrong, 400, "validation");
    }

    [Fact]
    public async Task A_long_message_with_code_is_answered_too()
    {
        var text = string.Join(' ', Enumerable.Range(0, 30_000).Select(n => $"word{n % 1500}"));
        var (_, messages) = await app.MakeConversationAsync(
            "long",
            "```cs\nvar getUserName = 1;\n```",
            text + " getUserName"
        );
        var found = await app.GetJsonAsync("/api/search/similar/" + messages[0]);
        Assert.Equal(messages[1], Assert.Single(found.Items()).Text("message_id"));
        await app.GetJsonAsync("/api/search/similar/" + messages[1]);
    }
}
