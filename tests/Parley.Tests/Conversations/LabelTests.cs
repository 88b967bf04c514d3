namespace Parley.Tests.Conversations;

public sealed class LabelTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<string> CountsAsync(string path) =>
        string.Join(
            ' ',
            (await app.GetJsonAsync(path)).Items().Select(i => $"{i.Text("name")}={i.Number("conversation_count")}")
        );

    [Fact]
    public async Task Tags_are_made_renamed_merged_and_deleted_and_counts_follow()
    {
        var tea = await app.PostJsonAsync("/api/tags", """{"name":"Tea","color":"#00ff00"}""");
        await app.PostJsonAsync("/api/tags", """{"name":" tea "}""", 409);
        await app.PostJsonAsync("/api/conversations", """{"tags":["TEA","cups"]}""");
        await app.PostJsonAsync("/api/conversations", """{"tags":["cups"]}""");
        Assert.Equal("cups=2 Tea=1", await CountsAsync("/api/tags"));
        var cups = (await app.GetJsonAsync("/api/tags")).Items()[0].Text("id");
        var merged = await app.SendJsonAsync("POST", $"/api/tags/{tea.Text("id")}/merge", $$"""{"into":"{{cups}}"}""");
        Assert.Equal(2, merged.Number("conversation_count"));
        Assert.Equal("mugs", (await app.PatchJsonAsync("/api/tags/" + cups, """{"name":"mugs"}""")).Text("name"));
        await app.SendJsonAsync("DELETE", "/api/tags/" + cups, null, 204);
        Assert.Equal("", await CountsAsync("/api/tags"));
        Assert.All((await app.GetJsonAsync("/api/conversations")).Items(), c => Assert.Empty(c.Items("tags")));
        await app.SendJsonAsync("DELETE", "/api/tags/" + cups, null, 404);
        await app.PostJsonAsync("/api/tags", """{"name":"a\nb"}""", 400);
        await app.PostJsonAsync("/api/tags", """{"name":"x","color":"url(evil)"}""", 400);
    }

    [Fact]
    public async Task Spaces_hold_each_conversation_once()
    {
        var work = (await app.PostJsonAsync("/api/spaces", """{"name":"Work"}""")).Text("id");
        var one = await app.PostJsonAsync("/api/conversations", $$"""{"space":"{{work}}"}""");
        Assert.Equal("Work", one.Text("space"));
        await app.PatchJsonAsync("/api/conversations/" + one.Text("id"), """{"space":"Home"}""");
        Assert.Equal("default=0 Home=1 Work=0", await CountsAsync("/api/spaces"));
        var home = (await app.GetJsonAsync("/api/spaces")).Items()[1].Text("id");
        await app.SendJsonAsync("POST", $"/api/spaces/{home}/merge", $$"""{"into":"{{work}}"}""");
        Assert.Equal("default=0 Work=1", await CountsAsync("/api/spaces"));
        await app.SendJsonAsync("DELETE", "/api/spaces/" + work, null, 204);
        Assert.Equal("default=1", await CountsAsync("/api/spaces"));
        var fallback = (await app.GetJsonAsync("/api/spaces")).Items()[0].Text("id");
        await app.SendJsonAsync("DELETE", "/api/spaces/" + fallback, null, 409);
    }

    [Fact]
    public async Task Folders_nest_move_and_give_up_what_they_hold()
    {
        var outer = (await app.PostJsonAsync("/api/folders", """{"name":"outer"}""")).Text("id");
        var inner = (await app.PostJsonAsync("/api/folders", $$"""{"name":"inner","parent_id":"{{outer}}"}""")).Text(
            "id"
        );
        await app.PostJsonAsync("/api/conversations", $$"""{"folder":"{{inner}}"}""");
        Assert.Equal("outer=0 inner=1", await CountsAsync("/api/folders"));
        await app.PatchJsonAsync("/api/folders/" + outer, $$"""{"parent_id":"{{inner}}"}""", 400);
        await app.PatchJsonAsync("/api/folders/" + outer, $$"""{"parent_id":"{{outer}}"}""", 400);
        await app.SendJsonAsync("DELETE", "/api/folders/" + inner, null, 204);
        Assert.Equal("outer=1", await CountsAsync("/api/folders"));
        await app.SendJsonAsync("DELETE", "/api/folders/" + outer, null, 204);
        Assert.True((await app.GetJsonAsync("/api/conversations")).Items()[0].IsNull("folder"));
    }

    [Fact]
    public async Task Long_lists_of_tags_page()
    {
        for (var i = 0; i < 5; i++)
        {
            await app.PostJsonAsync("/api/tags", $$"""{"name":"t{{i}}"}""");
        }

        var first = await app.GetJsonAsync("/api/tags?limit=2");
        var second = await app.GetJsonAsync("/api/tags?limit=2&cursor=" + first.Text("next_cursor"));
        var third = await app.GetJsonAsync("/api/tags?limit=2&cursor=" + second.Text("next_cursor"));
        Assert.Equal(
            ["t0", "t1", "t2", "t3", "t4"],
            first.Items().Concat(second.Items()).Concat(third.Items()).Select(t => t.Text("name"))
        );
        Assert.True(third.IsNull("next_cursor"));
        await app.GetJsonAsync("/api/spaces?cursor=" + first.Text("next_cursor"), 400);
    }
}
