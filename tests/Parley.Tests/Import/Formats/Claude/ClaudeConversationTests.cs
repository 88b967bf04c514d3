using Parley.Conversations;

namespace Parley.Tests.Import.Formats.Claude;

public sealed class ClaudeConversationTests
{
    private static RunConversation Only(string messages, string more = "") =>
        Assert.Single(
            FormatRun
                .OfText(
                    "conversations.json",
                    $$"""[{"uuid":"c","name":"n","created_at":"2024-01-01T00:00:00Z",{{more}}"chat_messages":[{{messages}}]}]"""
                )
                .Conversations
        );

    [Fact]
    public void A_tree_follows_parents_and_stands_at_its_newest_branch()
    {
        var run = FormatRun.OfFixture("claude/v2-tree-and-edges.json");
        var tree = run.Conversations.Single(c => c.ProviderId == "c-tree");
        Assert.Equal(["m1", "m2b", "m3b", "m4"], tree.Messages.Where(m => m.OnPath).Select(m => m.ProviderId));
        Assert.Equal(
            tree.Messages.Single(m => m.ProviderId == "m2b").Key,
            tree.Messages.Single(m => m.ProviderId == "m3").Parent
        );
        Assert.Contains(run.Warnings, w => w.Code == "Cycle");
        Assert.Contains(run.Warnings, w => w.Code == "UnknownParent" && w.Id == "x3");
        Assert.Contains(run.Warnings, w => w.Code == "RepeatedId" && w.Id == "x1");
        Assert.Contains(run.Ignored, i => i.Code == "empty" && i.Id == "c-empty");
        Assert.Contains(run.Ignored, i => i.Code == "no-message" && i.Id is "c-blocks" or "b4");
    }

    [Fact]
    public void Exports_without_parents_are_one_line()
    {
        var conversation = Only(
            """{"uuid":"a","sender":"human","text":"1"},{"uuid":"b","sender":"assistant","text":"2"},{"uuid":"c","sender":"assistant","text":"3"}"""
        );
        Assert.All(conversation.Messages, m => Assert.True(m.OnPath));
        Assert.Equal(conversation.Messages[1].Key, conversation.Messages[2].Parent);
    }

    [Fact]
    public void A_stated_leaf_wins_over_the_newest_message()
    {
        var conversation = Only(
            """
            {"uuid":"a","sender":"human","text":"1","created_at":"2024-01-01T00:00:01Z","parent_message_uuid":"00000000-0000-4000-8000-000000000000"},
            {"uuid":"b","sender":"assistant","text":"2","created_at":"2024-01-01T00:00:02Z","parent_message_uuid":"a"},
            {"uuid":"d","sender":"assistant","text":"3","created_at":"2024-01-01T00:00:03Z","parent_message_uuid":"a"}
            """,
            "\"current_leaf_message_uuid\":\"b\",\"is_starred\":true,\"model\":\"claude-x\","
        );
        Assert.Equal(["a", "b"], conversation.Messages.Where(m => m.OnPath).Select(m => m.ProviderId));
        Assert.True(conversation.Starred);
        Assert.Equal("claude-x", conversation.Model);
    }

    [Fact]
    public void The_newest_message_leads_on_to_the_leaf_of_its_branch_when_times_are_equal()
    {
        var conversation = Only(
            """
            {"uuid":"b","sender":"assistant","text":"2","created_at":"2024-01-01T00:00:02Z","parent_message_uuid":"a"},
            {"uuid":"a","sender":"human","text":"1","created_at":"2024-01-01T00:00:02Z","parent_message_uuid":"00000000-0000-4000-8000-000000000000"}
            """
        );
        Assert.All(conversation.Messages, m => Assert.True(m.OnPath));
        Assert.Null(conversation.Messages.Single(m => m.ProviderId == "a").Parent);
    }

    [Theory]
    [InlineData("\"text\":\"old\"", "old")]
    [InlineData("\"text\":\"old\",\"content\":[]", "old")]
    [InlineData("\"text\":\"\",\"content\":[{\"type\":\"text\",\"text\":\"new\"}]", "new")]
    [InlineData("\"text\":\"old\",\"content\":[{\"type\":\"text\",\"text\":\"new\"}]", "new")]
    [InlineData(
        "\"text\":\"\\n```\\nThis block is not supported on your current device yet.\\n```\\nThe rest.\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\"}]",
        "The rest."
    )]
    [InlineData(
        "\"text\":\"```\\nThis block is not supported on your current device yet.\\n```\",\"content\":[{\"type\":\"tool_use\",\"name\":\"x\",\"input\":{}}]",
        ""
    )]
    [InlineData("\"content\":[{\"text\":\"no type\"}]", "no type")]
    [InlineData("\"content\":\"a bare string\"", "a bare string")]
    [InlineData("\"content\":[\"a string\",{\"type\":\"text\",\"text\":\"and a block\"}]", "a string\nand a block")]
    public void Text_is_taken_from_the_blocks_and_else_from_the_text_field(string fields, string text) =>
        Assert.Equal(
            text,
            Assert.Single(Only("{\"uuid\":\"m\",\"sender\":\"assistant\"," + fields + "}").Messages).Text
        );

