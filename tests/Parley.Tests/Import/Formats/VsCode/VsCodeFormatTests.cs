using Parley.Conversations;

namespace Parley.Tests.Import.Formats.VsCode;

public sealed class VsCodeFormatTests
{
    private const string Session = """
        {"version":3,"sessionId":"s1","creationDate":1767225600000,"lastMessageDate":1767225700000,"customTitle":"Named","requesterUsername":"me","responderUsername":"GitHub Copilot","requests":[
         {"requestId":"r1","message":{"text":"look at #file","parts":[]},"variableData":{"variables":[{"id":"v","name":"file:a.cs","kind":"file","value":{"uri":{"fsPath":"/p/a.cs","external":"file:///p/a.cs","path":"/p/a.cs","scheme":"file"}}}]},
          "response":[{"kind":"thinking","value":"hm"},{"value":"See "},{"kind":"inlineReference","inlineReference":{"uri":{"path":"/p/b.cs"}}},{"value":" there."},{"kind":"progressMessage","content":{"value":"…"}},
           {"kind":"toolInvocationSerialized","toolId":"copilot_readFile","toolCallId":"call_1","invocationMessage":{"value":"Reading"},"pastTenseMessage":{"value":"Read a.cs"}},
           {"kind":"textEditGroup","uri":{"path":"/p/a.cs"},"edits":[[{"text":"var x = 1;","range":{}}]]},{"kind":"undoStop","id":"u"},{"kind":"hologram","z":1},{"value":"Done."}],
          "modelId":"copilot/gpt-x","timestamp":1767225610000,"result":{"timings":{"totalElapsed":9},"metadata":{"toolCallRounds":[{"response":"","toolCalls":[{"name":"read_file","arguments":"{\"path\":\"/p/a.cs\"}","id":"call_1__vscode-1"}]}],
            "toolCallResults":{"call_1__vscode-1":{"content":[{"value":"file words"},{"value":{"node":{"type":1,"children":[{"text":"deep "},{"children":[{"text":"words"}]}]}}}]}}}}},
         {"requestId":"r2","message":"short","response":[],"timestamp":1767225620000,"isCanceled":true},
         {"requestId":"r3","message":{"text":"fails"},"response":[],"timestamp":1767225630000,"result":{"errorDetails":{"message":"rate limited"}}}]}
        """;

    [Fact]
    public void A_session_has_a_prompt_and_an_answer_for_each_request()
    {
        var run = FormatRun.OfText("s1.json", Session);
        var session = Assert.Single(run.Conversations);
        Assert.Equal(
            ("vscode", "s1", "Named", "copilot/gpt-x"),
            (session.Provider, session.ProviderId, session.Title, session.Model)
        );
        Assert.Equal(["r1", "r1:response", "r2", "r3", "r3:response"], session.Messages.Select(m => m.ProviderId));
        Assert.Equal("file:///p/a.cs", session.Messages[0].Parts[1].Url);
        var answer = session.Messages[1];
        Assert.Equal(
            [
                PartKind.Thinking,
                PartKind.Text,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.Code,
                PartKind.Unknown,
                PartKind.Text,
            ],
            answer.Parts.Select(p => p.Kind)
        );
        Assert.Equal("See `b.cs` there.\nDone.", answer.Text);
        Assert.Equal(("read_file", "{\"path\":\"/p/a.cs\"}"), (answer.Parts[2].Name, answer.Parts[2].Text));
        Assert.Equal("file words\ndeep \nwords", answer.Parts[3].Text);
        Assert.Equal("var x = 1;", answer.Parts[4].Text);
        Assert.Equal((MessageStatus.Failed, "rate limited"), (session.Messages[4].Status, session.Messages[4].Text));
        Assert.Contains(run.Warnings, w => w.Code == "unknown-content-type" && w.Id == "r1");
    }

    [Fact]
    public void A_log_of_changes_is_replayed()
    {
        var run = FormatRun.OfText(
            "s2.jsonl",
            """
            {"kind":0,"v":{"version":3,"sessionId":"s2","creationDate":1767225600000,"requests":[]}}
            {"kind":2,"k":["requests"],"v":[{"requestId":"r1","message":{"text":"first"},"response":[{"value":"half"}]}]}
            {"kind":2,"k":["requests",0,"response"],"v":[{"value":"whole"}],"i":0}
            {"kind":1,"k":["customTitle"],"v":"Set later"}
            {"kind":2,"k":["requests"],"v":[{"requestId":"r2","message":{"text":"second"},"response":[{"value":"x"}]},{"requestId":"r3","message":{"text":"gone"}}]}
            {"kind":2,"k":["requests"],"i":2}
            {"kind":1,"k":["requests",1,"result"],"v":{"errorDetails":{"message":"no"}}}
            {"kind":1,"k":["requests",9,"result"],"v":{}}
            {"kind":3,"k":["creationDate"]}
            {"kind":7,"k":["x"]}
            """
        );
        var session = Assert.Single(run.Conversations);
        Assert.Equal(("s2", "Set later"), (session.ProviderId, session.Title));
        Assert.Equal(["first", "whole", "second", "x"], session.Messages.Select(m => m.Text));
        Assert.Equal(MessageStatus.Failed, session.Messages[3].Status);
        Assert.Null(session.CreatedAt);
        Assert.Equal(["lost-change", "unknown-change"], run.Warnings.Select(w => w.Code));
    }

    [Fact]
    public void Changes_without_a_state_fail_with_the_file()
    {
        var run = FormatRun.OfText(
            "s3.jsonl",
            "{\"kind\":1,\"k\":[\"a\"],\"v\":1}\n{\"kind\":0}\n{\"kind\":1,\"k\":[\"v\"],\"v\":{\"requests\":[],\"sessionId\":\"x\"}}\n"
        );
        Assert.Empty(run.Conversations);
    }

    [Fact]
    public void An_answer_that_keeps_only_its_rounds_has_their_words()
    {
        var run = FormatRun.OfText(
            "s.json",
            """{"sessionId":"s","responderUsername":"x","requests":[{"requestId":"r","message":{"parts":[{"text":"by parts"}]},"response":[],"result":{"metadata":{"toolCallRounds":[{"response":"said so","toolCalls":[{"id":"c","name":"n","arguments":"{}"}]}]}}}]}"""
        );
        Assert.Equal(["by parts", "said so"], run.Messages.Select(m => m.Text));
        Assert.Equal(PartKind.ToolCall, run.Messages.Last().Parts[0].Kind);
    }
}
