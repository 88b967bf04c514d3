using System.Text;
using System.Text.Json;
using Parley.Identity;

namespace Parley.Tests.Retrieval;

/// <summary>The passages of one's conversations that a question should be answered from.</summary>
public sealed class RetrieveTests
{
    private const string Kettle =
        "Fill the kettle with one part of vinegar and two parts of water, boil it, and wait an hour before rinsing.";

    [Fact]
    public async Task A_question_finds_the_answer_and_where_it_stands()
    {
        await using var app = await ParleyApp.StartAsync();
        var (id, messages) = await app.MakeConversationAsync("Kitchen", "How do I descale a kettle?", Kettle);
        await app.MakeConversationAsync("Garden", "When do I prune roses?", "In late winter, before they bud.");

        var found = await RetrieveAsync(app, """{"query":"what did I do to descale the kettle with vinegar"}""");

        var passages = found.Items("passages");
        Assert.Equal(["Kitchen", "Kitchen"], passages.Take(2).Select(p => p.Text("title")));
        var answer = passages.Single(p => p.Text("message_id") == messages[1]);
        Assert.Equal(
            ("message", id, "Kitchen", "assistant", Kettle),
            (
                answer.Text("kind"),
                answer.Text("conversation_id"),
                answer.Text("title"),
                answer.Text("role"),
                answer.Text("text")
            )
        );
        Assert.Equal("How do I descale a kettle?", answer.Text("asked"));
        Assert.Equal(
            (0L, (long)Kettle.Length, false),
            (answer.Number("start"), answer.Number("length"), answer.Flag("cut"))
        );
        Assert.Equal(Enumerable.Range(1, passages.Count), passages.Select(p => (int)p.Number("n")));
        Assert.Equal("used", found.Items("lanes").Single(l => l.Text("name") == "text").Text("state"));
        Assert.Equal(found.Number("tokens"), passages.Sum(p => p.Number("tokens")));
    }

    [Fact]
    public async Task Of_a_long_message_the_stretch_that_shows_the_question_is_given_word_for_word()
    {
        await using var app = await ParleyApp.StartAsync();
        var filler = string.Join(' ', Enumerable.Range(0, 900).Select(i => $"Naïve line {i} says nothing."));
        var text = filler + " The boiler pressure should be 1.4 bar when it is cold. " + filler;
        var (_, messages) = await app.MakeConversationAsync("Boiler", "Notes", text);

        var found = await RetrieveAsync(app, """{"query":"boiler pressure cold"}""");

        var passage = found.Items("passages").Single(p => p.Text("message_id") == messages[1]);
        Assert.Contains("pressure should be 1.4 bar when it is cold.", passage.Text("text"), StringComparison.Ordinal);
        Assert.True(passage.Flag("cut"));
        var utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Equal(
            passage.Text("text"),
            Encoding.UTF8.GetString(utf8, (int)passage.Number("start"), (int)passage.Number("length"))
        );
        Assert.InRange(passage.Number("length"), 600, 1_600);
    }

    [Theory]
    [InlineData("""{"query":"tea","limit":2}""", 2)]
    [InlineData("""{"query":"tea","token_budget":100}""", 3)]
    [InlineData("""{"query":"tea","include_history":false}""", 0)]
    [InlineData("""{"query":"tea provider:chatgpt"}""", 0)]
    [InlineData("""{"query":"tea","spaces":["nowhere"]}""", 0)]
    [InlineData("""{"query":"coffee","mode":"text"}""", 0)]
    [InlineData("""{"query":"—"}""", 0)]
    public async Task Limits_budgets_and_filters_hold(string body, int most)
    {
        await using var app = await ParleyApp.StartAsync();
        for (var i = 0; i < 5; i++)
            await app.MakeConversationAsync($"Tea {i}", $"number {i}: green tea, black tea, white tea");

        var found = await RetrieveAsync(app, body);

        Assert.InRange(found.Items("passages").Count, most == 0 ? 0 : 1, most);
        if (body.Contains("budget", StringComparison.Ordinal))
            Assert.InRange(found.Number("tokens"), 1, 100);
    }

    [Fact]
    public async Task The_same_words_are_given_once_and_no_conversation_fills_the_answer()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.MakeConversationAsync("One", [.. Enumerable.Range(0, 8).Select(i => $"oolong tea note {i}")]);
        await app.MakeConversationAsync("Two", "Oolong  tea NOTE 3", "oolong tea elsewhere");

        var passages = (await RetrieveAsync(app, """{"query":"oolong tea"}""")).Items("passages");

        Assert.Equal(3, passages.Count(p => p.Text("title") == "One"));
        Assert.Equal(
            passages.Count,
            passages
                .Select(p => p.Text("text").Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant())
                .Distinct()
                .Count()
        );
    }

    [Fact]
    public async Task What_is_in_the_bin_or_hidden_is_not_given()
    {
        await using var app = await ParleyApp.StartAsync();
        var (id, _) = await app.MakeConversationAsync("Tea", "oolong in the morning");
        Assert.Single((await RetrieveAsync(app, """{"query":"oolong"}""")).Items("passages"));

        using var _ = await app.SendAsync("DELETE", $"/api/conversations/{id}");

        Assert.Empty((await RetrieveAsync(app, """{"query":"oolong"}""")).Items("passages"));
    }

    [Theory]
    [InlineData("{}", "query")]
    [InlineData("""{"query":""}""", "query")]
    [InlineData("""{"query":"x","limit":0}""", "limit")]
    [InlineData("""{"query":"x","limit":51}""", "limit")]
    [InlineData("""{"query":"x","token_budget":99}""", "token_budget")]
    [InlineData("""{"query":"x","mode":"magic"}""", "mode")]
    [InlineData("""{"query":"x","documents":["nonsense"]}""", "documents[0]")]
    [InlineData("""{"query":"x","spaces":[""]}""", "spaces[0]")]
    public async Task A_wrong_request_is_explained(string body, string field)
    {
        await using var app = await ParleyApp.StartAsync();
        using var answer = await app.SendAsync("POST", "/api/retrieve", body);
        Assert.Equal(400, (int)answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Contains(problem.RootElement.Items("errors"), error => error.Text("field") == field);
    }

    private static Task<JsonElement> RetrieveAsync(ParleyApp app, string body) =>
        app.PostJsonAsync("/api/retrieve", body, 200);
}
