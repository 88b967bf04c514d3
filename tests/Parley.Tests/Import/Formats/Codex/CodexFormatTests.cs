using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import.Formats.Codex;

public sealed class CodexFormatTests
{
    [Fact]
    public void The_fixture_holds_what_is_expected_of_it()
    {
        FixtureCounts.Check("others/codex-rollout.jsonl");
        var run = FormatRun.OfFixture("others/codex-rollout.jsonl");
        var session = Assert.Single(run.Conversations);
        Assert.Equal(
            ("codex", "abc-123", "Add rate limiting", "my-api"),
            (session.Provider, session.ProviderId, session.Title, session.ProjectName)
        );
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Reasoning_and_tools_belong_to_the_answer_they_lead_to_and_events_count_nothing_twice()
    {
        var run = FormatRun.OfText(
            "rollout.jsonl",
            """
            {"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"s","timestamp":"2026-01-01T00:00:00Z","cwd":"/p","originator":"codex_cli_rs","forked_from_id":"older"}}
            {"timestamp":"2026-01-01T00:00:01Z","type":"response_item","payload":{"type":"message","role":"developer","content":[{"type":"input_text","text":"<permissions instructions>"}]}}
            {"timestamp":"2026-01-01T00:00:01Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"# AGENTS.md instructions"},{"type":"input_text","text":"<environment_context>x</environment_context>"}]}}
            {"timestamp":"2026-01-01T00:00:02Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"do it"},{"type":"input_image","image_url":"data:image/png;base64,aGk="}]}}
            {"timestamp":"2026-01-01T00:00:02Z","type":"event_msg","payload":{"type":"user_message","message":"do it"}}
            {"timestamp":"2026-01-01T00:00:02Z","type":"turn_context","payload":{"cwd":"/p","model":"gpt-x"}}
            {"timestamp":"2026-01-01T00:00:03Z","type":"response_item","payload":{"type":"reasoning","summary":[{"type":"summary_text","text":"**Plan**"}],"encrypted_content":"zzz"}}
            {"timestamp":"2026-01-01T00:00:04Z","type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"ls\"]}","call_id":"c1"}}
            {"timestamp":"2026-01-01T00:00:05Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c1","output":"{\"output\":\"line1\\nline2\",\"metadata\":{\"exit_code\":2}}"}}
            {"timestamp":"2026-01-01T00:00:06Z","type":"response_item","payload":{"type":"custom_tool_call","name":"apply_patch","input":"*** Begin","call_id":"c2"}}
            {"timestamp":"2026-01-01T00:00:06Z","type":"response_item","payload":{"type":"custom_tool_call_output","call_id":"c2","output":[{"type":"input_text","text":"ok"},{"type":"input_image","image_url":"data:image/png;base64,aGk="}]}}
            {"timestamp":"2026-01-01T00:00:06Z","type":"response_item","payload":{"type":"web_search_call","action":{"type":"search","query":"q"}}}
            {"timestamp":"2026-01-01T00:00:07Z","type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"done"}]}}
            {"timestamp":"2026-01-01T00:00:07Z","type":"event_msg","payload":{"type":"agent_message","message":"done"}}
            {"timestamp":"2026-01-01T00:00:08Z","type":"compacted","payload":{"message":"summary words"}}
            {"timestamp":"2026-01-01T00:00:09Z","type":"response_item","payload":{"type":"telepathy","thought":"odd"}}
            {"timestamp":"2026-01-01T00:00:09Z","type":"weather","payload":{"sky":"grey"}}
            """
        );
        var session = Assert.Single(run.Conversations);
        Assert.Equal(("older", "gpt-x", "do it"), (session.ParentConversationId, session.Model, session.Title));
        Assert.Equal(
            [Role.System, Role.User, Role.User, Role.Assistant, Role.System, Role.System, Role.Assistant],
            session.Messages.Select(m => m.Role)
        );
        Assert.Equal([true, true, false, false, true, true, false], session.Messages.Select(m => m.Hidden));
        var answer = session.Messages[3];
        Assert.Equal(
            [
                PartKind.Thinking,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.Image,
                PartKind.ToolCall,
                PartKind.Text,
            ],
            answer.Parts.Select(p => p.Kind)
        );
        Assert.Equal(("line1\nline2", true), (answer.Parts[2].Text, answer.Parts[2].IsError));
        Assert.Equal("gpt-x", answer.Model);
        Assert.Equal("hi"u8.ToArray(), session.Messages[2].Parts[1].AttachmentBytes);
        Assert.Equal("developer", session.Messages[0].RawRole);
        Assert.Equal(PartKind.Unknown, session.Messages[^1].Parts[0].Kind);
        Assert.Equal(2, run.Warnings.Count(w => w.Code == "unknown-content-type"));
    }

    [Fact]
    public void The_oldest_files_are_bare_items()
    {
        var run = FormatRun.OfText(
            "rollout-2025-05-01T00-00-00-0f0e0d0c-0b0a-4908-8706-050403020100.jsonl",
            """
            {"id":"0f0e0d0c-0b0a-4908-8706-050403020100","timestamp":"2025-05-01T00:00:00Z","instructions":null,"git":{}}
            {"record_type":"state"}
            {"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"hello"}]}
            {"type":"message","id":null,"role":"assistant","content":[{"type":"output_text","text":"hi"}]}
            """
        );
        Assert.Equal("0f0e0d0c-0b0a-4908-8706-050403020100", Assert.Single(run.Conversations).ProviderId);
        Assert.Equal(["hello", "hi"], run.Messages.Select(m => m.Text));
    }

    [Fact]
    public void A_grown_file_keeps_the_keys_of_its_messages()
    {
        const string Begin = """
            {"type":"session_meta","payload":{"id":"s"}}
            {"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]}}
            {"type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]}}
            {"type":"response_item","payload":{"type":"function_call","name":"n","arguments":"{}","call_id":"c"}}

            """;
        var before = FormatRun.OfText("r.jsonl", Begin);
        var after = FormatRun.OfText(
            "r.jsonl",
            Begin
                + """{"type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"}]}}"""
                + "\n"
        );
        Assert.Equal(before.Messages.Select(m => m.Key), after.Messages.Take(2).Select(m => m.Key));
        Assert.Equal([PartKind.Text, PartKind.ToolCall], before.Messages.Last().Parts.Select(p => p.Kind));
        Assert.Equal([PartKind.ToolCall, PartKind.Text], after.Messages.Last().Parts.Select(p => p.Kind));
    }

    [Fact]
    public void Names_history_and_event_only_files_are_read()
    {
        var folder = Directory.CreateTempSubdirectory("parley-codex-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "session_index.jsonl"),
                """{"id":"e","thread_name":"By name","updated_at":"2026-01-01T00:00:00Z"}""" + "\n"
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "history.jsonl"),
                """{"session_id":"e","ts":1767225600,"text":"in session"}"""
                    + "\n"
                    + """{"session_id":"gone","ts":1767225600,"text":"long gone"}"""
                    + "\n"
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "rollout-e.jsonl"),
                """{"type":"session_meta","payload":{"id":"e"}}"""
                    + "\n"
                    + """{"type":"event_msg","payload":{"type":"user_message","message":"in session"}}"""
                    + "\n"
                    + """{"type":"event_msg","payload":{"type":"agent_message","message":"answer"}}"""
            );
            var run = FormatRun.Of(folder.FullName);
            Assert.Equal("By name", Assert.Single(run.Conversations).Title);
            Assert.Equal([Role.User, Role.Assistant], run.Messages.Select(m => m.Role));
            var text = Encoding.UTF8.GetString(Assert.Single(run.Documents).Text.Span);
            Assert.Contains("long gone", text, StringComparison.Ordinal);
            Assert.DoesNotContain("in session", text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_turn_that_broke_off_keeps_its_tools()
    {
        var run = FormatRun.OfText(
            "r.jsonl",
            """
            {"type":"session_meta","payload":{"id":"s"}}
            {"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]}}
            {"type":"response_item","payload":{"type":"local_shell_call","call_id":"c","action":{"type":"exec","command":["ls"]}}}
            {"type":"response_item","payl
            """
        );
        Assert.Equal(MessageStatus.Interrupted, run.Messages.Last().Status);
        Assert.Equal("local_shell", run.Messages.Last().Parts[0].Name);
        Assert.Equal("cut-off-line", Assert.Single(run.Warnings).Code);
    }
}
