using System.Text.Json;
using Parley.Vectors;

namespace Parley.Tests.Retrieval;

/// <summary>Passages by what they mean, beside those by what they say.</summary>
public sealed class SemanticRetrieveTests
{
    [Fact]
    public async Task What_shares_no_word_with_the_question_is_found_by_its_meaning()
    {
        await using var app = await ParleyApp.StartAsync();
        var (_, car) = await app.MakeConversationAsync("One", "My automobile needs new tyres before winter driving.");
        await app.MakeConversationAsync("Two", "Knead the dough and let the bread rise in the oven.");
        await app.MakeConversationAsync("Three", "Prune the roses in the garden in spring.");
        await app.Get<VectorWorker>().DrainAsync(TestContext.Current.CancellationToken);

        var found = await RetrieveAsync(app, """{"query":"vehicle wheels road","mode":"semantic","limit":1}""");

        var passage = Assert.Single(found.Items("passages"));
        Assert.Equal(car[0], passage.Text("message_id"));
        var lane = Assert.Single(found.Items("lanes"));
        Assert.Equal(("semantic", "used"), (lane.Text("name"), lane.Text("state")));
        Assert.Equal(JsonValueKind.Null, passage.GetProperty("scores").GetProperty("text").ValueKind);
        Assert.Empty((await RetrieveAsync(app, """{"query":"vehicle wheels road","mode":"text"}""")).Items("passages"));
    }

    [Fact]
    public async Task The_best_by_words_stays_before_what_only_meaning_found()
    {
        await using var app = await ParleyApp.StartAsync();
        var (_, exact) = await app.MakeConversationAsync("One", "The code of the vault is qvolejy seven.");
        for (var i = 0; i < 20; i++)
            await app.MakeConversationAsync(
                $"Noise {i}",
                $"Secret password number {i} opens the safe with the key code."
            );
        await app.Get<VectorWorker>().DrainAsync(TestContext.Current.CancellationToken);

        var found = await RetrieveAsync(app, """{"query":"qvolejy","limit":3}""");

        Assert.Equal(exact[0], found.Items("passages")[0].Text("message_id"));
    }

    [Fact]
    public async Task Filters_spaces_the_bin_and_other_owners_hold_for_meaning_too()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        var ada = await admin.AddAsync("owner@example.org");
        var ben = await admin.AddAsync("ben@example.org");
        var kept = await SayAsync(ada, "home", "My automobile needs new tyres.");
        var gone = await SayAsync(ada, "home", "The lorry has a flat tyre.");
        await SayAsync(ada, "work", "Trucks and vans on the motorway.");
        await SayAsync(ben, "home", "My bicycle has two wheels.");
        await app.Get<VectorWorker>().DrainAsync(TestContext.Current.CancellationToken);
        await ada.JsonAsync("DELETE", $"/api/conversations/{gone}", status: 204);

        Task<JsonElement> AskAsync(Person who, string more) =>
            who.JsonAsync("POST", "/api/retrieve", $$"""{"query":"vehicle wheels road","mode":"semantic"{{more}}}""");

        var home = await AskAsync(ada, ",\"spaces\":[\"home\"]");
        Assert.Equal([kept], home.Items("passages").Select(p => p.Text("conversation_id")));
        Assert.Equal(2, (await AskAsync(ada, "")).Items("passages").Count);
        Assert.Single((await AskAsync(ben, "")).Items("passages"));
        var filtered = await ada.JsonAsync(
            "POST",
            "/api/retrieve",
            """{"query":"vehicle wheels road role:assistant","mode":"semantic"}"""
        );
        Assert.Empty(filtered.Items("passages"));
    }

    [Fact]
    public async Task Related_conversations_are_about_the_same_and_not_in_the_bin()
    {
        await using var app = await ParleyApp.StartAsync();
        var (here, _) = await app.MakeConversationAsync("Tyres", "Which winter tyres for my car?");
        var (near, _) = await app.MakeConversationAsync("Car", "Are winter tyres worth it on a car?");
        var (gone, _) = await app.MakeConversationAsync("Old", "Winter tyres for the old car");
        await app.MakeConversationAsync("Bread", "How long does dough rise?");
        await app.Get<VectorWorker>().DrainAsync(TestContext.Current.CancellationToken);
        using (await app.SendAsync("DELETE", $"/api/conversations/{gone}")) { }

        var related = await app.GetJsonAsync($"/api/conversations/{here}/related?limit=2");

        Assert.Equal(near, related.Items()[0].Text("conversation_id"));
        Assert.DoesNotContain(related.Items(), item => item.Text("conversation_id") == gone);
        Assert.DoesNotContain(related.Items(), item => item.Text("conversation_id") == here);
        await app.GetJsonAsync("/api/conversations/01890a5d-ac96-774b-bcce-b302099a8057/related", 404);
    }

    private static async Task<string> SayAsync(Person who, string space, string text)
    {
        var id = (
            await who.JsonAsync("POST", "/api/conversations", $$"""{"title":"t","space":"{{space}}"}""", 201)
        ).Text("id");
        await who.JsonAsync(
            "POST",
            $"/api/conversations/{id}/messages",
            $$"""{"role":"user","content":"{{text}}"}""",
            201
        );
        return id;
    }

    private static Task<JsonElement> RetrieveAsync(ParleyApp app, string body) =>
        app.PostJsonAsync("/api/retrieve", body, 200);
}
