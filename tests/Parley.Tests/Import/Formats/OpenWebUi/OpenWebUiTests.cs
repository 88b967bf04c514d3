using System.Text.Json;
using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class OpenWebUiTests
{
    [Fact]
    public void The_found_chat_object_gives_the_expected_counts()
    {
        FixtureCounts.Check("others/openwebui-chat-object.json");
        var run = FormatRun.OfFixture("others/openwebui-chat-object.json");

        Assert.Equal("🧠 Goldwater Rule Ethics", run.Conversations[0].Title);
        Assert.Equal("deepseek/deepseek-chat:free", run.Messages.Last().Model);
        Assert.Equal(1_744_577_557_127_000, run.Conversations[0].CreatedAt);
        Assert.Equal("first:5ae90291-abf9-453f-9f7d-78f3753af40c", run.Conversations[0].ProviderId);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void A_record_gives_account_times_flags_folder_and_tags()
    {
        var run = Run(
            """
            [null,"junk",{"id":"c1","user_id":"u1","title":"T","archived":true,"pinned":true,"folder_id":"f1","share_id":"s","created_at":1700000000,
              "updated_at":1700000000123456789,"meta":{"tags":["work"]},"chat":{"title":"older","models":["m1","m2"],"tags":[{"name":"home"},"work"],
              "params":{"temperature":0.5},"history":{"currentId":"b","messages":{
                "a":{"id":"a","parentId":null,"childrenIds":["b"],"role":"user","content":"q","timestamp":1700000001,"models":["m1","m2"]},
                "b":{"id":"b","parentId":"a","childrenIds":[],"role":"assistant","content":"x","timestamp":1700000002500,"model":"m1","done":true}}}}}]
            """
        );
        var chat = run.Conversations.Single();

        Assert.Equal(("openwebui", "c1", "T", "m1"), (chat.Provider, chat.ProviderId, chat.Title, chat.Model));
        Assert.Equal((true, true, "f1"), (chat.Archived, chat.Pinned, chat.ProjectId));
        Assert.Equal((1_700_000_000_000_000L, 1_700_000_000_123_456L), (chat.CreatedAt, chat.UpdatedAt));
        Assert.Equal(["work", "home"], chat.Tags);
        Assert.Contains("\"share_id\":\"s\"", chat.Extras, StringComparison.Ordinal);
        Assert.Contains("temperature", chat.Extras, StringComparison.Ordinal);
        Assert.Equal([1_700_000_001_000_000L, 1_700_000_002_500_000L], run.Messages.Select(m => m.CreatedAt));
        Assert.Equal(2, run.Failures.Count);
    }

    [Fact]
    public void Answers_of_many_models_are_siblings_and_the_current_one_is_on_the_path()
    {
        var run = Chat(
            """
            "currentId":"m2","messages":{
              "q":{"id":"q","parentId":null,"childrenIds":["m2","m1"],"role":"user","content":"q"},
              "m1":{"id":"m1","parentId":"q","role":"assistant","content":"one","model":"a","modelIdx":0},
              "m2":{"id":"m2","parentId":"q","role":"assistant","content":"two","model":"b","modelIdx":1}}
            """
        );

        Assert.Equal(["q", "m2", "m1"], run.Messages.Select(m => m.ProviderId));
        Assert.Equal([true, true, false], run.Messages.Select(m => m.OnPath));
        Assert.Equal(run.Messages.ElementAt(1).Parent, run.Messages.ElementAt(2).Parent);
    }

    [Fact]
    public void History_wins_over_the_list_and_the_list_counts_without_it()
    {
        var both = Run(
            """[{"id":"c","chat":{"history":{"currentId":"a","messages":{"a":{"id":"a","role":"user","content":"tree"}}},"messages":[{"id":"z","role":"user","content":"list"}]}}]"""
        );
        var list = Run(
            """[{"id":"c","user_id":"u","chat":{"models":["m"],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}}]"""
        );

        Assert.Equal(["tree"], both.Messages.Select(m => m.Text));
        Assert.Equal(["q", "a"], list.Messages.Select(m => m.Text));
        Assert.Equal(list.Messages.First().Key, list.Messages.Last().Parent);
    }

    [Fact]
    public void Nodes_without_a_message_are_passed_through()
    {
        var run = Chat(
            """
            "currentId":"c","messages":{"a":{"id":"a","parentId":null,"role":"user","content":"q"},"b":{"id":"b","parentId":"a","childrenIds":["c"]},
              "c":{"id":"c","parentId":"b","role":"assistant","content":"x"},"d":{"parentId":"gone","role":"critic","content":"hm"}}
            """
        );

        Assert.Equal(run.Messages.First().Key, run.Messages.Single(m => m.ProviderId == "c").Parent);
        var critic = run.Messages.Single(m => m.ProviderId == "d");
        Assert.Equal((Role.Assistant, "critic"), (critic.Role, critic.RawRole));
        Assert.Contains(run.Warnings, w => w.Code == "unknown-role");
    }

    [Fact]
    public void Folded_thoughts_and_tools_are_unfolded()
    {
        var parts = Parts(
            """
            <details type="reasoning" done="true" duration="5">
            <summary>Thought for 5 seconds</summary>
            > Is 1 &lt; 2?
            >
            > &quot;Yes&quot;
            </details>
            Let me look.

            <details type="tool_calls" done="true" id="call_1" name="search" arguments="&quot;{\&quot;q\&quot;: \&quot;a &amp; b\&quot;}&quot;" result="&quot;two\nlines&quot;" files="">
            <summary>Tool Executed</summary>
            </details>
            <details type="tool_calls" done="true" id='call_2' name='read' arguments='{"p":1}'>
            <summary>Tool Executed</summary>
            &quot;in the body&quot;
            </details>
            <details type="code_interpreter" done="true" output="{&quot;stdout&quot;:&quot;3&quot;}">
            <summary>Analyzed</summary>
            ```python
            print(1+2)
            ```
            </details>
            It is 3.
            """
        );

        Assert.Equal(
            [
                (PartKind.Thinking, "Is 1 < 2?\n\n\"Yes\""),
                (PartKind.Text, "Let me look."),
                (PartKind.ToolCall, """{"q": "a & b"}"""),
                (PartKind.ToolResult, "two\nlines"),
                (PartKind.ToolCall, """{"p":1}"""),
                (PartKind.ToolResult, "in the body"),
                (PartKind.ToolCall, "print(1+2)"),
                (PartKind.ToolResult, """{"stdout":"3"}"""),
                (PartKind.Text, "It is 3."),
            ],
            parts.Select(p => (p.Kind, p.Text))
        );
        Assert.Equal(("search", "call_1"), (parts[2].Name, parts[3].CallId));
    }

    [Theory]
    [InlineData("<details type=\"reasoning\" done=\"false\">\n<summary>Thinking…</summary>\n> half")]
    [InlineData("see:\n```html\n<details type=\"reasoning\">\nx\n</details>\n```\ndone")]
    [InlineData("a <details type=\"reasoning\">x</details> within a line")]
    [InlineData("<details type=\"spoiler\">\nx\n</details>")]
    [InlineData("<details type=\"reasoning\"")]
    [InlineData("<details type=\"tool_calls\" name=\"unclosed>\nx\n</details>")]
    public void What_only_looks_folded_stays_text(string content)
    {
        var part = Assert.Single(Parts(content));

        Assert.Equal((PartKind.Text, content), (part.Kind, part.Text));
    }

    [Fact]
    public void A_block_within_a_block_ends_with_its_own_end()
    {
        var parts = Parts(
            "<details type=\"reasoning\" done=\"true\">\n<summary>s</summary>\n<details>\ninner\n</details>\nouter\n</details>\nanswer"
        );

        Assert.Equal(["<details>\ninner\n</details>\nouter", "answer"], parts.Select(p => p.Text));
    }

    [Fact]
    public void Many_blocks_without_end_take_no_square_of_time()
    {
        var content = string.Concat(Enumerable.Repeat("<details type=\"reasoning\">\n", 100_000));

        Assert.Equal(PartKind.Text, Assert.Single(Parts(content)).Kind);
    }

    [Fact]
    public void Output_items_count_where_the_content_lacks_them()
    {
        const string output = """
            "output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},
             {"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":1}"},
             {"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"r1"},{"type":"input_text","text":"r2"}]},
             {"type":"message","content":[{"type":"output_text","text":"said"}]},{"type":"open_webui:code_interpreter","id":"k","code":"1+1","output":"2"},{"type":"novelty"}]
            """;
        var bare = Chat("\"messages\":{\"a\":{\"role\":\"assistant\",\"content\":\"\"," + output + "}}");
        var beside = Chat("\"messages\":{\"a\":{\"role\":\"assistant\",\"content\":\"said\"," + output + "}}");

        Assert.Equal(
            [
                PartKind.Thinking,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.Text,
                PartKind.ToolCall,
                PartKind.ToolResult,
                PartKind.Unknown,
            ],
            bare.Messages.Single().Parts.Select(p => p.Kind)
        );
        Assert.Equal("r1\nr2", bare.Messages.Single().Parts[2].Text);
        Assert.Single(beside.Messages.Single().Parts, p => p.Kind == PartKind.Text && p.Text == "said");
        Assert.Contains(beside.Messages.Single().Parts, p => p.Kind == PartKind.ToolCall);
    }

    [Fact]
    public void Files_images_and_sources_are_kept()
    {
        var run = Chat(
            """
            "currentId":"a","messages":{"a":{"role":"user","content":"q","files":[
              {"type":"image","url":"data:image/png;base64,QUJD"},
              {"type":"file","id":"f1","name":"notes.txt","file":{"id":"f1","filename":"notes.txt","meta":{"content_type":"text/plain","size":9},"data":{"content":"file words"}}},
              {"type":"collection","name":"Handbook","collection_name":"kb"},"/api/v1/files/77/content"]},
             "b":{"parentId":"a","role":"assistant","content":"x","sources":[{"source":{"name":"Page","url":"https://e.org/p"},"document":["quoted","more"],"metadata":[{"source":"https://e.org/p"}]},
              {"source":{"id":"web"},"metadata":[{"source":"https://e.org/q"}]}]}}
            """
        );
        var files = run.Messages.First().Parts;
        var sources = run.Messages.Last().Parts;

        Assert.Equal("ABC"u8.ToArray(), files[1].AttachmentBytes);
        Assert.Equal(
            (PartKind.File, "notes.txt", "f1", "text/plain", "file words"),
            (
                files[2].Kind,
                files[2].AttachmentName,
                files[2].AttachmentId,
                files[2].AttachmentType,
                files[2].AttachmentText
            )
        );
        Assert.Equal("Handbook", files[3].AttachmentName);
        Assert.Equal((PartKind.Image, "content"), (files[4].Kind, files[4].AttachmentName));
        Assert.Equal(
            (PartKind.Citation, "Page", "https://e.org/p", "quoted\nmore"),
            (sources[1].Kind, sources[1].Name, sources[1].Url, sources[1].Text)
        );
        Assert.Equal("https://e.org/q", sources[2].Url);
    }

    [Fact]
    public void Errors_and_unfinished_answers_are_marked()
    {
        var run = Chat(
            """
            "currentId":"c","messages":{"a":{"role":"assistant","content":"","error":{"content":"no model"}},"b":{"role":"assistant","content":"x","done":false},
             "c":{"role":"assistant","content":[{"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"https://e.org/i.png"}},{"type":"smell"}],"error":false}}
            """
        );

        Assert.Equal(
            [MessageStatus.Failed, MessageStatus.Interrupted, MessageStatus.Complete],
            run.Messages.Select(m => m.Status)
        );
        Assert.Contains("no model", run.Messages.First().Extras, StringComparison.Ordinal);
        Assert.Equal([PartKind.Text, PartKind.Image, PartKind.Unknown], run.Messages.Last().Parts.Select(p => p.Kind));
    }

    [Fact]
    public void One_broken_record_does_not_stop_the_rest()
    {
        var run = Run(
            """[{"id":"a","chat":{"history":{"messages":{"x":{"role":"user","content":"1"}}}}},{"id":"b","chat":{"history":{"messages":{"x":{"role":"user","content":}}}}},{"id":"c","chat":{"history":{"messages":{"x":{"role":"user","content":"3"}}}}}]"""
        );

        Assert.Equal(["a", "c"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal(("bad-json", 1L), (run.Failures.Single().Code, run.Failures.Single().Index));
    }

    private static List<RunPart> Parts(string content)
    {
        var text = JsonEncodedText.Encode(content.ReplaceLineEndings("\n"));
        return Chat("\"currentId\":\"a\",\"messages\":{\"a\":{\"role\":\"assistant\",\"content\":\"" + text + "\"}}")
            .Messages.Single()
            .Parts;
    }

    private static FormatRun Chat(string history) =>
        Run("[{\"id\":\"c\",\"user_id\":\"u\",\"chat\":{\"history\":{" + history + "}}}]");

    private static FormatRun Run(string json) => FormatRun.OfText("chats.json", json);
}
