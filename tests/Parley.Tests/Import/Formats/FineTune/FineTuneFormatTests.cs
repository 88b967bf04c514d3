using Parley.Conversations;

namespace Parley.Tests.Import.Formats.FineTune;

public sealed class FineTuneFormatTests
{
    [Fact]
    public void ShareGPT_arrays_are_read_with_their_speakers()
    {
        var run = FormatRun.OfText(
            "sharegpt.json",
            """[{"id":"QWJhYvA_0","conversations":[{"from":"system","value":"s"},{"from":"human","value":"h"},{"from":"gpt","value":"g"},{"from":"function_call","value":"{}"},{"from":"observation","value":"o"},{"from":"alien","value":"a"}]},{"id":"1","conversations":[{"from":"human","value":"x"}]},{"id":"2","conversations":[]}]"""
        );
        Assert.Equal("QWJhYvA_0", run.Conversations[0].ProviderId);
        Assert.StartsWith("sha256:", run.Conversations[1].ProviderId, StringComparison.Ordinal);
        Assert.Equal(
            [Role.System, Role.User, Role.Assistant, Role.Assistant, Role.Tool, Role.Assistant],
            run.Conversations[0].Messages.Select(m => m.Role)
        );
        Assert.Equal("alien", run.Conversations[0].Messages[5].RawRole);
        Assert.Equal(PartKind.ToolResult, run.Conversations[0].Messages[4].Parts[0].Kind);
        Assert.Contains(run.Ignored, i => i.Code == "empty");
    }

    [Fact]
    public void Lines_of_messages_are_read_and_a_broken_line_costs_only_itself()
    {
        var run = FormatRun.OfText(
            "train.jsonl",
            """
            {"messages":[{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}],"weight":0},{"role":"tool","tool_call_id":"c","content":"r"}]}
            {"messages":[{"role":"user","content":"broken
            {"messages":[{"role":"user","content":"same"},{"role":"assistant","content":"text","reasoning_content":"why"}]}
            {"messages":[{"role":"user","content":"same"},{"role":"assistant","content":"text","reasoning_content":"why"}]}
            """
        );
        Assert.Equal(2, run.Conversations.Count);
        Assert.Equal(1, Assert.Single(run.Failures).Index);
        var first = run.Conversations[0].Messages;
        Assert.Equal("hi"u8.ToArray(), first[0].Parts[1].AttachmentBytes);
        Assert.Equal(
            (PartKind.ToolCall, "f", "c", "{\"a\":1}"),
            (first[1].Parts[0].Kind, first[1].Parts[0].Name, first[1].Parts[0].CallId, first[1].Parts[0].Text)
        );
        Assert.Contains("\"weight\":0", first[1].Extras, StringComparison.Ordinal);
        Assert.Equal("c", first[2].Parts[0].CallId);
        Assert.Equal(2, run.Conversations[1].Messages.Count);
    }
}
