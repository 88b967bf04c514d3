using Parley.Search;

namespace Parley.Tests.Search;

/// <summary>Questions, misspelt words, and what an answer says of its limits.</summary>
public abstract partial class SearchIndexContract
{
    [Fact]
    public async Task What_is_not_counted_is_estimated_and_said()
    {
        Store.Options.CountLimit = 1;
        await Store.AddAsync(Drafts.New().User("tea pot").User("tea pot").User("tea cup"));
        var ranked = await Store.SearchAsync("tea pot", SearchSort.Relevance, limit: 1);
        Assert.Null(ranked.Total);
        Assert.False(ranked.Complete);
        Assert.Equal(1, ranked.TotalAtLeast);
        Store.Options.CountLimit = 1_000_000;
        ranked = await Store.SearchAsync("tea pot", SearchSort.Relevance, limit: 1);
        Assert.Equal(2, ranked.Total);
        Assert.True(ranked.Complete);
    }

    [Fact]
    public async Task Work_that_was_cut_is_said()
    {
        Store.Options.WorkLimit = 1;
        await Store.AddAsync(Drafts.New().User("tea pot").User("tea pot"));
        await Store.AddAsync(Drafts.New().User("tea pot").User("tea pot"));
        await Store.AddAsync(Drafts.New().User("tea pot").User("tea pot"));
        var answer = await Store.SearchAsync("tea pot", SearchSort.Relevance);
        Assert.True(answer.Cut);
        Assert.False(answer.Complete);
        Assert.NotEmpty(answer.Hits);
    }

    [Fact]
    public async Task A_question_is_carried_by_its_rare_words()
    {
        var draft = Drafts.New();
        for (var i = 0; i < 50; i++)
        {
            draft.User($"how do I do the thing number{i} in a way that is good");
        }

        await Store.AddAsync(draft.Assistant("configure nginx with a proxy").User("the proxy"));
        Assert.Equal(
            "configure nginx with a proxy",
            (await Store.SearchAsync("how do I configure the nginx proxy", SearchSort.Relevance)).Hits[0].Snippet.Text
        );
        Assert.Equal(1, (await Store.SearchAsync("how do I configure nginx")).Total);
    }

    [Fact]
    public async Task A_misspelt_word_finds_what_was_meant_and_says_so()
    {
        await Store.AddAsync(Drafts.New().User("kubernetes operators").User("other things"));
        var answer = await Store.SearchAsync("kubrnetes");
        Assert.Equal("kubernetes operators", Assert.Single(answer.Hits).Snippet.Text);
        Assert.Contains("kubernetes", Assert.Single(answer.Notes), StringComparison.Ordinal);
        Assert.Empty((await Store.SearchAsync("\"kubrnetes\"")).Hits);
    }
}
