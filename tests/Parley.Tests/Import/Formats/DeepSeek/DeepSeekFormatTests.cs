using Parley.Conversations;

namespace Parley.Tests.Import.Formats.DeepSeek;

public sealed class DeepSeekFormatTests
{
    [Fact]
    public void The_fixture_holds_what_is_expected_of_it()
    {
        FixtureCounts.Check("others/deepseek-conversations.json");
        var run = FormatRun.OfFixture("others/deepseek-conversations.json");
        var conversation = Assert.Single(run.Conversations);
        Assert.Equal(
            ("deepseek", "ds-1", "DeepSeek tree"),
            (conversation.Provider, conversation.ProviderId, conversation.Title)
        );
        Assert.Equal(1777600800000000, conversation.CreatedAt);
        Assert.Equal(["1", "3"], conversation.Messages.Where(m => m.OnPath).Select(m => m.ProviderId));
        Assert.Equal(
            [PartKind.Thinking, PartKind.Text],
            conversation.Messages.Single(m => m.ProviderId == "2").Parts.Select(p => p.Kind)
        );
        Assert.Equal("Sky\nhttps://example.org", conversation.Messages.Single(m => m.ProviderId == "3").Parts[0].Text);
        Assert.Equal("deepseek-chat", conversation.Messages.Single(m => m.ProviderId == "3").Model);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Fragments_of_every_type_become_parts_and_tips_are_left_out()
    {
        var run = FormatRun.OfText(
            "conversations.json",
            """
            [{"id":"c","title":"","inserted_at":"2026-01-01T00:00:00+08:00","mapping":{"root":{"id":"root","parent":null,"children":["1"],"message":null},
             "1":{"parent":"root","children":["2"],"message":{"files":[{"id":"f1","file_name":"a.pdf","file_size":9}],"fragments":[{"type":"FILE","file_id":"f2","name":"b.txt"},{"type":"REQUEST","content":"q"}]}},
             "2":{"parent":"1","message":{"fragments":[{"type":"TIP","content":"hint"},{"type":"TOOL_SEARCH","queries":[{"query":"words"}],"results":[{"title":"T","url":"https://u.example","snippet":"s"}]},
               {"type":"TOOL_OPEN","result":{"title":"P","url":"https://p.example"}},{"type":"READ_LINK","url":"https://l.example"},{"type":"HOLOGRAM","content":"odd"},{"type":"RESPONSE","content":"a"}]}}}}]
            """
        );
        var conversation = Assert.Single(run.Conversations);
        Assert.Null(conversation.Title);
        Assert.Equal([PartKind.File, PartKind.Text, PartKind.File], conversation.Messages[0].Parts.Select(p => p.Kind));
        Assert.Equal(
            ["b.txt", "a.pdf"],
            conversation.Messages[0].Parts.Where(p => p.Kind == PartKind.File).Select(p => p.AttachmentName)
        );
        Assert.Equal(Role.User, conversation.Messages[0].Role);
        Assert.Equal(
            [
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.ToolResult,
                PartKind.File,
                PartKind.Unknown,
                PartKind.Text,
            ],
            conversation.Messages[1].Parts.Select(p => p.Kind)
        );
        Assert.Equal("T\nhttps://u.example\ns", conversation.Messages[1].Parts[1].Text);
        Assert.Contains(run.Warnings, w => w.Code == "unknown-content-type" && w.Id == "2");
    }

    [Fact]
    public void Old_exports_without_fragments_take_roles_from_the_tree_or_the_role_field()
    {
        var run = FormatRun.OfText(
            "conversations.json",
            """
            [{"id":"c","inserted_at":"2025-01-01T00:00:00Z","mapping":{"root":{"parent":null,"message":null},
             "3":{"parent":"2","message":{"content":"third"}},"1":{"parent":"root","message":{"content":"first"}},"2":{"parent":"1","message":{"content":"second","reasoning_content":"why"}},
             "4":{"parent":"3","message":{"role":"ASSISTANT","content":"fourth"}}}}]
            """
        );
        var roles = run.Messages.ToDictionary(m => m.ProviderId!, m => m.Role);
        Assert.Equal(
            (Role.User, Role.Assistant, Role.User, Role.Assistant),
            (roles["1"], roles["2"], roles["3"], roles["4"])
        );
        Assert.Equal(
            [PartKind.Thinking, PartKind.Text],
            run.Messages.Single(m => m.ProviderId == "2").Parts.Select(p => p.Kind)
        );
    }

    [Fact]
    public void Rings_and_junk_do_not_stop_the_rest()
    {
        var run = FormatRun.OfText(
            "conversations.json",
            """
            [null,7,{"id":"ring","inserted_at":"","mapping":{"1":{"parent":"2","message":{"content":"a"}},"2":{"parent":"1","message":{"content":"b"}}}},
             {"id":"odd","inserted_at":null,"mapping":[]},{"id":"fine","mapping":{"1":{"parent":null,"message":{"fragments":[{"type":"REQUEST","content":"x"}]}}}}]
            """
        );
        Assert.Equal(["ring", "fine"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal(2, run.Conversations[0].Messages.Count);
    }
}
