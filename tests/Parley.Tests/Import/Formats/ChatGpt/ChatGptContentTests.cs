using System.IO.Compression;
using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import.Formats.ChatGpt;

/// <summary>Content types, parts, assets, canvas and marks: imports.md 3.4.</summary>
public sealed class ChatGptContentTests
{
    [Theory]
    [InlineData("""{"content_type":"text","parts":["a",null,"","b"]}""", "text:a\nb")]
    [InlineData("""{"content_type":"text","parts":[]}""", "")]
    [InlineData("""{"content_type":"text"}""", "")]
    [InlineData("""{"content_type":"text","text":"no parts"}""", "text:no parts")]
    [InlineData(
        """{"content_type":"text","parts":["a",{"text":"object"},{"content_type":"text","text":"typed"},"z"]}""",
        "text:a|text:object|text:typed|text:z"
    )]
    [InlineData("""{"parts":["untyped"]}""", "text:untyped")]
    [InlineData("""{"text":"untyped text"}""", "text:untyped text")]
    [InlineData("""{"content_type":"code","language":"python","text":"x = 1"}""", "code/python:x = 1")]
    [InlineData("""{"content_type":"code","language":"unknown","text":"x"}""", "code:x")]
    [InlineData(
        """{"content_type":"thoughts","thoughts":[{"summary":"S","content":"C"},{"summary":"","content":"","chunks":["c1","c2"]},"bare"]}""",
        "thinking:S\n\nC|thinking:c1\n\nc2|thinking:bare"
    )]
    [InlineData("""{"content_type":"reasoning_recap","content":"Thought for 9s"}""", "thinking/recap:Thought for 9s")]
    [InlineData(
        """{"content_type":"hologram","text":"readable","x":1}""",
        "text:readable|unknown/hologram:{\"content_type\":\"hologram\",\"text\":\"readable\",\"x\":1}"
    )]
    [InlineData(
        """{"content_type":"super_widget","content":"inner \u00e9"}""",
        "text:inner é|unknown/super_widget:{\"content_type\":\"super_widget\",\"content\":\"inner é\"}"
    )]
    [InlineData("null", "")]
    [InlineData("\"bare\"", "text:bare")]
    [InlineData("7", "unknown/none:7")]
    public void Content_of_an_assistant_becomes_parts(string content, string parts) =>
        Assert.Equal(parts, Parts(Message("assistant", content)));

    [Theory]
    [InlineData("""{"content_type":"text","parts":["done"]}""", "tool_result/web:done")]
    [InlineData("""{"content_type":"execution_output","text":"42\n"}""", "tool_result/web:42\n")]
    [InlineData("""{"content_type":"execution_output","parts":["4","2"]}""", "tool_result/web:4\n2")]
    [InlineData("""{"content_type":"system_error","name":"ToolError","text":"broke"}""", "tool_result/web:broke!")]
    [InlineData(
        """{"content_type":"tether_browsing_display","result":"R","summary":"S","assets":null,"tether_id":null}""",
        "tool_result/web:R\n\nS"
    )]
    [InlineData(
        """{"content_type":"tether_quote","url":"https://a.example","domain":"a.example","text":"Q","title":"T"}""",
        "tool_result/web:Q|citation/T<https://a.example>:"
    )]
    [InlineData(
        """{"content_type":"sonic_webpage","url":"https://a.example","title":"","domain":"a.example","text":"","snippet":"S"}""",
        "tool_result/web:S|citation/a.example<https://a.example>:"
    )]
    [InlineData(
        """{"content_type":"citable_code_output","output_str":"O","metadata":{"display_title":"D"}}""",
        "tool_result/web:O"
    )]
    [InlineData(
        """{"content_type":"computer_output","computer_id":"c","state":{"url":"https://a.example","title":"Page"},"screenshot":{"content_type":"image_asset_pointer","asset_pointer":"sediment://file_1"}}""",
        "tool_result/web:Page\nhttps://a.example|image(file_1):"
    )]
    [InlineData(
        """{"content_type":"multimodal_text","parts":[{"content_type":"image_asset_pointer","asset_pointer":"file-service://file-9","metadata":{"dalle":{"prompt":"a cat","gen_id":"g"}}}]}""",
        "image(file-9):a cat"
    )]
    public void Content_of_a_tool_becomes_results(string content, string parts) =>
        Assert.Equal(parts, Parts(Message("tool", content, author: "web")));