    [Fact]
    public void A_message_of_only_an_attachment_keeps_its_extracted_text()
    {
        var message = Assert.Single(
            Only(
                """{"uuid":"m","sender":"human","text":"","content":[],"attachments":[{"file_name":"","file_size":12,"file_type":"txt","extracted_content":"pasted words"}],"files":[{"file_name":"a.png","file_uuid":"f1","file_kind":"image"}],"files_v2":[{"file_name":"a.png","file_uuid":"f1"},{"file_name":"b.pdf","file_uuid":"f2"}]}"""
            ).Messages
        );
        Assert.Equal([PartKind.File, PartKind.Image, PartKind.File], message.Parts.Select(p => p.Kind));
        Assert.Equal("pasted words", message.Parts[0].AttachmentText);
        Assert.Null(message.Parts[0].AttachmentName);
        Assert.Equal(["f1", "f2"], message.Parts.Skip(1).Select(p => p.AttachmentId));
        Assert.All(message.Parts, p => Assert.Null(p.AttachmentBytes));
    }

    [Fact]
    public void Senders_and_odd_values_do_not_lose_a_message()
    {
        var run = FormatRun.OfText(
            "conversations.json",
            """
            [null, "junk", {"uuid":"c","name":null,"title":"Third party","created_at":"2024-01-01T00:00:00","chat_messages":[null,
              {"uuid":"1","sender":"user","text":"u"},{"uuid":"2","sender":"narrator","text":"n"},{"uuid":"3","sender":"system","text":"s"},{"sender":"human","text":"no id"}]},
             {"uuid":"d","name":"","chat_messages":"none"}, {"uuid":"e","chat_messages":null}]
            """
        );
        var conversation = Assert.Single(run.Conversations);
        Assert.Equal("Third party", conversation.Title);
        Assert.Equal([Role.User, Role.Assistant, Role.System, Role.User], conversation.Messages.Select(m => m.Role));
        Assert.Equal("narrator", conversation.Messages[1].RawRole);
        Assert.Contains(run.Warnings, w => w.Code == "unknown-role" && w.Id == "2");
        Assert.Contains(run.Warnings, w => w.Code == "time-without-zone");
        Assert.Equal(2, run.Ignored.Count(i => i.Code == "empty"));
        Assert.Equal(2, run.Ignored.Count(i => i.Code == "no-object"));
    }

    [Fact]
    public void One_broken_conversation_does_not_stop_the_rest()
    {
        var run = FormatRun.OfText(
            "conversations.json",
            """[{"uuid":"a","chat_messages":[{"uuid":"1","sender":"human","text":"x"}]},{"uuid":"b","chat_messages":[{"uuid":"2",]},{"uuid":"c","chat_messages":[{"uuid":"3","sender":"human","text":"z"}]}]"""
        );
        Assert.Equal(["a", "c"], run.Conversations.Select(c => c.ProviderId));
        Assert.Contains(run.Failures, f => f is { Code: "bad-json", Index: 1 });
    }

    [Theory]
    [InlineData("one.json", """{"uuid":"a","chat_messages":[{"uuid":"1","sender":"human","text":"x"}]}""", 1)]
    [InlineData(
        "conversations.json",
        "{\"uuid\":\"a\",\"chat_messages\":[{\"uuid\":\"1\",\"sender\":\"human\",\"text\":\"x\"}]}\n{\"uuid\":\"b\",\"chat_messages\":[{\"uuid\":\"1\",\"sender\":\"human\",\"text\":\"x\"}]}\n",
        2
    )]
    public void Lone_objects_and_json_lines_are_read_too(string name, string content, int conversations) =>
        Assert.Equal(conversations, FormatRun.OfText(name, content).Conversations.Count);

    [Fact]
    public void Unknown_fields_are_kept_with_a_warning()
    {
        var run = FormatRun.OfText(
            "c.json",
            """[{"uuid":"a","summary":"**S**","mood":{"x":1},"chat_messages":[{"uuid":"1","sender":"human","text":"x","hue":"red","created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-02T00:00:00Z"}]}]"""
        );
        Assert.Equal("""{"summary":"**S**","mood":{"x":1}}""", run.Conversations[0].Extras);
        Assert.Equal("""{"hue":"red","updated_at":"2024-01-02T00:00:00Z"}""", run.Messages.Single().Extras);
        Assert.Equal(2, run.Warnings.Count(w => w.Code == "unknown-field"));
    }

    [Fact]
    public void Lone_surrogates_and_nul_do_not_fail()
    {
        var message = Assert.Single(
            Only("""{"uuid":"m","sender":"human","content":[{"type":"text","text":"a\ud83db\u0000c"}]}""").Messages
        );
        Assert.Equal("a\uFFFDb\0c", message.Text);
    }
}
