using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class ZedDocumentTests
{
    [Fact]
    public void Row_and_document_give_title_times_model_project_and_parent()
    {
        var run = FormatRun.OfFixture("zed/threads.db");
        var thread = run.Conversations[0];

        Assert.Equal(
            ("zed", "aaaaaaaa-0000-4000-8000-000000000001", "Fix the flaky test"),
            (thread.Provider, thread.ProviderId, thread.Title)
        );
        Assert.Equal(Micros("2026-03-01T09:00:00Z"), thread.CreatedAt);
        Assert.Equal(Micros("2026-03-01T09:01:05Z") + 123_456, thread.UpdatedAt);
        Assert.Equal("claude-sonnet-4-5", thread.Model);
        Assert.Equal("zlib", thread.ProjectName);
        Assert.EndsWith("/zlib", thread.ProjectId, StringComparison.Ordinal);
        Assert.Contains("\"head_sha\": \"abc\"", thread.Extras, StringComparison.Ordinal);
        Assert.Contains("\"model_provider\":\"anthropic\"", thread.Extras, StringComparison.Ordinal);
        Assert.All(run.Messages, m => Assert.Null(m.CreatedAt));
        Assert.All(run.Messages, m => Assert.True(m.OnPath));

        var subagent = run.Conversations.Single(c => c.Title == "Subagent");
        Assert.Equal(thread.ProviderId, subagent.ParentConversationId);
    }

    [Fact]
    public void Content_of_the_person_becomes_text_files_and_images()
    {
        var message = FormatRun.OfFixture("zed/threads.db").Messages.First();

        Assert.Equal([PartKind.Text, PartKind.File, PartKind.File, PartKind.Image], message.Parts.Select(p => p.Kind));
        Assert.Equal(
            ("README.md", "mentioned file words"),
            (message.Parts[1].AttachmentName, message.Parts[1].AttachmentText)
        );
        Assert.Equal(("a.rs", "file:///home/sam/proj/a.rs"), (message.Parts[2].AttachmentName, message.Parts[2].Url));
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], message.Parts[3].AttachmentBytes);
    }

    [Fact]
    public void Results_of_tools_stand_behind_their_calls()
    {
        var agent = FormatRun.OfFixture("zed/threads.db").Conversations[0].Messages[1];
        var tools = agent.Parts.Where(p => p.Kind is PartKind.ToolCall or PartKind.ToolResult).ToList();

        Assert.Equal(["toolu_1", "toolu_1", "toolu_2", "toolu_2", "toolu_3"], tools.Select(p => p.CallId));
        Assert.Equal("""{"command": "ls"}""", tools[0].Text);
        Assert.Equal("list result words", tools[1].Text);
        Assert.Equal("""{"command": "pwd"}""", tools[2].Text);
        Assert.Equal("wrapped result words", tools[3].Text);
        Assert.Equal("plain result words", tools[4].Text);
        Assert.Equal(["thinking words", ""], agent.Parts.Where(p => p.Kind == PartKind.Thinking).Select(p => p.Text));
        Assert.Contains(
            "b64==",
            agent.Parts.Single(p => p.Kind == PartKind.Thinking && p.Text.Length == 0).Extras,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Marks_between_messages_are_kept_without_being_messages()
    {
        var run = FormatRun.OfFixture("zed/threads.db");
        var messages = run.Conversations[0].Messages;

        Assert.Contains(
            messages[1].Parts,
            p =>
                p is { Kind: PartKind.Unknown, Name: "Compaction" }
                && p.Text.Contains("summary words", StringComparison.Ordinal)
        );
        Assert.Contains(messages[^1].Parts, p => p is { Kind: PartKind.Unknown, Name: "FutureVariant" });
        Assert.Contains(
            run.Warnings,
            w =>
                w.Code == "unknown-content-type"
                && w.What.Contains("FutureVariant", StringComparison.Ordinal)
                && w.Id == run.Conversations[0].ProviderId
        );
        Assert.DoesNotContain(
            run.Messages,
            m => m.Parts.Exists(p => p.Text.Contains("Resume", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Results_in_a_user_message_are_folded_into_the_question_before()
    {
        var thread = FormatRun
            .OfFixture("zed/threads.db")
            .Conversations.Single(c => c.Title == "Results in a user message");

        Assert.Equal([Role.User, Role.Assistant], thread.Messages.Select(m => m.Role));
        Assert.Equal(
            [PartKind.Text, PartKind.ToolCall, PartKind.ToolResult],
            thread.Messages[1].Parts.Select(p => p.Kind)
        );
        Assert.Equal(("tool_1", "abcdef"), (thread.Messages[1].Parts[2].Name, thread.Messages[1].Parts[2].Text));
    }

    [Fact]
    public void Agent_messages_keep_their_keys_when_the_thread_grows()
    {
        const string user = """{"User":{"id":"u1","content":[{"Text":"q"}]}}""";
        var before = Thread(
            $$$$"""{"version":"0.3.0","messages":[{{{{user}}}},{"Agent":{"content":[{"Text":"half an ans"}],"tool_results":{}}}]}"""
        );
        var after = Thread(
            $$$$"""{"version":"0.3.0","messages":[{{{{user}}}},{"Agent":{"content":[{"Text":"half an answer, whole"}],"tool_results":{}}},{"Agent":{"content":[{"Text":"more"}]}},{"User":{"id":"u2","content":[]}},{"Agent":{"content":[{"Text":"x"}]}}]}"""
        );

        Assert.Equal(["u1", "u1+1"], before.Messages.Select(m => m.ProviderId));
        Assert.Equal(["u1", "u1+1", "u1+2", "u2", "u2+1"], after.Messages.Select(m => m.ProviderId));
    }

    [Fact]
    public void An_unknown_version_is_read_by_the_form_of_its_messages()
    {
        var modern = Thread(
            """{"version":"9.9.9","messages":[{"User":{"id":"u","content":"plain words"}},{"Agent":{"content":"plain answer"}}]}"""
        );
        var old = Thread(
            """{"version":"9.9.9","messages":[{"id":0,"role":"user","segments":[{"type":"text","text":"q"}]},{"id":1,"role":"oracle","text":"a"}]}"""
        );

        Assert.Equal(["plain words", "plain answer"], modern.Messages.Select(m => m.Text));
        Assert.Contains(modern.Warnings, w => w.Code == "unknown-version");
        Assert.Equal(["q", "a"], old.Messages.Select(m => m.Text));
        Assert.Equal("oracle", old.Messages.Last().RawRole);
    }

    [Fact]
    public void Old_messages_keep_context_hidden_flag_and_thoughts()
    {
        var run = Thread(
            """
            {"summary":"s","messages":[
              {"id":4,"role":"user","text":"q","context":"handed along","is_hidden":true},
              {"id":5,"role":"assistant","segments":[{"type":"thinking","text":"hm"},{"type":"RedactedThinking","data":"x"},{"type":"hologram","text":"?"}],
               "tool_uses":[{"id":"a","name":"grep","input":{"q":1}},{"id":"b","name":"ls","input":null}],
               "tool_results":[{"tool_use_id":"b","is_error":true,"content":"no","output":null},{"tool_use_id":"zz","content":{"type":"text","text":"lost"}}]},
              {"id":5,"role":"assistant","text":"same id again"}]}
            """
        );
        var messages = run.Messages.ToList();

        Assert.True(messages[0].Hidden);
        Assert.Equal("handed along", messages[0].Parts[1].AttachmentText);
        Assert.Equal(
            [
                PartKind.Thinking,
                PartKind.Thinking,
                PartKind.Unknown,
                PartKind.ToolCall,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.ToolResult,
            ],
            messages[1].Parts.Select(p => p.Kind)
        );
        Assert.True(messages[1].Parts[5].IsError);
        Assert.Equal("lost", messages[1].Parts[6].Text);
        Assert.Equal("same id again", messages[2].Text);
        Assert.Contains(run.Warnings, w => w.Code == "repeated-id");
    }

    [Theory]
    [InlineData("""{"Symbol":{"abs_path":"/p/a.rs","name":"run","line_range":{"start":1,"end":2}}}""", "run")]
    [InlineData("""{"Selection":{"abs_path":"/p/a.rs","line_range":{"start":4,"end":9}}}""", "a.rs:5-10")]
    [InlineData("""{"Selection":{"line_range":{"start":4,"end":9}}}""", "selection:5-10")]
    [InlineData("""{"Directory":{"abs_path":"C:\\src\\app\\"}}""", "app/")]
    [InlineData("""{"Thread":{"id":"t","name":"Earlier talk"}}""", "Earlier talk")]
    [InlineData("""{"Fetch":{"url":"https://example.org/x"}}""", "https://example.org/x")]
    [InlineData("\"PastedImage\"", "PastedImage")]
    [InlineData("""{"TerminalSelection":{"line_count":3}}""", "terminal, 3 lines")]
    [InlineData("""{"Diagnostics":{"include_errors":true}}""", "Diagnostics")]
    [InlineData("""{"Brainwave":{"depth":3}}""", "Brainwave")]
    [InlineData("\"zed:///agent/thread/abc?name=My+thread%21\"", "My thread!")]
    [InlineData("\"file:///home/a%20b/c%20d.txt\"", "c d.txt")]
    [InlineData("17", "mention")]
    public void Mentions_are_named_after_what_they_point_at(string uri, string name)
    {
        var run = Thread(
            $$$"""{"messages":[{"User":{"id":"u","content":[{"Mention":{"uri":{{{uri}}},"content":"body"}}]}}]}"""
        );

        var part = run.Messages.Single().Parts.Single();
        Assert.Equal((PartKind.File, name, "body"), (part.Kind, part.AttachmentName, part.AttachmentText));
    }

    [Fact]
    public void Images_in_results_and_broken_base64_are_kept()
    {
        var run = Thread(
            """
            {"messages":[{"User":{"id":"u","content":[{"Image":{"source":"no base64!"}}]}},
              {"Agent":{"content":[{"ToolUse":{"id":"t","name":"shot","raw_input":"{\"half\":","is_input_complete":false}}],
               "tool_results":{"t":{"tool_use_id":"t","content":[{"Text":"a"},{"type":"text","text":"b"},{"Image":{"source":"QUJD"}},{"Odd":1}],"output":{"lines":3}}}}}]}
            """
        );
        var parts = run.Messages.Last().Parts;

        Assert.Null(run.Messages.First().Parts.Single().AttachmentBytes);
        Assert.Equal("{\"half\":", parts[0].Text);
        Assert.Equal("a\nb\n{\"Odd\":1}", parts[1].Text);
        Assert.Equal("""{"output":{"lines":3}}""", parts[1].Extras);
        Assert.Equal("ABC"u8.ToArray(), parts[2].AttachmentBytes);
        Assert.Contains(run.Warnings, w => w.Code == "bad-image");
    }

    [Fact]
    public void Unknown_fields_are_kept_and_warned_of()
    {
        var run = Thread(
            """{"version":"0.3.0","mood":"sunny","messages":[{"User":{"id":"u","content":[{"Text":"q"}],"pinned_at":5}}]}"""
        );

        Assert.Contains("\"mood\":\"sunny\"", run.Conversations[0].Extras, StringComparison.Ordinal);
        Assert.Equal("""{"pinned_at":5}""", run.Messages.Single().Extras);
        Assert.Equal(2, run.Warnings.Count(w => w.Code == "unknown-field"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"messages":{"a":1}}""")]
    [InlineData("""{"messages":[""")]
    public void What_is_no_document_fails_with_its_id(string document)
    {
        var failure = Assert.Single(Thread(document).Failures);

        Assert.Equal(("t1", 0L), (failure.Id, failure.Index));
    }

    [Fact]
    public void Lone_surrogates_NULs_and_depth_do_no_harm()
    {
        var run = Thread(Deep(5000));

        Assert.Equal("a\uFFFD\0b", run.Messages.First().Text);
        Assert.Empty(run.Failures);
    }

    [Fact]
    public void Depth_without_end_fails_the_thread()
    {
        Assert.Equal("bad-json", Assert.Single(Thread(Deep(500_000)).Failures).Code);
    }

    private static string Deep(int depth) =>
        $$$"""{"messages":[{"User":{"id":"u","content":[{"Text":"a\ud83d\u0000b"}]}},{"Agent":{"content":[],"reasoning_details":{{{new string('[', depth)}}}{{{new string(']', depth)}}}}},null,[],5]}""";

    internal static FormatRun Thread(string document) =>
        TestDatabase.Import(
            "threads.db",
            "CREATE TABLE threads (id TEXT PRIMARY KEY, summary TEXT, updated_at TEXT, data_type TEXT, data BLOB)",
            $"INSERT INTO threads VALUES ('t1', 'Title', '2026-01-01T00:00:00Z', 'zstd', {TestDatabase.Blob(ZstdWriter.Compress(Encoding.UTF8.GetBytes(document)))})"
        );

    private static long Micros(string time) => (DateTimeOffset.Parse(time).UtcTicks - DateTime.UnixEpoch.Ticks) / 10;
}