    [Theory]
    [InlineData(
        """{"content_type":"code","language":"python","text":"print(1)"}""",
        "python",
        "tool_call/python:print(1)"
    )]
    [InlineData(
        """{"content_type":"text","parts":["{\"prompt\":\"a cat\"}"]}""",
        "dalle.text2im",
        "tool_call/dalle.text2im:{\"prompt\":\"a cat\"}"
    )]
    [InlineData(
        """{"content_type":"tether_browsing_code","text":"search(x)"}""",
        "browser",
        "tool_call/browser:search(x)"
    )]
    [InlineData("""{"content_type":"tether_browsing_code","parts":["a","b"]}""", "browser", "tool_call/browser:a\nb")]
    [InlineData("""{"content_type":"text","parts":["for all"]}""", "user", "text:for all")]
    public void An_assistant_that_speaks_to_a_tool_calls_it(string content, string recipient, string parts) =>
        Assert.Equal(parts, Parts(Message("assistant", content, recipient: recipient)));

    [Fact]
    public void Speech_is_text_and_its_recordings_are_kept_as_named()
    {
        var message = Message(
            "user",
            """
            {"content_type":"multimodal_text","parts":[{"content_type":"audio_transcription","text":"spoken words","direction":"in","decoding_id":null},
             {"content_type":"real_time_user_audio_video_asset_pointer","audio_asset_pointer":{"content_type":"audio_asset_pointer","asset_pointer":"sediment://file_a","format":"wav","size_bytes":5},
              "frames_asset_pointers":["sediment://file_f1",{"content_type":"image_asset_pointer","asset_pointer":"sediment://file_f2"}],"video_container_asset_pointer":{"content_type":"video_container_asset_pointer","asset_pointer":"sediment://file_v"}}]}
            """
        );

        Assert.Equal("text:spoken words|audio(file_a):|image(file_f1):|image(file_f2):|video(file_v):", Parts(message));
        Assert.Equal("audio/wav", message.Parts[1].AttachmentType);
        Assert.Equal("""{"spoken":"in"}""", message.Parts[0].Extras);
    }

    [Fact]
    public void Contexts_are_hidden_texts()
    {
        var user = Message(
            "user",
            """{"content_type":"user_editable_context","user_profile":"P","user_instructions":"I"}"""
        );
        var model = Message(
            "assistant",
            """{"content_type":"model_editable_context","model_set_context":"1. M","repository":null,"structured_context":{"a":1}}"""
        );

        Assert.Equal(("text:P|text:I", true, Role.User), (Parts(user), user.Hidden, user.Role));
        Assert.Equal(("text:1. M|text:{\"a\":1}", true), (Parts(model), model.Hidden));
    }

    [Fact]
    public void Pictures_that_code_drew_are_attached()
    {
        var message = Message(
            "tool",
            """{"content_type":"execution_output","text":""}""",
            metadata: """{"aggregate_result":{"status":"failed_with_in_kernel_exception","in_kernel_exception":{"name":"ValueError"},"messages":[{"message_type":"image","time":1.5,"sender":"server","image_url":"file-service://file-plot","width":640,"height":480}]}}""",
            author: "python"
        );

        Assert.Equal("tool_result/python:!|image(file-plot):", Parts(message));
    }

    [Fact]
    public void Attachments_join_the_pointers_that_name_them_and_others_follow()
    {
        var message = Message(
            "user",
            """{"content_type":"multimodal_text","parts":[{"content_type":"image_asset_pointer","asset_pointer":"file-service://file-1","size_bytes":9,"width":2},"look"]}""",
            metadata: """{"attachments":[{"id":"file-1","name":"a.png","mimeType":"image/png","width":2},{"id":"file-2","name":"b.csv","mime_type":"text/csv","size":7,"is_big_paste":true},{"name":"no id.mp3","mime_type":"audio/mpeg"}]}"""
        );

        Assert.Equal("image(file-1 a.png):|text:look|file(file-2 b.csv):|audio( no id.mp3):", Parts(message));
        Assert.Equal("""{"width":2}""", message.Parts[0].Extras);
        Assert.Equal("""{"is_big_paste":true}""", message.Parts[2].Extras);
    }

