using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import.Formats.LibreChat;

public sealed class LibreChatFormatTests
{
    [Theory]
    [InlineData("others/librechat-linear.json")]
    [InlineData("others/librechat-tree.json")]
    public void Fixtures_hold_what_is_expected_of_them(string name)
    {
        FixtureCounts.Check(name);
        Assert.Empty(FormatRun.OfFixture(name).Warnings);
    }

    [Fact]
    public void A_nested_tree_keeps_its_branches_and_its_model()
    {
        var run = FormatRun.OfFixture("others/librechat-tree.json");
        var chat = Assert.Single(run.Conversations);
        Assert.Equal(
            ("librechat", "4a86c40e-e627-4454-b158-889680e23ad3", "gpt-4-turbo"),
            (chat.Provider, chat.ProviderId, chat.Model)
        );
        Assert.Null(chat.Messages[0].Parent);
        Assert.Equal(
            chat.Messages[0].Key,
            chat.Messages.Single(m => m.ProviderId == "4c395510-fdfd-4556-b034-f9440f025e91").Parent
        );
        Assert.NotNull(chat.UpdatedAt);
    }

    [Fact]
    public void Five_thousand_levels_of_children_are_read()
    {
        const int Depth = 5000;
        var json = new StringBuilder("""{"conversationId":"deep","endpoint":"x","recursive":true,"messages":[""");
        for (var i = 0; i < Depth; i++)
        {
            json.Append(
                $$"""{"messageId":"m{{i}}","isCreatedByUser":{{(i % 2 == 0 ? "true" : "false")}},"text":"t{{i}}","children":["""
            );
        }

        json.Insert(json.Length, "]}", Depth).Append("]}");
        var run = FormatRun.OfText("deep.json", json.ToString());
        Assert.Empty(run.Failures);
        var chat = Assert.Single(run.Conversations);
        Assert.Equal(Depth, chat.Messages.Count(m => m.OnPath));
        Assert.Equal("t4999", chat.Messages[^1].Text);
    }

    [Fact]
    public void Content_of_every_type_becomes_parts()
    {
        var run = FormatRun.OfText(
            "c.json",
            """
            {"conversationId":"c","endpoint":"agents","title":"","messages":[
             {"messageId":"1","parentMessageId":"00000000-0000-0000-0000-000000000000","isCreatedByUser":true,"text":"q","files":[{"file_id":"f","filename":"a.png","type":"image/png","bytes":3,"filepath":"/images/a.png"}]},
             {"messageId":"2","parentMessageId":"1","isCreatedByUser":false,"sender":"GPT","unfinished":true,"text":"","content":[{"type":"think","think":"hm"},{"type":"text","text":{"value":"wrapped"}},{"type":"text","text":"plain"},
              {"type":"tool_call","tool_call":{"id":"t","name":"web","args":"{\"q\":1}","output":"found"}},{"type":"image_file","image_file":{"file_id":"g","filename":"b.png"}},{"type":"error","error":"boom"},{"type":"agent_update"},{"type":"hologram","z":1}]},
             {"messageId":"3","parentMessageId":"1","isCreatedByUser":false,"error":true,"text":":::thinking\nold thought\n:::\nold answer"},
             {"messageId":"4","parentMessageId":"nobody","sender":"User","text":"lost"}]}
            """
        );
        var chat = Assert.Single(run.Conversations);
        Assert.Null(chat.Title);
        Assert.Equal(PartKind.Image, chat.Messages[0].Parts[1].Kind);
        var answer = chat.Messages.Single(m => m.ProviderId == "2");
        Assert.Equal(
            [
                PartKind.Thinking,
                PartKind.Text,
                PartKind.Text,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.Image,
                PartKind.Text,
                PartKind.Unknown,
            ],
            answer.Parts.Select(p => p.Kind)
        );
        Assert.Equal("wrapped\nplain\nboom", answer.Text);
        var old = chat.Messages.Single(m => m.ProviderId == "3");
        Assert.Equal((MessageStatus.Failed, "old thought", "old answer"), (old.Status, old.Parts[0].Text, old.Text));
        Assert.Equal(Role.User, chat.Messages.Single(m => m.ProviderId == "4").Role);
        Assert.Contains(run.Warnings, w => w.Code == "UnknownParent" && w.Id == "4");
    }

    [Fact]
    public void A_flat_export_without_parents_is_one_line()
    {
        var run = FormatRun.OfText(
            "c.json",
            """{"conversationId":"c","endpoint":"x","messages":[{"messageId":"1","isCreatedByUser":true,"text":"a"},{"messageId":"2","isCreatedByUser":false,"text":"b"}]}"""
        );
        Assert.All(run.Messages, m => Assert.True(m.OnPath));
    }
}
