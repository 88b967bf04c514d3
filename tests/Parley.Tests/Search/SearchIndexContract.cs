using Parley.Conversations;
using Parley.Search;

namespace Parley.Tests.Search;

/// <summary>What every <see cref="ISearchIndex"/> promises, whatever it is built on.</summary>
public abstract partial class SearchIndexContract : IAsyncLifetime
{
    private protected SearchStore Store { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Store = CreateStore();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_found_by_any_word()
    {
        await Store.AddAsync(Drafts.New("Kettles").User("How hot is green tea?").Assistant("Around eighty degrees."));
        Assert.Equal("How hot is green tea?", await Store.FindAsync("tea"));
        Assert.Equal("Around eighty degrees.", await Store.FindAsync("EIGHTY degree"));
        Assert.Equal("Kettles", await Store.FindAsync("kettle"));
        Assert.Equal("", await Store.FindAsync("tea degrees"));
    }

    [Theory]
    [InlineData("\"green tea\"", "green tea")]
    [InlineData("\"tea green\"", "")]
    [InlineData("gre*", "black and green | green tea")]
    [InlineData("tea OR coffee", "coffee | green tea")]
    [InlineData("green -tea", "black and green")]
    [InlineData("-tea", "coffee | black and green")]
    [InlineData("green OR coffee -tea", "coffee | black and green")]
    public async Task The_query_language(string query, string expected)
    {
        await Store.AddAsync(Drafts.New().User("green tea").User("black and green").User("coffee"));
        Assert.Equal(expected, await Store.FindAsync(query));
    }

    [Theory]
    [InlineData("(a OR b) NEAR(c)")]
    [InlineData("title:x {prompt}:y ^z + w")]
    [InlineData("\"")]
    [InlineData("a\"b\"\"c")]
    [InlineData("'; DROP TABLE messages; --")]
    [InlineData("* ** a* *b")]
    [InlineData("\0\u0001k:m \uD83D")]
    [InlineData("AND NOT OR NEAR")]
    public async Task Syntax_of_others_is_literal(string query)
    {
        await Store.AddAsync(Drafts.New().User("nothing of that"));
        Assert.Equal("", await Store.FindAsync(query));
        Assert.Equal("", await Store.FindAsync(query, SearchSort.Relevance));
    }

    [Fact]
    public async Task A_query_of_punctuation_finds_nothing_and_says_why()
    {
        await Store.AddAsync(Drafts.New().User("text"));
        var answer = await Store.SearchAsync("?! ...");
        Assert.Empty(answer.Hits);
        Assert.NotEmpty(answer.Notes);
        Assert.Equal(0, answer.Total);
    }

    [Theory]
    [InlineData("provider:chatgpt word", "two word")]
    [InlineData("-provider:chatgpt word", "one word")]
    [InlineData("provider:chatgpt provider:claude word", "two word | one word")]
    [InlineData("role:user word", "one word")]
    [InlineData("model:gpt-4o word", "two word")]
    [InlineData("model:gpt word", "two word")]
    [InlineData("model:claude word", "")]
    [InlineData("tag:Tea word", "one word")]
    [InlineData("-tag:tea word", "two word")]
    [InlineData("tag:nobody word", "")]
    [InlineData("space:default word", "two word | one word")]
    [InlineData("space:other word", "")]
    [InlineData("is:archived word", "two word")]
    [InlineData("-is:archived word", "one word")]
    [InlineData("before:2025-01-03 word", "one word")]
    [InlineData("after:2025-01-03 word", "two word")]
    [InlineData("after:2025 before:2026 word", "two word | one word")]
    [InlineData("before:2024 word", "")]
    [InlineData("in:title word", "")]
    [InlineData("in:prompt word", "one word")]
    [InlineData("role:assistant", "two word")]
    [InlineData("in:title", "Second | First")]
    public async Task Filters_keep_what_they_say(string query, string expected)
    {
        await Store.AddAsync(
            Drafts.New("First").User("one word").Tag("tea"),
            Drafts.New("Second", "chatgpt", day: 4).Assistant("two word", "gpt-4o").Archived()
        );
        Assert.Equal(expected, await Store.FindAsync(query));
    }

    [Fact]
    public async Task Parts_are_found_where_they_stand()
    {
        await Store.AddAsync(
            Drafts
                .New()
                .Assistant("Look:\n```python\ndef get_user_by_id(self): pass\n```\nDone.")
                .Part(Role.Assistant, PartKind.Thinking, "weighing options")
                .Part(Role.Assistant, PartKind.ToolCall, "{\"query\": \"weather\"}")
                .Part(Role.Tool, PartKind.ToolResult, "sunny")
                .File("Report.txt", "quarterly numbers")
        );
        var code = Assert.Single((await Store.SearchAsync("getUserById has:code")).Hits);
        Assert.Equal(SearchField.Code, code.Field);
        Assert.Equal(
            SearchField.Thinking,
            Assert.Single((await Store.SearchAsync("weighing has:thinking")).Hits).Field
        );
        Assert.Equal(SearchField.Tool, Assert.Single((await Store.SearchAsync("weather has:tool")).Hits).Field);
        Assert.Single((await Store.SearchAsync("sunny in:tool")).Hits);
        Assert.Single((await Store.SearchAsync("quarterly has:attachment")).Hits);
        Assert.Single((await Store.SearchAsync("report.txt")).Hits);
        Assert.Empty((await Store.SearchAsync("weather -has:tool")).Hits);
    }

    [Fact]
    public async Task Abandoned_branches_are_found_and_marked()
    {
        var draft = new ConversationDraft
        {
            Provider = "chatgpt",
            ProviderId = "b",
            CreatedAt = 1_735_689_600_000_000,
            ActiveLeaf = "kept",
        };
        draft.Messages.Add(
            new MessageDraft { Role = Role.User, ProviderId = "root" }.AddText(draft.Arena.Add("question"))
        );
        draft.Messages.Add(
            new MessageDraft
            {
                Role = Role.Assistant,
                ProviderId = "left",
                Parent = "root",
            }.AddText(draft.Arena.Add("abandoned answer"))
        );
        draft.Messages.Add(
            new MessageDraft
            {
                Role = Role.Assistant,
                ProviderId = "kept",
                Parent = "root",
            }.AddText(draft.Arena.Add("chosen answer"))
        );
        await Store.AddAsync(draft);
        Assert.False(Assert.Single((await Store.SearchAsync("abandoned")).Hits).OnActivePath);
        Assert.Equal("chosen answer", await Store.FindAsync("answer branch:active"));
    }

    [Fact]
    public async Task Removed_replaced_and_retitled_items_follow()
    {
        var conversation = (await Store.AddAsync(Drafts.New("Old title").User("first text").User("second text")))[0];
        var hit = Assert.Single((await Store.SearchAsync("first")).Hits);
        var batch = new WriteBatch();
        var changed = new MessageDraft { Role = Role.User };
        batch.Replaced.Add(
            new WrittenMessage(
                hit.MessageId!.Value,
                conversation,
                1,
                "claude",
                changed.AddText("rewritten"u8.ToArray())
            )
        );
        batch.Titles.Add(new WrittenTitle(conversation, 1, "claude", "New title", IsNew: false));
        await Store.PublishAsync(batch);
        Assert.Empty((await Store.SearchAsync("first")).Hits);
        Assert.Single((await Store.SearchAsync("rewritten")).Hits);
        Assert.Empty((await Store.SearchAsync("old")).Hits);
        Assert.Single((await Store.SearchAsync("new in:title")).Hits);

        var removal = new WriteBatch();
        removal.Removed.Add(hit.MessageId.Value);
        removal.RemovedTitles.Add(conversation);
        await Store.PublishAsync(removal);
        Assert.Empty((await Store.SearchAsync("rewritten OR title")).Hits);
        Assert.Single((await Store.SearchAsync("second")).Hits);
    }

    [Fact]
    public async Task What_is_in_the_bin_or_anothers_is_not_found()
    {
        var ids = await Store.AddAsync(Drafts.New().User("kept word"), Drafts.New().User("binned word"));
        await Store.Db.WriteAsync(tx => tx.Execute($"UPDATE conversations SET deleted_at = 1 WHERE id = {ids[1]}"));
        var answer = await Store.SearchAsync("word");
        Assert.Equal("kept word", Assert.Single(answer.Hits).Snippet.Text);
        Assert.Equal(1, answer.Total);
        var other = await Store.Index.SearchAsync(
            new SearchRequest(2, SearchQuery.Parse("word")),
            TestContext.Current.CancellationToken
        );
        Assert.Empty(other.Hits);
        Assert.Equal(0, other.Total);
    }

    [Theory]
    [InlineData(SearchSort.Newest)]
    [InlineData(SearchSort.Oldest)]
    [InlineData(SearchSort.Relevance)]
    public async Task Pages_follow_without_gap_or_repeat_while_writing_goes_on(object sorting)
    {
        var sort = (SearchSort)sorting;
        var draft = Drafts.New();
        for (var i = 0; i < 25; i++)
        {
            draft.User($"word {i}");
        }

        await Store.AddAsync(draft);
        var seen = new List<string>();
        var request = new SearchRequest(1, SearchQuery.Parse("word"), sort, Limit: 10);
        while (true)
        {
            var page = await Store.Index.SearchAsync(request, TestContext.Current.CancellationToken);
            seen.AddRange(page.Hits.Select(h => h.Snippet.Text));
            Assert.Equal(25, page.Total);
            if (page.NextCursor is null)
            {
                break;
            }

            Assert.True(SearchCursor.TryParse(page.NextCursor.Value.ToString(), out var cursor));
            request = request with { Cursor = cursor };
            if (sort != SearchSort.Oldest)
            {
                await Store.AddAsync(Drafts.New(day: 100 + seen.Count).User("word later"));
            }
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
    }

    [Fact]
    public async Task Relevance_puts_titles_phrases_and_rare_words_first()
    {
        await Store.AddAsync(
            Drafts.New("Sourdough", day: 1).User("hello"),
            Drafts
                .New(day: 2)
                .Assistant(
                    "A long answer about bread and many other things, in which sourdough is named once at its very end: sourdough."
                ),
            Drafts.New(day: 3).Part(Role.Assistant, PartKind.Thinking, "sourdough maybe"),
            Drafts.New(day: 4).User("my starter for bread"),
            Drafts.New(day: 5).User("bread is what my mother would like as a starter")
        );
        var hits = (await Store.SearchAsync("sourdough", SearchSort.Relevance)).Hits;
        Assert.Equal([SearchField.Title, SearchField.Answer, SearchField.Thinking], hits.Select(h => h.Field));
        Assert.Equal(
            "my starter for bread",
            (await Store.SearchAsync("bread starter", SearchSort.Relevance)).Hits[0].Snippet.Text
        );
    }

    [Fact]
    public async Task Groups_show_the_best_of_each_conversation()
    {
        await Store.AddAsync(Drafts.New("A").User("tea").User("tea tea tea"), Drafts.New("B", day: 1).User("tea"));
        var answer = await Store.Index.SearchAsync(
            new SearchRequest(1, SearchQuery.Parse("tea"), SearchSort.Newest, GroupByConversation: true),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["B", "A"], answer.Hits.Select(h => h.Title));
        Assert.Equal([0, 1], answer.Hits.Select(h => h.More));
        Assert.Equal(2, answer.Total);
    }

    [Fact]
    public async Task Facets_count_the_candidates()
    {
        await Store.AddAsync(
            Drafts.New().User("tea").Assistant("tea", "opus"),
            Drafts.New(provider: "chatgpt", day: 40).Assistant("tea", "gpt")
        );
        var answer = await Store.Index.SearchAsync(
            new SearchRequest(1, SearchQuery.Parse("tea"), SearchSort.Newest, Facets: Enum.GetValues<SearchFacet>()),
            TestContext.Current.CancellationToken
        );
        Assert.True(answer.Complete);
        Assert.Equal([new FacetValue("claude", 2), new FacetValue("chatgpt", 1)], answer.Facets[SearchFacet.Provider]);
        Assert.Equal([new FacetValue("assistant", 2), new FacetValue("user", 1)], answer.Facets[SearchFacet.Role]);
        Assert.Equal(["gpt", "opus", "unknown"], answer.Facets[SearchFacet.Model].Select(v => v.Value).Order());
        Assert.Equal([new FacetValue("2025-01", 2), new FacetValue("2025-02", 1)], answer.Facets[SearchFacet.Month]);
    }

    [Fact]
    public async Task Suggestions_complete_find_titles_and_spell()
    {
        await Store.AddAsync(
            Drafts.New("Kubernetes operators").User("kubernetes operator queries and kubernetes clusters")
        );
        var begun = await Store.Index.SuggestAsync(1, "deploy kube", 5, TestContext.Current.CancellationToken);
        Assert.Equal("deploy kubernetes", begun.Completions[0].Text);
        Assert.Equal(
            "Kubernetes operators",
            Assert
                .Single(
                    (await Store.Index.SuggestAsync(1, "kube oper", 5, TestContext.Current.CancellationToken)).Titles
                )
                .Title
        );
        Assert.Equal(
            "my kubernetes",
            (await Store.Index.SuggestAsync(1, "my kubernets", 5, TestContext.Current.CancellationToken))
                .Spelling[0]
                .Text
        );
        Assert.Equal(
            "kubernetes",
            (await Store.Index.SuggestAsync(1, "kubrentes", 5, TestContext.Current.CancellationToken)).Spelling[0].Text
        );
        Assert.Equal(
            "queries",
            (await Store.Index.SuggestAsync(1, "quer", 5, TestContext.Current.CancellationToken)).Completions[0].Text
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\"")]
    [InlineData("tag:x ")]
    [InlineData("-*")]
    [InlineData("a\0b\uD800")]
    public async Task Any_text_can_be_suggested_for(string text)
    {
        await Store.AddAsync(Drafts.New("Title").User("text"));
        Assert.NotNull(await Store.Index.SuggestAsync(1, text, 5, TestContext.Current.CancellationToken));
    }
}
