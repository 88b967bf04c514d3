using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import.Formats.ClaudeCode;

public sealed class ClaudeCodeFormatTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-claude-code-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("claude-code/project/s1.jsonl")]
    [InlineData("claude-code/project/s1/subagents/agent-a1.jsonl")]
    [InlineData("claude-code/session-odd-lines.jsonl")]
    [InlineData("claude-code/session-truncated.jsonl")]
    public void Fixtures_hold_as_many_lines_of_each_side_as_expected(string name) =>
        FixtureCounts.Check(
            name,
            (_, m) =>
                m.Role switch
                {
                    Role.System => null,
                    Role.Assistant => "assistant",
                    _ => "user",
                }
        );

    [Fact]
    public void A_session_is_a_tree_with_rewinds_compaction_and_a_chosen_title()
    {
        var run = FormatRun.OfFixture("claude-code/project/s1.jsonl");
        var session = Assert.Single(run.Conversations);
        Assert.Equal(
            ("claude-code", "s1", "An invented title the user chose", "claude-invented-2"),
            (session.Provider, session.ProviderId, session.Title, session.Model)
        );
        Assert.Equal(("/invented/project", "project"), (session.ProjectId, session.ProjectName));
        Assert.Equal(
            ["n1", "n2", "n3", "n4", "n6", "n7", "n8", "n9", "n10"],
            session.Messages.Where(m => m.OnPath).Select(m => m.ProviderId)
        );
        Assert.Equal(["n7", "n8"], session.Messages.Where(m => m.Hidden).Select(m => m.ProviderId));
        Assert.Equal(Role.Tool, session.Messages.Single(m => m.ProviderId == "n4").Role);
        Assert.Equal(
            "invented"u8.ToArray(),
            session.Messages.Single(m => m.ProviderId == "n9").Parts[1].AttachmentBytes
        );
        Assert.Contains(
            "\"id\":\"msg_1\"",
            session.Messages.Single(m => m.ProviderId == "n3").Extras,
            StringComparison.Ordinal
        );
        Assert.Contains("\"prNumber\": 1", session.Extras, StringComparison.Ordinal);
        Assert.Contains(run.Ignored, i => i.Code == "repeated-line" && i.Id == "n1");
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void A_subagent_is_a_conversation_of_its_own_linked_to_its_session()
    {
        var run = FormatRun.OfFixture("claude-code/project");
        Assert.Equal(["s1", "s1/agent-a1"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal("s1", run.Conversations[1].ParentConversationId);
        Assert.Equal(["a0", "a1"], run.Conversations[1].Messages.Where(m => m.OnPath).Select(m => m.ProviderId));
    }

    [Fact]
    public void Orphan_results_empty_texts_and_missing_session_ids_are_kept()
    {
        var run = FormatRun.OfFixture("claude-code/session-odd-lines.jsonl");
        var session = Assert.Single(run.Conversations);
        Assert.Equal("session-odd-lines", session.ProviderId);
        Assert.Equal(13, session.Messages.Count);
        Assert.True(session.Messages.Single(m => m.Role == Role.System).Hidden);
        Assert.All(session.Messages, m => Assert.True(m.OnPath));
        Assert.True(session.Messages.Single(m => m.ProviderId == "odd-10").Parts[7].IsError);
        Assert.Equal("call_of_nobody", session.Messages.Single(m => m.ProviderId == "odd-04").Parts[0].CallId);
    }

    [Fact]
    public void A_line_that_is_cut_off_costs_nothing_but_itself()
    {
        var run = FormatRun.OfFixture("claude-code/session-truncated.jsonl");
        Assert.Equal(["hello", "Hi there"], run.Messages.Select(m => m.Text));
        Assert.Equal("cut-off-line", Assert.Single(run.Warnings).Code);
        Assert.Empty(run.Failures);
    }

    [Fact]
    public void A_broken_line_in_the_middle_is_reported_with_its_place()
    {
        var run = FormatRun.OfText(
            "s.jsonl",
            Line("a", null, "one") + "{\"type\":\"user\",\"uuid\":\"b\",\n" + Line("c", "a", "three")
        );
        Assert.Equal(["one", "three"], run.Messages.Select(m => m.Text));
        Assert.Equal(1, Assert.Single(run.Failures).Index);
    }

    [Fact]
    public void Lines_a_resumed_session_copied_are_not_doubled()
    {
        // As older versions did it: the copies carry the new session's id. The newer session's name sorts first.
        Write("z-old.jsonl", Line("u1", null, "one", "z-old", 1) + Line("u2", "u1", "two", "z-old", 2));
        Write(
            "a-new.jsonl",
            Line("u1", null, "one", "a-new", 1)
                + Line("u2", "u1", "two", "a-new", 2)
                + Line("u3", "u2", "three", "a-new", 9)
        );
        var run = FormatRun.Of(folder.FullName);
        Assert.Equal(
            ["one", "two"],
            run.Conversations.Single(c => c.ProviderId == "z-old").Messages.Select(m => m.Text)
        );
        var resumed = run.Conversations.Single(c => c.ProviderId == "a-new");
        Assert.Equal(["three"], resumed.Messages.Select(m => m.Text));
        Assert.Equal("z-old", resumed.ParentConversationId);
        Assert.Equal(2, run.Ignored.Count(i => i.Code == "repeated-line"));
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Copies_that_keep_the_old_session_id_stay_with_the_old_session_even_when_its_file_is_gone()
    {
        Write("new.jsonl", Line("u1", null, "one", "old", 1) + Line("u2", "u1", "two", "new", 9));
        var run = FormatRun.Of(folder.FullName);
        Assert.Equal("one", Assert.Single(run.Conversations.Single(c => c.ProviderId == "old").Messages).Text);
        Assert.Equal("old", run.Conversations.Single(c => c.ProviderId == "new").ParentConversationId);

        Write("old.jsonl", Line("u1", null, "one", "old", 1) + Line("u1b", "u1", "one more", "old", 2));
        run = FormatRun.Of(folder.FullName);
        Assert.Equal(
            ["one", "one more"],
            run.Conversations.Single(c => c.ProviderId == "old").Messages.Select(m => m.Text)
        );
        Assert.Single(run.Conversations.Single(c => c.ProviderId == "new").Messages);
    }

    [Fact]
    public void Titles_go_by_rank_and_a_summary_may_stand_in_another_file()
    {
        Write("a.jsonl", Line("u1", null, "first prompt\nsecond line", "a", 1));
        Write(
            "b.jsonl",
            Line("v1", null, "q", "b", 1) + """{"type":"ai-title","sessionId":"b","aiTitle":"By AI"}""" + "\n"
        );
        Write(
            "c.jsonl",
            "{\"type\":\"summary\",\"summary\":\"Of A\",\"leafUuid\":\"u1\"}\n{\"type\":\"summary\",\"summary\":\"Of B\",\"leafUuid\":\"v1\"}\n{\"type\":\"summary\",\"summary\":\"Of none\",\"leafUuid\":\"zz\"}\n"
        );
        Write(
            "d.jsonl",
            Line("w1", null, "<command-name>/clear</command-name>", "d", 1)
                + Line("w2", "w1", "a real prompt\nmore", "d", 2)
        );
        var run = FormatRun.Of(folder.FullName);
        Assert.Equal(["Of A", "By AI", "a real prompt"], run.Conversations.Select(c => c.Title));
        Assert.Contains(run.Ignored, i => i.Code == "no-turns" && i.Entry == "c.jsonl");
    }

    [Fact]
    public void Large_results_in_files_of_their_own_are_attached_and_searchable()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "s", "tool-results"));
        Write(
            "s.jsonl",
            """{"type":"user","uuid":"u1","sessionId":"s","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_9","content":"<persisted-output>\nOutput too large (60KB). Full output saved to: /home/x/.claude/projects/p/s/tool-results/b12.txt\n\nPreview"}]}}"""
                + "\n"
                + """{"type":"user","uuid":"u2","parentUuid":"u1","sessionId":"s","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"cut"}]}}"""
                + "\n"
        );
        Write("s/tool-results/b12.txt", "the whole output with needle");
        Write("s/tool-results/toolu_1.json", "{\"all\":\"of it\"}");
        var run = FormatRun.Of(folder.FullName);
        var messages = Assert.Single(run.Conversations).Messages;
        Assert.Equal("the whole output with needle", messages[0].Parts[1].AttachmentText);
        Assert.Equal("the whole output with needle", Encoding.UTF8.GetString(messages[0].Parts[1].AttachmentBytes!));
        Assert.Equal("toolu_1.json", messages[1].Parts[1].AttachmentName);
        Assert.Equal(Role.Tool, messages[1].Role);
    }

    [Fact]
    public void Injected_texts_are_hidden_and_errors_of_the_program_have_no_model()
    {
        var run = FormatRun.OfText(
            "s.jsonl",
            Line("a", null, "<local-command-stdout>x</local-command-stdout>")
                + Line("b", "a", "<system-reminder>x</system-reminder>")
                + """{"type":"user","uuid":"c","parentUuid":"b","isCompactSummary":true,"sessionId":"s","message":{"role":"user","content":"This session continues"}}"""
                + "\n"
                + """{"type":"user","uuid":"d","parentUuid":"c","sessionId":"s","message":{"role":"user","content":[{"type":"text","text":"<system-reminder>x</system-reminder>"},{"type":"text","text":"real"}]}}"""
                + "\n"
                + """{"type":"assistant","uuid":"e","parentUuid":"d","isApiErrorMessage":true,"sessionId":"s","message":{"role":"assistant","model":"<synthetic>","content":[{"type":"text","text":"API Error"}]}}"""
                + "\n"
        );
        Assert.Equal([true, true, true, false, false], run.Messages.Select(m => m.Hidden));
        Assert.Null(run.Messages.Last().Model);
        Assert.Equal(MessageStatus.Failed, run.Messages.Last().Status);
    }

    [Fact]
    public void A_queued_prompt_that_stands_nowhere_else_is_a_message()
    {
        var run = FormatRun.OfText(
            "s.jsonl",
            Line("a", null, "first")
                + """{"type":"queue-operation","operation":"enqueue","timestamp":"2026-01-01T00:00:05Z","sessionId":"s","content":"only here"}"""
                + "\n"
                + """{"type":"queue-operation","operation":"enqueue","timestamp":"2026-01-01T00:00:06Z","sessionId":"s","content":"sent later"}"""
                + "\n"
                + """{"type":"queue-operation","operation":"dequeue","sessionId":"s"}"""
                + "\n"
                + Line("b", "a", "sent later")
        );
        Assert.Equal(
            ["first", "only here", "sent later"],
            run.Messages.Select(m => m.Text).Order(StringComparer.Ordinal)
        );
        Assert.True(run.Messages.Single(m => m.ProviderId == "b").OnPath);
    }

    [Fact]
    public void Attached_files_belong_to_their_prompt_and_unknown_lines_are_kept()
    {
        var run = FormatRun.OfText(
            "s.jsonl",
            Line("a", null, "look at @f.md")
                + """{"type":"attachment","uuid":"t","parentUuid":"a","sessionId":"s","attachment":{"type":"file","filename":"/p/f.md","displayPath":"f.md","content":{"type":"text","file":{"filePath":"/p/f.md","content":"file words"}}}}"""
                + "\n"
                + """{"type":"attachment","uuid":"t2","parentUuid":"t","sessionId":"s","attachment":{"type":"todo_reminder","content":[]}}"""
                + "\n"
                + """{"type":"telepathy","uuid":"x","parentUuid":"t2","sessionId":"s","thought":"odd"}"""
                + "\n"
                + """{"type":"weather","sessionId":"s","sky":"grey"}"""
                + "\n"
                + Line("b", "x", "next")
        );
        var session = Assert.Single(run.Conversations);
        Assert.Equal("file words", session.Messages[0].Parts[1].AttachmentText);
        Assert.Equal("f.md", session.Messages[0].Parts[1].AttachmentName);
        Assert.Equal(PartKind.Unknown, session.Messages[1].Parts[0].Kind);
        Assert.True(session.Messages[1].Hidden);
        Assert.Equal(session.Messages[1].Key, session.Messages[2].Parent);
        Assert.Contains("grey", session.Extras, StringComparison.Ordinal);
        Assert.Equal(2, run.Warnings.Count(w => w.Code == "unknown-content-type"));
    }

    [Fact]
    public void The_history_of_prompts_is_a_document_of_what_no_session_holds()
    {
        Write("projects/p/s.jsonl", Line("a", null, "kept", "s", 1));
        Write(
            "history.jsonl",
            """{"display":"kept","timestamp":1767225600000,"project":"/p","sessionId":"s"}"""
                + "\n"
                + """{"display":"long gone","timestamp":1767225600000,"project":"/p","sessionId":"gone"}"""
                + "\n"
                + """{"display":"older still","timestamp":1700000000000,"project":"/q"}"""
                + "\n"
        );
        var run = FormatRun.Of(folder.FullName);
        Assert.Single(run.Messages);
        Assert.Equal(["prompt-history:/p", "prompt-history:/q"], run.Documents.Select(d => d.ProviderId));
        var text = Encoding.UTF8.GetString(run.Documents[0].Text.Span);
        Assert.Contains("long gone", text, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Subagents_take_their_title_from_the_file_beside_them()
    {
        Write(
            "s/subagents/agent-7.jsonl",
            """{"type":"user","uuid":"a","parentUuid":null,"isSidechain":true,"agentId":"7","sessionId":"s","message":{"role":"user","content":"do it"}}"""
                + "\n"
        );
        Write("s/subagents/agent-7.meta.json", """{"agentType":"Explore","description":"Look around"}""");
        var run = FormatRun.Of(folder.FullName);
        Assert.Equal("Look around", Assert.Single(run.Conversations).Title);
        Assert.Contains("Explore", run.Conversations[0].Extras, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_lines_are_survived()
    {
        var run = FormatRun.OfText(
            "s.jsonl",
            "{\"type\":\"user\",\"uuid\":\"a\",\"parentUuid\":\"a\",\"sessionId\":\"s\",\"message\":{\"content\":[[[\"\\ud800\"]]]}}\n[1,2]\nnull\n\"x\"\n{}\n{\"type\":7,\"uuid\":[]}\n"
                + "{\"type\":\"assistant\",\"uuid\":\"b\",\"parentUuid\":\"c\",\"sessionId\":{},\"message\":null}\n"
                + "{\"type\":\"user\",\"uuid\":\"z\",\"sessionId\":\"s\",\"message\":{\"content\":"
                + new string('[', 5000)
                + new string(']', 5000)
                + "}}\n"
        );
        Assert.Contains(run.Messages, m => m.ProviderId == "a");
        Assert.Contains(run.Messages, m => m.ProviderId == "z");
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static string Line(string uuid, string? parent, string text, string session = "s", int second = 0) =>
        "{\"type\":\"user\",\"uuid\":\""
        + uuid
        + "\",\"parentUuid\":"
        + (parent is null ? "null" : $"\"{parent}\"")
        + $",\"sessionId\":\"{session}\",\"timestamp\":\"2026-01-01T00:00:{second:00}.000Z\",\"message\":{{\"role\":\"user\",\"content\":\"{System.Text.Json.JsonEncodedText.Encode(text)}\"}}}}\n";
}