    [Theory]
    [InlineData("file-service://file-ABC", "file-ABC-holiday plan.png", "holiday plan.png")]
    [InlineData(
        "sediment://file_abc#file_def#p_0.jpg",
        "user-1/file_abc-8d5e2c1a-1111-4222-8333-444455556666.png",
        "file_abc-8d5e2c1a-1111-4222-8333-444455556666.png"
    )]
    [InlineData(
        "file-service://file-ABC",
        "dalle-generations/file-ABC-8d5e2c1a-1111-4222-8333-444455556666.webp",
        "file-ABC-8d5e2c1a-1111-4222-8333-444455556666.webp"
    )]
    [InlineData("sediment://file_abc", "c1/audio/file_abc-sanitized.wav", "file_abc-sanitized.wav")]
    [InlineData("file-service://file-ABC", "file-ABC.dat", "from the map.png")]
    [InlineData("file-service://file-ABC", "file-ABC.jpeg", "from the map.png")]
    public void Bytes_are_found_by_the_id_they_begin_with(string pointer, string entry, string name)
    {
        var names = name == "from the map.png" ? """{"file-ABC.dat":"from the map.png"}""" : "{}";
        var run = Zip(
            (
                "conversations.json",
                Conversation(
                    "user",
                    $$"""{"content_type":"multimodal_text","parts":[{"content_type":"image_asset_pointer","asset_pointer":"{{pointer}}"}]}"""
                )
            ),
            ("conversation_asset_file_names.json", names),
            ("file-ABCD-not this one.png", "other"),
            ("file_abcd.dat", "other"),
            (entry, "bytes")
        );

        var part = Assert.Single(run.Messages.Single().Parts);
        Assert.Equal("bytes", Encoding.UTF8.GetString(part.AttachmentBytes!));
        Assert.Equal(name, part.AttachmentName);
    }

