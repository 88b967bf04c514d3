using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Conversations;

public sealed class MessageTextsTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private ITextSource Source => app.Services.GetServices<ITextSource>().Single(s => s.Kind == TextKind.Message);

    private Task<IReadOnlyList<SourceText>> ReadAsync(long group, int from = 0) =>
        app.Get<Db>().ReadAsync(db => Source.ReadGroup(db, group, from), TestContext.Current.CancellationToken);

    private static long Group(string id) => Ids.TryParse(id, IdKind.Conversation, out var value) ? value : 0;

    private static string Said(SourceText text) => Encoding.UTF8.GetString(text.Text.Span);

    [Fact]
    public async Task Texts_come_in_order_and_each_says_what_it_follows()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1", "a1", "q2", "a2");
        await app.PatchJsonAsync($"/api/conversations/{id}/messages/{messages[2]}", """{"content":"q2 better"}""");
        var texts = await ReadAsync(Group(id));
        Assert.Equal(["q1", "a1", "q2", "a2", "q2 better"], texts.Select(Said));
        Assert.Equal([0, texts[0].Id, texts[1].Id, texts[2].Id, texts[1].Id], texts.Select(t => t.Follows));
        Assert.All(texts, t => Assert.Equal(DataFolder.LocalOwner, t.OwnerId));
        Assert.Equal(["a2", "q2 better"], (await ReadAsync(Group(id), 3)).Select(Said));
        Assert.Empty(await ReadAsync(Group(id), 5));
        Assert.Empty(await ReadAsync(12345));
    }

    [Fact]
    public async Task Only_what_is_shown_is_read()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1");
        var path = $"/api/conversations/{id}/messages";
        var system = await app.PostJsonAsync(
            path,
            $$"""{"role":"system","content":"Be short","parent_id":"{{messages[0]}}"}"""
        );
        await app.PostJsonAsync(
            path,
            $$"""
            {"role":"assistant","parent_id":"{{system.Text("id")}}","parts":[
              {"type":"thinking","text":"hm"},{"type":"text","text":"Grüße 🍵"},{"type":"tool_call","name":"f","text":"{}"},
              {"type":"code","name":"c","text":"int x;"}]}
            """
        );
        var texts = await ReadAsync(Group(id));
        Assert.Equal(["q1", "Grüße 🍵\nint x;"], texts.Select(Said));
        Assert.Equal(texts[0].Id, texts[1].Follows);
    }

    [Fact]
    public async Task Groups_are_listed_page_by_page()
    {
        var made = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(Group((await app.MakeConversationAsync($"c{i}", "q")).Id));
        }

        var listed = new List<long>();
        for (long after = 0; ; after = listed[^1])
        {
            var page = await app.Get<Db>()
                .ReadAsync(db => Source.ListGroups(db, after, 2), TestContext.Current.CancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            Assert.InRange(page.Count, 1, 2);
            listed.AddRange(page);
        }

        Assert.Equal(made.Order(), listed);
    }

    [Fact]
    public async Task Reading_walks_no_table()
    {
        foreach (var sql in MessageTexts.Statements)
        {
            var plan = await app.Get<Db>().ReadAsync(db => db.PlanOf(sql), TestContext.Current.CancellationToken);
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
        }
    }
}
