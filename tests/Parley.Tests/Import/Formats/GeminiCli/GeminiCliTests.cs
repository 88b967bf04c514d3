using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class GeminiCliTests
{
    [Fact]
    public void Sessions_keep_thoughts_calls_and_results_in_one_answer()
    {
        var run = FormatRun.OfFixture("gemini/gemini-cli-tool-calls.json");
        var answer = run.Messages.Last();
        Assert.Equal(
            [
                PartKind.Thinking,
                PartKind.Text,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.ToolCall,
                PartKind.ToolResult,
            ],
            answer.Parts.Select(p => p.Kind)
        );
        Assert.Equal("# Agentstrove -- One-Pager\n\nDraft: 2026-03-04", answer.Parts[3].Text);
        Assert.Equal(answer.Parts[2].CallId, answer.Parts[3].CallId);
        Assert.Equal("Read the planning doc", run.Conversations[0].Title);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Lines_are_followed_through_rewrites_rewinds_and_a_cut_end()
    {
        var run = FormatRun.OfText(
            "session-2026.jsonl",
            """
            {"sessionId":"s","projectHash":"h","startTime":"2026-01-01T00:00:00Z","kind":"main"}
            {"id":"1","type":"user","content":[{"text":"first"}],"timestamp":"2026-01-01T00:00:01Z"}
            {"id":"2","type":"gemini","content":""}
            {"id":"2","type":"gemini","content":"grown","model":"m"}
            {"id":"3","type":"user","content":"wrong"}
            {"id":"4","type":"gemini","content":"answer to wrong"}
            {"$rewindTo":"3"}
            {"id":"5","type":"user","content":"right"}
            not json
            {"id":"6","type":"info","content":"a notice"}
            {"id":"7","type":"hologram","content":{"text":"odd"}}
            {"$set":{"summary":"What it was about","lastUpdated":"2026-01-02T00:00:00Z"}}
            {"id":"8","type":"gemini","cont
            """
        );

        var conversation = run.Conversations.Single();
        Assert.Equal(
            ("s", "What it was about", 1767312000000000),
            (conversation.ProviderId, conversation.Title, conversation.UpdatedAt)
        );
        var messages = conversation.Messages.ToDictionary(m => m.ProviderId!);
        Assert.Equal(
            ["grown", "wrong", "answer to wrong", "right"],
            new[] { "2", "3", "4", "5" }.Select(i => messages[i].Text)
        );
        Assert.Equal((false, false, true), (messages["3"].OnPath, messages["4"].OnPath, messages["5"].OnPath));
        Assert.Equal(messages["2"].Key, messages["5"].Parent);
        Assert.Equal((Role.System, true), (messages["6"].Role, messages["6"].Hidden));
        Assert.Equal("bad-json", Assert.Single(run.Failures).Code);
        Assert.Equal(["cut-off-line", "unknown-role"], run.Warnings.Select(w => w.Code).Order());
    }

    [Fact]
    public void Logged_prompts_count_only_where_their_session_is_not_there()
    {
        var folder = Directory.CreateTempSubdirectory("parley-gemini-");
        try
        {
            var chats = folder.CreateSubdirectory("h/chats/parent").FullName;
            File.WriteAllText(
                Path.Combine(chats, "child.jsonl"),
                """
                {"sessionId":"child","projectHash":"h","kind":"subagent"}
                {"id":"1","type":"user","content":"task"}
                """
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "h", "logs.json"),
                """[{"sessionId":"child","messageId":0,"type":"user","message":"task","timestamp":"2026-01-01T00:00:00Z"},{"sessionId":"gone","messageId":0,"type":"user","message":"lost otherwise"},null]"""
            );
            var run = FormatRun.Of(folder.FullName);

            Assert.Equal("parent", run.Conversations.Single(c => c.ProviderId == "child").ParentConversationId);
            Assert.Equal(
                "lost otherwise",
                run.Conversations.Single(c => c.ProviderId == "gone/logs").Messages.Single().Text
            );
            Assert.Equal("logged-prompt", Assert.Single(run.Ignored).Code);
            Assert.Single(run.Failures);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Checkpoints_are_the_contents_of_the_api()
    {
        var run = FormatRun.OfText(
            "checkpoint-tag.json",
            """
            [{"role":"user","parts":[{"text":"This is the Gemini CLI. We are setting up the context"}]},{"role":"model","parts":[{"text":"Got it"},{"functionCall":{"name":"ls","args":{"p":1}}}]},
             {"role":"user","parts":[{"functionResponse":{"name":"ls","response":{"output":"a b"}}}]},{"role":"model","parts":[{"text":"th","thought":true},{"thoughtSignature":"x"},{"hologram":1}]},7]
            """
        );

        Assert.Equal(
            [(Role.User, true), (Role.Assistant, false), (Role.Tool, false), (Role.Assistant, false)],
            run.Messages.Select(m => (m.Role, m.Hidden))
        );
        Assert.Equal("a b", run.Messages.ElementAt(2).Parts.Single().Text);
        Assert.Equal([PartKind.Thinking, PartKind.Unknown], run.Messages.Last().Parts.Select(p => p.Kind));
        Assert.Equal(["bad-message", "unknown-content-type"], run.Warnings.Select(w => w.Code).Order());
        Assert.Equal(
            2,
            FormatRun
                .OfText(
                    "c.json",
                    """{"history":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]}],"authType":"x"}"""
                )
                .Messages.Count()
        );
    }
}