    [Fact]
    public void A_canvas_document_can_be_read_beside_the_call_that_wrote_it()
    {
        Assert.Equal(
            "tool_call/canmore.create_textdoc:{\"name\":\"P\",\"type\":\"document\",\"content\":\"# One\\nTwo \\u00e9\"}|text:# One\nTwo é",
            Parts(
                Message(
                    "assistant",
                    """{"content_type":"code","text":"{\"name\":\"P\",\"type\":\"document\",\"content\":\"# One\\nTwo \\u00e9\"}"}""",
                    recipient: "canmore.create_textdoc"
                )
            )
        );
        Assert.EndsWith(
            "|code/python:x\n= 1",
            Parts(
                Message(
                    "assistant",
                    """{"content_type":"text","parts":["{\"name\":\"P\",\"type\":\"code/python\",\"content\":\"x\\n= 1\"}"]}""",
                    recipient: "canmore.create_textdoc"
                )
            ),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "|text:new words|text:more",
            Parts(
                Message(
                    "assistant",
                    """{"content_type":"code","text":"{\"updates\":[{\"pattern\":\".*\",\"multiple\":false,\"replacement\":\"new words\"},{\"replacement\":\"more\"}]}"}""",
                    recipient: "canmore.update_textdoc"
                )
            ),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "|text:begun\nand cut",
            Parts(
                Message(
                    "assistant",
                    """{"content_type":"code","text":"{\"name\": \"P\", \"content\": \"begun\\nand cut"}""",
                    recipient: "canmore.create_textdoc"
                )
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Marks_become_citations_and_leave_the_text()
    {
        var message = Message(
            "assistant",
            """{"content_type":"text","parts":["Codes are random \ue200cite\ue202turn0search8\ue201 says é \ue200entity\ue202[\"company\",\"Motorola\",\"maker\"]\ue201.\ue203Kept\ue204 \ue200url\ue202Tesla\ue202https://t.example\ue201"]}""",
            metadata: """
            {"content_references":[{"matched_text":"\ue200cite\ue202turn0search8\ue201","start_idx":999,"end_idx":1,"type":"grouped_webpages","alt":"([x](y))",
              "items":[{"title":"Forum","url":"https://f.example","snippet":"quoted","supporting_websites":[{"title":"Second","url":"https://s.example"}]}]},
             {"matched_text":" ","type":"sources_footnote","sources":[{"title":"Forum","url":"https://f.example"},{"title":"Third","url":"https://third.example"}]},
             {"matched_text":"random","type":"followup_a","alt":"random"},
             {"matched_text":"\ue200filecite\ue202turn0file0\ue201","type":"file","name":"plan.pdf","id":"file-1"}]}
            """
        );

        Assert.Equal(
            "text:Codes are random  says é Motorola.Kept Tesla|citation/Forum<https://f.example>:quoted|citation/Second<https://s.example>:|citation/Third<https://third.example>:|citation/plan.pdf<>:",
            Parts(message)
        );
        Assert.Equal("""{"at":17}""", message.Parts[1].Extras);
        Assert.StartsWith(
            "{\"marks\":[{\"at\":17,\"text\":\"\\uE200cite\\uE202turn0search8\\uE201\"},{\"at\":26,",
            message.Parts[0].Extras,
            StringComparison.Ordinal
        );
        Assert.Contains("content_references", message.Extras, StringComparison.Ordinal);
    }

    [Fact]
    public void Older_citations_stand_in_lenticular_brackets()
    {
        var message = Message(
            "assistant",
            """{"content_type":"text","parts":["Eight litres【3†source】, see 【日本†x】 and 【日本語】 and 【4:0†plan.pdf】"]}""",
            metadata: """{"citations":[{"start_ix":0,"end_ix":3,"citation_format_type":"tether_og","metadata":{"type":"webpage","title":"Fuel","url":"https://fuel.example","text":"8 l","extra":{"cited_message_idx":3,"evidence_text":"source"}}},{"metadata":{"type":"file","name":"plan.pdf","id":"file-1"}}]}"""
        );

        Assert.Equal(
            "text:Eight litres, see 【日本†x】 and 【日本語】 and |citation/Fuel<https://fuel.example>:8 l|citation/plan.pdf<>:",
            Parts(message)
        );
        Assert.Equal("""{"at":12}""", message.Parts[1].Extras);
    }

    [Theory]
    [InlineData("broken off \\ue200cite\\ue202turn0", "broken off ")]
    [InlineData("\\ue200 alone\\nand more", " alone\nand more")]
    [InlineData("\\ue200entity\\ue202not json\\ue201 x", " x")]
    [InlineData("\\ue0b0 a private glyph", "\uE0B0 a private glyph")]
    [InlineData("【3†never closed", "【3†never closed")]
    [InlineData("\\ue200cite\\ue202a\\ue202b\\ue201\\ue200cite\\ue202c\\ue201", "")]
    public void Odd_marks_do_no_harm(string text, string left) =>
        Assert.Equal(left, Message("assistant", $$"""{"content_type":"text","parts":["{{text}}"]}""").Text);

    [Fact]
    public void A_person_may_write_such_characters()
    {
        Assert.Equal(
            "\uE200 I \uE201【1†a】",
            Message("user", """{"content_type":"text","parts":["\ue200 I \ue201【1†a】"]}""").Text
        );
    }

    [Fact]
    public void Results_belong_to_the_call_above_them()
    {
        var run = FormatRun.OfText(
            "a.json",
            """
            {"id":"c","create_time":1,"mapping":{
             "late":{"parent":"r1","message":{"author":{"role":"tool","name":"browser"},"content":{"content_type":"tether_quote","text":"second"}}},
             "q":{"parent":null,"message":{"author":{"role":"user"},"content":{"parts":["q"]}}},
             "call":{"parent":"q","message":{"author":{"role":"assistant"},"recipient":"browser","content":{"content_type":"code","text":"search()"}}},
             "r1":{"parent":"call","message":{"author":{"role":"tool","name":"browser"},"content":{"content_type":"tether_browsing_display","result":"first"}}},
             "stray":{"parent":"q","message":{"author":{"role":"tool","name":"x"},"content":{"content_type":"text","parts":["no call"]}}}}}
            """
        );

        var ids = run.Messages.ToDictionary(m => m.ProviderId!, m => m.Parts[0].CallId);
        Assert.Equal(("call", "call", "call", null), (ids["call"], ids["r1"], ids["late"], ids["stray"]));
    }

    private static string Parts(RunMessage message) => string.Join('|', message.Parts.Select(Part));

    private static string Part(RunPart part)
    {
        var attachment = part.AttachmentId is null
            ? ""
            : $"({string.Join(' ', new[] { part.AttachmentId, part.AttachmentName }.Where(s => s is not null))})";
        return PartKinds.Name(part.Kind)
            + (part.Name is null ? "" : "/" + part.Name)
            + (part.Kind == PartKind.Citation ? $"<{part.Url}>" : "")
            + attachment
            + ":"
            + part.Text
            + (part.IsError ? "!" : "");
    }

    private static RunMessage Message(
        string role,
        string content,
        string? recipient = null,
        string metadata = "{}",
        string? author = null
    )
    {
        var run = FormatRun.OfText("a.json", Conversation(role, content, recipient, metadata, author));
        Assert.Empty(run.Failures);
        Assert.DoesNotContain(run.Warnings, w => w.Code == "unknown-field");
        return Assert.Single(run.Messages);
    }

    private static string Conversation(
        string role,
        string content,
        string? recipient = null,
        string metadata = "{}",
        string? author = null
    ) =>
        """
            {"id":"c","create_time":1,"title":"t","mapping":{"m":{"id":"m","parent":null,"children":[],
             "message":{"id":"m","author":{"role":"ROLE","name":NAME},"recipient":"RECIPIENT","content":CONTENT,"metadata":METADATA}}}}
            """.Replace("ROLE", role).Replace("NAME", author is null ? "null" : $"\"{author}\"").Replace(
            "RECIPIENT",
            recipient ?? "all"
        ).Replace("CONTENT", content).Replace("METADATA", metadata);

    private static FormatRun Zip(params (string Name, string Text)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return FormatRun.OfBytes("export.zip", memory.ToArray());
    }
}
