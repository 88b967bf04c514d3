using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Conversations;

/// <summary>Every list walks an index that stands in its order: no scan of a table, no sorting on the side.</summary>
public sealed class ListPlanTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private string space = "";
    private string folder = "";

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        var (id, _) = await app.MakeConversationAsync("x", "q", "a");
        folder = (await app.PostJsonAsync("/api/folders", """{"name":"f"}""")).Text("id");
        await app.PatchJsonAsync(
            "/api/conversations/" + id,
            $$"""{"tags":["t"],"space":"Kitchen","model":"m-1","folder":"{{folder}}"}"""
        );
        space = "Kitchen";
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static TheoryData<string, string> Lists =>
        new()
        {
            { "", "conversations_by_time" },
            { "space", "conversations_by_space" },
            { "default-space", "conversations_by_space" },
            { "folder", "conversations_by_folder" },
            { "provider", "conversations_by_provider" },
            { "model", "conversations_by_model" },
            { "archived", "conversations_archived" },
            { "not-archived", "conversations_by_time" },
            { "starred", "conversations_starred" },
            { "pinned", "conversations_pinned" },
            { "binned", "conversations_in_bin" },
            { "range", "conversations_by_time" },
            { "space+provider+starred", "conversations_starred" },
        };

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_list_and_its_next_page_walk_one_index(string filters, string index)
    {
        foreach (var next in new[] { false, true })
        {
            var plan = await PlanAsync(Filter(filters), next);
            Assert.Contains(
                plan,
                l => l.Contains($"SEARCH c USING INDEX {index} (owner_id=", StringComparison.Ordinal)
            );
            AssertWalked(plan);
            // A page does not begin at the front and count its way: the position is a bound of the index.
            Assert.True(
                !next
                    || plan.Exists(l =>
                        l.Contains(index, StringComparison.Ordinal) && l.Contains("<?", StringComparison.Ordinal)
                    ),
                string.Join('\n', plan)
            );
        }
    }

    /// <summary>A tag on few is read whole and those few are sorted: bounded, and no table is scanned.</summary>
    [Fact]
    public async Task A_rare_tag_is_read_from_its_own_index()
    {
        var plan = await PlanAsync(new ConversationFilter { Tags = ["t"] }, next: false);
        Assert.Contains(plan, l => l.Contains("SEARCH ct USING", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, l => l.Contains("SCAN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        "SELECT id FROM messages INDEXED BY messages_of_path WHERE conversation_id = 1 AND active = 1 AND ord > 5 ORDER BY ord LIMIT 10"
    )]
    [InlineData("SELECT id FROM imports WHERE owner_id = 1 AND id < 9 ORDER BY id DESC LIMIT 10")]
    [InlineData("SELECT id FROM tags WHERE owner_id = 1 ORDER BY name_key LIMIT 10")]
    [InlineData("SELECT id FROM spaces WHERE owner_id = 1 ORDER BY name_key LIMIT 10")]
    [InlineData(ExportStore.ListSql)]
    public async Task Other_lists_walk_an_index_too(string sql) => AssertWalked(await PlanAsync(sql));

    [Fact]
    public async Task What_is_shared_is_found_by_its_grants()
    {
        var plan = await PlanAsync(SharedConversations.Sql);
        Assert.DoesNotContain(
            plan,
            l => l.Contains("SCAN", StringComparison.Ordinal) && l is not ("SCAN x" or "SCAN page")
        );
        Assert.Contains(
            plan,
            l => l.Contains("SEARCH c USING INDEX conversations_by_space (owner_id=", StringComparison.Ordinal)
        );
    }

    private static void AssertWalked(List<string> plan)
    {
        Assert.DoesNotContain(plan, l => l.Contains("SCAN", StringComparison.Ordinal));
        // The few tags of one row are sorted for it; rows never are.
        Assert.DoesNotContain(plan, l => l.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));
    }

    private ConversationFilter Filter(string filters)
    {
        var filter = new ConversationFilter();
        foreach (var one in filters.Split('+'))
        {
            filter = one switch
            {
                "space" => filter with { Space = space },
                "default-space" => filter with { Space = "default" },
                "folder" => filter with { Folder = folder },
                "provider" => filter with { Provider = "parley" },
                "model" => filter with { Model = "m-1" },
                "archived" => filter with { Archived = true },
                "not-archived" => filter with { Archived = false },
                "starred" => filter with { Starred = true },
                "pinned" => filter with { Pinned = true },
                "binned" => filter with { Binned = true },
                "range" => filter with { After = 1, Before = 1_000 },
                _ => filter,
            };
        }

        return filter;
    }

    private async Task<List<string>> PlanAsync(ConversationFilter filter, bool next)
    {
        var sql = await app.Get<Db>()
            .ReadAsync(session =>
            {
                var query = ConversationQuery.Of(session, DataFolder.LocalOwner, filter, titles: null)!;
                if (next)
                {
                    query.After(5, 5);
                }

                return query.Sql(ConversationReads.ItemColumns);
            });
        return await PlanAsync(sql);
    }

    private Task<List<string>> PlanAsync(string sql) =>
        app.Get<Db>().ReadAsync<List<string>>(session => [.. session.PlanOf(sql).Split('\n')]);
}
