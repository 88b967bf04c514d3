using Parley.Chat.Prompts;

namespace Parley.Tests.Chat;

public sealed class PromptTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly string[] Categories =
    [
        "General",
        "Programming",
        "Creative",
        "Technical",
        "Data",
        "Education",
        "Business",
        "Research",
        "Marketing",
        "Science",
        "Philosophy",
        "Productivity",
        "Language",
    ];

    [Fact]
    public async Task The_built_in_prompts_cover_every_category()
    {
        await using var app = await ParleyApp.StartAsync();

        var items = (await app.GetJsonAsync("/api/prompts/templates")).Items();

        Assert.True(items.Count >= 15);
        Assert.Equal(items.Count, items.Select(i => i.Text("id")).Distinct().Count());
        Assert.Equal(Categories.ToHashSet(), items.Select(i => i.Text("category")).ToHashSet());
        Assert.Equal(
            ["audience", "words", "text"],
            items.Single(i => i.Text("id") == "summary").Items("variables").Select(v => v.GetString())
        );
        Assert.Equal(2, (await app.GetJsonAsync("/api/prompts/templates?category=language")).Number("total"));
    }

    [Fact]
    public async Task A_prompt_of_ones_own_is_kept_changed_and_deleted()
    {
        await using var app = await ParleyApp.StartAsync();

        var made = await app.PostJsonAsync(
            "/api/prompts",
            """{"title":"Tea","command":"Tea","content":"Talk about {{kind:green}} tea"}"""
        );
        var at = "/api/prompts/" + made.Text("id");
        Assert.Equal("tea", made.Text("command"));
        Assert.Equal("General", made.Text("category"));
        Assert.Equal(made.Text("id"), Assert.Single((await app.GetJsonAsync("/api/prompts")).Items()).Text("id"));

        await app.PostJsonAsync("/api/prompts", """{"title":"x","command":"TEA","content":"y"}""", 409);
        await app.PostJsonAsync("/api/prompts", """{"title":"x","command":"two words","content":"y"}""", 400);
        await app.SendJsonAsync("PUT", at, """{"title":"Tea","content":"z"}""", 412, ("If-Match", "\"9\""));
        var changed = await app.SendJsonAsync(
            "PUT",
            at,
            """{"title":"Tee","content":"Sprich über Tee"}""",
            200,
            ("If-Match", "\"1\"")
        );
        Assert.Equal(2, changed.Number("version"));
        Assert.Equal("Tee", (await app.GetJsonAsync(at)).Text("title"));

        using (var gone = await app.SendAsync("DELETE", at))
        {
            Assert.Equal(System.Net.HttpStatusCode.NoContent, gone.StatusCode);
        }

        await app.GetJsonAsync(at, 404);
    }

    [Theory]
    [InlineData("{{a}} and {{ b : c }}", "1 and  c ")]
    [InlineData("{{a}}{{a}}", "11")]
    [InlineData("{{missing}} stays", "{{missing}} stays")]
    [InlineData("{{CURRENT_DATE}} {{CURRENT_TIME}}", "2026-03-04 05:06")]
    [InlineData("{{}} {{a!}} {{a", "{{}} {{a!}} {{a")]
    [InlineData("{{x{{a}} }}", "{{x1 }}")]
    public void Variables_are_filled_in_and_the_rest_is_text(string content, string expected) =>
        Assert.Equal(expected, PromptText.Fill(content, new Dictionary<string, string> { ["a"] = "1" }, Now));

    [Fact]
    public void A_value_that_looks_like_a_variable_is_not_filled_in_again() =>
        Assert.Equal(
            "{{b}}",
            PromptText.Fill("{{a}}", new Dictionary<string, string> { ["a"] = "{{b}}", ["b"] = "no" }, Now)
        );
}
