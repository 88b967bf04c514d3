using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class GrokTests
{
    [Fact]
    public void Artifacts_thinking_and_cards_in_a_message_become_parts_in_their_order()
    {
        var message = Answer(
            """<think>hm\nso</think>Here: <xaiArtifact artifact_id=\"a1\" title=\"x > y\" contentType=\"text/x-python\">\nprint(1 < 2)\n</xaiArtifact> done<grok:render type=\"a\"/>, <grok-card data-id=\"1\"></grok-card>and <grok:render card_id=\"2\">\n<argument name=\"citation_id\">1</argument>\n</grok:render>end.<xai:tool_usage_card><xai:tool_name>web</xai:tool_name><xai:tool_args><![CDATA[{\"q\":1}]]></xai:tool_args></xai:tool_usage_card>"""
        );

        Assert.Equal(
            [PartKind.Thinking, PartKind.Text, PartKind.Code, PartKind.Text, PartKind.ToolCall],
            message.Parts.Select(p => p.Kind)
        );
        Assert.Equal(
            ["hm\nso", "Here: ", "print(1 < 2)", " done, and end.", "{\"q\":1}"],
            message.Parts.Select(p => p.Text)
        );
        Assert.Equal("python", message.Parts[2].Name);
        Assert.Contains("\"artifact_id\":\"a1\"", message.Parts[2].Extras, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a <grok:render card_id=\\\"1", "a ")]
    [InlineData("a <grok:render> b", "a  b")]
    [InlineData("a <xaiArtifact title=\\\"t\\\">b", "a |b")]
    [InlineData("<think>never closed", "never closed")]
    [InlineData("see `<thinking>` and <xai:other> <grokked>", "see `<thinking>` and <xai:other> <grokked>")]
    [InlineData("<grok:", "")]
    public void Tags_cut_off_lose_no_text(string message, string parts) =>
        Assert.Equal(parts, string.Join('|', Answer(message).Parts.Select(p => p.Text)));

    [Fact]
    public void Steps_give_thoughts_calls_and_results_in_the_stated_order()
    {
        var message = Answer(
            "ok",
            """
            ,"steps":[{"tag_order":["header","tool_usage_card","summary","tool_usage_card"],"tagged_text":{"header":"Head","raw":["r1","r2"],"summary":"Sum",
              "tool_usage_card":["<xai:tool_usage_card><xai:tool_usage_card_id>c1</xai:tool_usage_card_id><xai:tool_name>one</xai:tool_name><xai:tool_args>{}</xai:tool_args></xai:tool_usage_card>","<xai:tool_usage_card><xai:tool_name>two</xai:tool_name></xai:tool_usage_card>"]},
              "tool_usage_results":[{"tool_name":"one","result":"out"},{"stdout":"x","is_error":true},"plain",null],
              "web_search_results":[{"url":"https://e.org","title":"T","preview":"P"},{"url":"https://e.org","preview":"P"}],"strange":1},null,"loose"]
            """
        );

        Assert.Equal(
            [
                (PartKind.Thinking, "Head"),
                (PartKind.ToolCall, "{}"),
                (PartKind.Thinking, "Sum"),
                (PartKind.ToolCall, ""),
                (PartKind.Thinking, "r1"),
                (PartKind.Thinking, "r2"),
                (PartKind.ToolResult, "out"),
                (PartKind.ToolResult, "{\"stdout\":\"x\",\"is_error\":true}"),
                (PartKind.ToolResult, "plain"),
                (PartKind.Citation, "P"),
                (PartKind.Unknown, "\"loose\""),
                (PartKind.Text, "ok"),
            ],
            message.Parts.Select(p => (p.Kind, p.Text))
        );
        Assert.Equal(("c1", "two", true), (message.Parts[6].CallId, message.Parts[7].Name, message.Parts[7].IsError));
    }

    [Fact]
    public void Cards_posts_and_files_of_every_shape_are_kept()
    {
        var message = Answer(
            "ok",
            """
            ,"card_attachments_json":["{\"cardType\":\"citation_card\",\"url\":\"https://c.org\",\"title\":\"C\"}","{\"id\":\"i\",\"image_chunk\":{\"imageUuid\":\"u-1\",\"imageUrl\":\"users/x/image.jpg\",\"imageTitle\":\"fox\"}}","not json","{\"odd\":1}",null,{"image":{"original":"https://i.org/a.png"}}],
             "xpost_ids":["12",13,null],"xposts":[{"post_id":"12","username":"who","text":"said"}],
             "file_attachments":["f-1",{"file_metadata_id":"f-2","file_name":"b.pdf"},{"odd":true},null,7],
             "file_attachments_metadata":[{"fileMetadataId":"f-1","fileName":"notes.txt","fileMimeType":"text/plain"}],
             "image_attachments":["g-1"],"generated_image_urls":"users/one.png"
            """
        );

        Assert.Equal(
            ["https://x.com/i/status/12", "https://x.com/i/status/13", "https://c.org"],
            message.Parts.Where(p => p.Kind == PartKind.Citation).Select(p => p.Url)
        );
        Assert.Equal(
            ["u-1", "https://i.org/a.png", "users/one.png", "g-1"],
            message.Parts.Where(p => p.Kind == PartKind.Image).Select(p => p.AttachmentId)
        );
        Assert.Equal(
            [("f-1", "notes.txt"), ("f-2", "b.pdf"), ("7", null)],
            message.Parts.Where(p => p.Kind == PartKind.File).Select(p => (p.AttachmentId!, p.AttachmentName))
        );
        Assert.Equal(
            ["\"not json\"", "{\"odd\":1}", "{\"odd\":true}"],
            message
                .Parts.Where(p => p.Kind == PartKind.Unknown)
                .Select(p =>
                    p.Text.Replace("\\\"", "\"", StringComparison.Ordinal).Trim('"') is var t
                    && t.StartsWith("not", StringComparison.Ordinal)
                        ? "\"not json\""
                        : t
                )
        );
    }

    [Fact]
    public void Heads_of_every_year_are_read()
    {
        var run = FormatRun.OfText(
            "prod-grok-backend.json",
            """
            {"projects":[{"workspace_id":"w","name":"Space"}],"conversations":[null,"junk",
             {"conversation":{"id":"a","title":"","starred":true,"workspace_id":"w","create_time":"2026-01-01T00:00:00","new_field":5},"responses":[{"response":{"_id":"1","sender":"Human","message":"q"},"share_link":{"id":"s"}},null,7]},
             {"conversation_id":"b","title":"flat","responses":[{"sender":"human","message":"x"},{"sender":"Grok","message":"y","partial":true},{"message":"z","error":""}]},
             {"conversation":{"title":"same"},"responses":[{"sender":"human","message":"one"}]},
             {"conversation":{"title":"same"},"responses":[{"sender":"human","message":"two"}]},
             {"conversation":{"id":"c","leaf_response_id":"1"},"responses":[{"response_id":"2","parent_response_id":"1","sender":"assistant","message":"late"},{"response_id":"1","sender":"human","message":"early"}]}
            ],"media_posts":[{"id":"m"}],"tasks":[{}]}
            """
        );

        Assert.Equal(["grok"], run.Formats);
        Assert.Equal(5, run.Conversations.Count);
        var (a, b, c) = (run.Conversations[0], run.Conversations[1], run.Conversations[4]);
        Assert.Equal((null, true, "w", "Space"), (a.Title, a.Starred, a.ProjectId, a.ProjectName));
        Assert.Contains("\"share_link\":{\"id\":\"s\"}", a.Messages[0].Extras, StringComparison.Ordinal);
        Assert.Equal(
            [MessageStatus.Complete, MessageStatus.Stopped, MessageStatus.Complete],
            b.Messages.Select(m => m.Status)
        );
        Assert.Equal(b.Messages[0].Key, b.Messages[1].Parent);
        Assert.Equal("Grok", b.Messages[1].Model);
        Assert.NotEqual(run.Conversations[2].ProviderId, run.Conversations[3].ProviderId);
        Assert.Equal([("early", true), ("late", false)], c.Messages.Select(m => (m.Text, m.OnPath)));
        Assert.Equal(2, run.Failures.Count);
        Assert.Equal(
            ["bad-message", "bad-message", "time-without-zone", "unknown-field", "unknown-role"],
            run.Warnings.Select(w => w.Code).Order()
        );
    }

    [Fact]
    public void The_archive_of_X_is_read_in_parts_with_senders_of_either_form()
    {
        var folder = Directory.CreateTempSubdirectory("parley-x-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "grok-chat-item.js"),
                "window.YTD.grok_chat_item.part0 = [{\"grokChatItem\":{\"chatId\":\"1\",\"sender\":\"user\",\"message\":\"a\",\"accountId\":\"9\"}},{\"grokChatItem\":{\"chatId\":\"2\",\"sender\":{\"name\":\"User\"},\"message\":\"b\"}},null,{\"grokChatItem\":{}}]"
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "grok-chat-item-part1.js"),
                "window.YTD.grok_chat_item.part1 = [ {\"grokChatItem\":{\"chatId\":\"1\",\"sender\":\"grok\",\"message\":\"c\",\"postIds\":[\"5\"]}},{\"grokChatItem\":{\"chatId\":\"1\",\"sender\":\"HAL\",\"message\":{\"x\":1}}} ]"
            );
            var run = FormatRun.Of(folder.FullName);

            Assert.Equal(
                ["a", "c", ""],
                run.Conversations.Single(c => c.ProviderId == "1").Messages.Select(m => m.Text)
            );
            Assert.Equal("b", run.Conversations.Single(c => c.ProviderId == "2").Title);
            Assert.Equal(2, run.Failures.Count);
            Assert.Equal(["unknown-content-type", "unknown-role"], run.Warnings.Select(w => w.Code).Order());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RunMessage Answer(string message, string more = "") =>
        FormatRun
            .OfText(
                "prod-grok-backend.json",
                $$"""{"conversations":[{"conversation":{"id":"x"},"responses":[{"_id":"1","sender":"assistant","message":"{{message}}"{{more}}}]}]}"""
            )
            .Messages.Single();
}
