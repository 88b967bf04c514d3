using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Search;

public sealed class DidYouMeanTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        var draft = Drafts.New();
        for (var message = 0; message < 60; message++)
            draft.User("the parliament debates kettle2 and tea");
        draft.User("the parlament debates").User("kettle3 boils").User("the palace");
        for (var message = 0; message < 10; message++)
            draft.User("a pallace");
        await SearchStore.AddAsync(app.Get<Db>(), app.Get<MessageWriter>(), draft);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("parlament", "parliament")]
    [InlineData("debates  Parlament role:user", "debates  parliament role:user")]
    [InlineData("parlament OR palace parlament", "parlament OR palace parliament")]
    public async Task A_rare_word_may_be_meant_as_a_frequent_one_but_is_searched_as_it_is(string query, string meant)
    {
        var found = await app.GetJsonAsync("/api/search?q=" + Uri.EscapeDataString(query));
        Assert.Equal(meant, found.GetProperty("did_you_mean").Text("text"));
        Assert.Equal("parliament", found.GetProperty("did_you_mean").Text("word"));
        Assert.Equal(60, found.GetProperty("did_you_mean").Number("documents"));
        Assert.Equal("the parlament debates", Assert.Single(found.Items()).GetProperty("snippet").Text("text"));
    }

    [Theory]
    [InlineData("parliament")]
    [InlineData("\"parlament\"")]
    [InlineData("parlament*")]
    [InlineData("tea -parlament")]
    [InlineData("kettle3")]
    [InlineData("palace")]
    [InlineData("paliament")]
    [InlineData("")]
    public async Task Nothing_else_may_be_meant(string query)
    {
        var found = await app.GetJsonAsync("/api/search?q=" + Uri.EscapeDataString(query));
        Assert.False(found.TryGetProperty("did_you_mean", out _));
    }

    [Fact]
    public async Task Further_pages_do_not_ask_again()
    {
        var found = await app.GetJsonAsync("/api/search?q=parlament&offset=1");
        Assert.False(found.TryGetProperty("did_you_mean", out _));
    }
}
