using System.Text.Json;

namespace Parley.Tests.Realtime;

/// <summary>Changes of a conversation reach everybody it is shared with, and nobody else.</summary>
public sealed class SharedFeedTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private Person ada = null!;
    private Person ben = null!;
    private Person cleo = null!;

    public async ValueTask InitializeAsync()
    {
        (app, var admin) = await Accounts.StartAsync();
        ada = await admin.AddAsync("owner@example.org");
        ben = await admin.AddAsync("ben@example.org");
        cleo = await admin.AddAsync("cleo@example.org");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<EventReader> FollowAsync(Person who)
    {
        var reader = await EventReader.OpenAsync(app, "GET", "/api/events", null, who.Header);
        await reader.UntilAsync("resync");
        return reader;
    }

    private static async Task<string> TalkAsync(Person who) =>
        (await who.JsonAsync("POST", "/api/conversations", """{"title":"t"}""", 201)).Text("id");

    private static Task<JsonElement> SayAsync(Person who, string talk) =>
        who.JsonAsync("POST", $"/api/conversations/{talk}/messages", """{"role":"user","content":"hello"}""", 201);

    private async Task ShareAsync(string path) =>
        await ada.JsonAsync("PUT", path + "/grants", $$"""{"grants":[{"user_id":"{{ben.Id}}","rights":["read"]}]}""");

    [Fact]
    public async Task Readers_hear_of_messages_and_of_the_bin_and_others_of_nothing()
    {
        var shared = await TalkAsync(ada);
        var own = await TalkAsync(ada);
        await ShareAsync($"/api/conversations/{shared}");
        using var toBen = await FollowAsync(ben);
        using var toCleo = await FollowAsync(cleo);

        await SayAsync(ada, own);
        await SayAsync(ada, shared);
        var said = await toBen.UntilAsync("conversation");
        Assert.Equal(shared, said.Data.Text("conversation_id"));
        await ada.JsonAsync("DELETE", $"/api/conversations/{shared}", status: 204);
        SentEvent gone;
        do
        {
            gone = await toBen.UntilAsync("conversation");
            Assert.Equal(shared, gone.Data.Text("conversation_id"));
        } while (!gone.Data.TryGetProperty("deleted", out var deleted) || deleted.ValueKind != JsonValueKind.True);

        var hers = await TalkAsync(cleo);
        Assert.Equal(hers, (await toCleo.UntilAsync("conversation")).Data.Text("conversation_id"));
    }

    [Fact]
    public async Task A_shared_space_is_heard_and_a_grant_taken_back_is_not()
    {
        var talk = await TalkAsync(ada);
        var space = (await ada.JsonAsync("GET", "/api/spaces")).Items()[0].Text("id");
        await ShareAsync($"/api/spaces/{space}");
        using var toBen = await FollowAsync(ben);
        await SayAsync(ada, talk);
        Assert.Equal(talk, (await toBen.UntilAsync("conversation")).Data.Text("conversation_id"));

        await ada.JsonAsync("PUT", $"/api/spaces/{space}/grants", """{"grants":[]}""");
        using var toAda = await FollowAsync(ada);
        await SayAsync(ada, talk);
        await toAda.UntilAsync("conversation");
        var his = await TalkAsync(ben);
        Assert.Equal(his, (await toBen.UntilAsync("conversation")).Data.Text("conversation_id"));
    }
}
