using Parley.Conversations;

namespace Parley.Tests.Import.Formats.Claude;

public sealed class ClaudeBlocksTests
{
    private static (RunMessage Message, FormatRun Run) Read(string blocks)
    {
        var run = FormatRun.OfText(
            "c.json",
            """[{"uuid":"c","chat_messages":[{"uuid":"m","sender":"assistant","text":"","content":["""
                + blocks
                + "]}]}]"
        );
        return (Assert.Single(run.Messages), run);
    }

    [Fact]
    public void Every_block_of_the_fixture_becomes_its_part()
    {
        var run = FormatRun.OfFixture("claude/v2-tree-and-edges.json");
        var message = run.Messages.Single(m => m.ProviderId == "b2");
        Assert.Equal(
            [
                PartKind.Thinking,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.Citation,
                PartKind.Text,
                PartKind.Citation,
                PartKind.Unknown,
                PartKind.Unknown,
            ],
            message.Parts.Select(p => p.Kind)
        );
        Assert.Equal("private reasoning words", message.Parts[0].Text);
        Assert.Contains("Thinking it over", message.Parts[0].Extras, StringComparison.Ordinal);
        Assert.Equal("Here is the answer.", message.Text);
        Assert.Equal("https://example.org/", message.Parts[5].Url);
        Assert.Contains("voice words", message.Parts[6].Text, StringComparison.Ordinal);
        Assert.Contains(
            run.Warnings,
            w =>
                w.Code == "unknown-content-type"
                && w.Id == "b2"
                && w.What.Contains("future_block", StringComparison.Ordinal)
        );
        Assert.Contains(
            "# Artifact words",
            run.Messages.Single(m => m.ProviderId == "b4").Parts[0].Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_call_without_id_pairs_with_the_next_result_of_its_name()
    {
        var (message, _) = Read(
            """
            {"type":"tool_use","id":null,"name":"a","input":{}},{"type":"tool_use","name":"b","input":{}},{"type":"tool_use","id":"t3","name":"a","input":{}},
            {"type":"tool_result","tool_use_id":null,"name":"b","content":"of b"},{"type":"tool_result","name":"a","content":"of a"},{"type":"tool_result","name":"a","content":"of t3"},
            {"type":"tool_result","tool_use_id":"gone","name":"z","content":"of none","is_error":true}
            """
        );
        Assert.Equal(message.Parts[1].CallId, message.Parts[3].CallId);
        Assert.Equal(message.Parts[0].CallId, message.Parts[4].CallId);
        Assert.NotEqual(message.Parts[0].CallId, message.Parts[1].CallId);
        Assert.Equal("t3", message.Parts[5].CallId);
        Assert.Equal("gone", message.Parts[6].CallId);
        Assert.True(message.Parts[6].IsError);
    }

    [Fact]
    public void Results_hold_all_text_of_their_items_and_pictures_stand_behind()
    {
        var (message, run) = Read(
            """
            {"type":"tool_result","tool_use_id":"x","name":"n","content":[{"type":"text","text":"plain"},{"type":"knowledge","title":"T","url":"https://u.example","text":"knows","metadata":{"type":"webpage_metadata"}},
             {"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}},{"type":"local_resource","file_path":"/o/f.md","name":"f","mime_type":"text/markdown","uuid":"r1"},
             {"type":"rich_link","title":"L","url":"https://l.example"},{"type":"tool_reference","tool_name":"ref"},{"type":"json_block","json_block":"{\"k\":1}"},{"type":"later","inner":"odd words"}]},
            {"type":"tool_result","tool_use_id":"y","content":"a string"},{"type":"tool_result","tool_use_id":"z","content":null}
            """
        );
        Assert.Equal(
            "plain\nT\nhttps://u.example\nknows\nL\nhttps://l.example\nref\n{\"k\":1}\n{\"type\":\"later\",\"inner\":\"odd words\"}",
            message.Parts[0].Text
        );
        Assert.Equal(
            [
                PartKind.ToolResult,
                PartKind.Citation,
                PartKind.Image,
                PartKind.File,
                PartKind.Citation,
                PartKind.ToolResult,
                PartKind.ToolResult,
            ],
            message.Parts.Select(p => p.Kind)
        );
        Assert.Equal("hi"u8.ToArray(), message.Parts[2].AttachmentBytes);
        Assert.Equal("r1", message.Parts[3].AttachmentId);
        Assert.Equal("a string", message.Parts[5].Text);
        Assert.Empty(run.Failures);
    }

    [Fact]
    public void Escaped_tool_input_is_stored_with_its_characters()
    {
        var (message, _) = Read(
            "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{\"q\":\"caf\\u00e9 \\ud83d\\ude80 \\u0022x\\u0022 \\\\u0041 \\u000a\"}}"
        );
        Assert.Equal("{\"q\":\"café 🚀 \\u0022x\\u0022 \\\\u0041 \\u000a\"}", message.Parts[0].Text);
    }

    [Fact]
    public void Partial_input_redacted_thoughts_and_old_tags_are_kept()
    {
        var (message, _) = Read(
            """
            {"type":"tool_use","name":"n","input":{},"partial_json":"{\"query\": \"half"},{"type":"redacted_thinking","data":"xyz"},{"type":"token_budget"},
            {"type":"text","text":"<antThinking>secret</antThinking>Here: <antArtifact identifier=\"i\" type=\"t\" title=\"x\">body</antArtifact>"}
            """
        );
        Assert.Equal("{\"query\": \"half", message.Parts[0].Text);
        Assert.Equal(
            [PartKind.ToolCall, PartKind.Thinking, PartKind.Thinking, PartKind.Text],
            message.Parts.Select(p => p.Kind)
        );
        Assert.Equal("secret", message.Parts[2].Text);
        Assert.Equal(
            "Here: <antArtifact identifier=\"i\" type=\"t\" title=\"x\">body</antArtifact>",
            message.Parts[3].Text
        );
    }

    [Fact]
    public void An_open_thinking_tag_ends_with_its_text_and_prompts_are_left_alone()
    {
        var run = FormatRun.OfText(
            "c.json",
            """[{"uuid":"c","chat_messages":[{"uuid":"1","sender":"human","text":"what is <antThinking>?"},{"uuid":"2","sender":"assistant","text":"a <antThinking>b"}]}]"""
        );
        Assert.Equal("what is <antThinking>?", run.Conversations[0].Messages[0].Text);
        Assert.Equal([PartKind.Text, PartKind.Thinking], run.Conversations[0].Messages[1].Parts.Select(p => p.Kind));
    }
}
