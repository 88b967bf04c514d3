using System.Globalization;
using System.IO.Compression;
using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import.Formats.ChatGpt;

/// <summary>Containers, conversation and message fields: imports.md 3.1 to 3.3 and 3.5. Content is in <see cref="ChatGptContentTests"/>.</summary>
public sealed class ChatGptFormatTests
{
    private const string Lone = """
        {"title":"t","create_time":1700000000.25,"update_time":1700000001,"conversation_id":"c1","current_node":"m2","default_model_slug":"gpt-4o","is_archived":true,"is_starred":true,
         "pinned_time":1700000002.5,"gizmo_id":"g-p-abc","gizmo_type":"snorlax","voice":"cove","brand_new_field":{"x":1},
         "mapping":{"client-created-root":{"id":"client-created-root","parent":null,"children":["m1"],"message":null},
          "m1":{"id":"m1","parent":"client-created-root","children":["m2","m3"],"message":{"id":"m1","author":{"role":"user"},"create_time":1700000000.5,"content":{"content_type":"text","parts":["q"]},"weight":1.0,"recipient":"all","metadata":{}}},
          "m3":{"id":"m3","parent":"m1","children":[],"message":{"id":"m3","author":{"role":"assistant"},"create_time":0,"content":{"content_type":"text","parts":["other"]},"metadata":{}}},
          "m2":{"id":"m2","parent":"m1","children":[],"message":{"id":"m2","author":{"role":"assistant","name":null,"metadata":{"real_author":"tool:web"}},"create_time":null,"content":{"content_type":"text","parts":["a"]},
            "status":"finished_partial_completion","end_turn":true,"channel":"final","metadata":{"model_slug":"gpt-5","finish_details":{"type":"max_tokens"},"request_id":"r","timestamp_":"absolute","finished_duration_sec":9,"shiny":1}}}}}
        """;

    [Fact]
    public void Fields_of_a_conversation_and_its_messages_arrive()
    {
        var run = FormatRun.OfText("anything.json", Lone);

        var conversation = Assert.Single(run.Conversations);
        Assert.Equal(
            ("chatgpt", "c1", "t", "gpt-4o", "g-p-abc"),
            (
                conversation.Provider,
                conversation.ProviderId,
                conversation.Title,
                conversation.Model,
                conversation.ProjectId
            )
        );
        Assert.Equal((1700000000250000, 1700000001000000), (conversation.CreatedAt, conversation.UpdatedAt));
        Assert.True(conversation is { Archived: true, Starred: true, Pinned: true });
        Assert.Contains("\"voice\":\"cove\"", conversation.Extras, StringComparison.Ordinal);
        Assert.Contains("\"brand_new_field\":{\"x\":1}", conversation.Extras, StringComparison.Ordinal);

        Assert.Equal(["m1", "m2", "m3"], conversation.Messages.Select(m => m.ProviderId));
        Assert.Equal(["m1", "m2"], conversation.Messages.Where(m => m.OnPath).Select(m => m.ProviderId));
        var answer = conversation.Messages[1];
        Assert.Equal(
            ("gpt-5", "max_tokens", MessageStatus.Interrupted, null),
            (answer.Model, answer.Finish, answer.Status, answer.CreatedAt)
        );
        Assert.Equal(
            """{"end_turn":true,"channel":"final","author":{"role":"assistant","name":null,"metadata":{"real_author":"tool:web"}},"metadata":{"finished_duration_sec":9,"shiny":1}}""",
            answer.Extras
        );
        Assert.Equal("gpt-4o", conversation.Messages[2].Model);
        Assert.Null(conversation.Messages[0].Model);
        Assert.Equal("", conversation.Messages[0].Extras);
        Assert.Equal(
            ["brand_new_field", "shiny"],
            run.Warnings.Where(w => w.Code == "unknown-field").Select(w => w.What.Split('"')[1]).Order()
        );
    }

    [Theory]
    [InlineData("conversations.json", "[{0}]")]
    [InlineData("x.json", "[null,\"junk\",7,{0}]")]
    [InlineData("x.json", "\uFEFF  \n{0}")]
    [InlineData("x.jsonl", "{0}\n{0}")]
    [InlineData("x.json", "{{\"conversations\":[{0}],\"other\":1}}")]
    [InlineData(
        "chat.html",
        "<html><head><style>x</style></head><script>\n  var jsonData = [{0}];\n var assetsJson = {{}};\n</script><body>[1]</body></html>"
    )]
    [InlineData("chat.html", "<html><script>var jsonData=[{0}]</script></html>")]
    public void Every_container_gives_the_conversation(string name, string frame)
    {
        var run = FormatRun.OfText(
            name,
            string.Format(CultureInfo.InvariantCulture, frame, Lone.ReplaceLineEndings(" "))
        );

        Assert.Equal(["chatgpt"], run.Formats);
        Assert.Equal(["c1"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal(3, run.Messages.Count());
        Assert.Empty(run.Failures);
    }

    [Fact]
    public void The_page_is_read_only_where_the_json_is_lacking()
    {
        var page = $"<html><script>var jsonData = [{Lone.Replace("c1", "from-page")}];</script></html>";

        Assert.Equal(
            ["c1"],
            Zip(("export/conversations.json", $"[{Lone}]"), ("export/chat.html", page))
                .Conversations.Select(c => c.ProviderId)
        );
        Assert.Equal(
            ["from-page"],
            Zip(("export/user.json", "{\"chatgpt_plus_user\":true}"), ("export/chat.html", page))
                .Conversations.Select(c => c.ProviderId)
        );
        Assert.Equal(
            ["c1", "from-page"],
            Zip(("one/conversations.json", $"[{Lone}]"), ("two/chat.html", page))
                .Conversations.Select(c => c.ProviderId)
        );
    }

    [Fact]
    public void A_page_whose_script_begins_late_is_read()
    {
        var run = FormatRun.OfText(
            "chat.html",
            $"<html><style>{new string('x', 200_000)} var jsonData </style><script>var jsonData = [{Lone}];</script></html>"
        );

        Assert.Equal(["c1"], run.Conversations.Select(c => c.ProviderId));
    }

    [Fact]
    public void Shards_and_manifest_are_held_against_each_other()
    {
        var run = Zip(
            ("conversations-000.json", $"[{Lone}]"),
            ("conversations-007.json", $"[{Lone.Replace("c1", "c2")}]"),
            (
                "export_manifest.json",
                """{"version":1,"logical_files":{"conversations.json":{"files":["conversations-000.json","conversations-001.json"],"sharded":true}}}"""
            )
        );

        Assert.Equal(["c1", "c2"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal(
            ["missing-shard", "unlisted-shard"],
            run.Warnings.Where(w => w.Code.EndsWith("shard", StringComparison.Ordinal)).Select(w => w.Code)
        );
    }

    [Fact]
    public void Without_a_manifest_the_numbers_tell_which_shards_are_missing()
    {
        var run = Zip(
            ("conversations-001.json", $"[{Lone}]"),
            ("conversations-002.json", $"[{Lone.Replace("c1", "c2")}]"),
            ("conversations-005.json", $"[{Lone.Replace("c1", "c3")}]")
        );

        Assert.Equal(["c1", "c2", "c3"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal(
            [
                "conversations-000.json is not there, though this later part is",
                "conversations-003.json to conversations-004.json are not there, though this later part is",
            ],
            run.Warnings.Where(w => w.Code == "missing-shard").Select(w => w.What)
        );
        Assert.DoesNotContain(
            "missing-shard",
            Zip(("conversations-000.json", $"[{Lone}]"), ("conversations-001.json", "[]")).Warnings.Select(w => w.Code)
        );
    }

    [Fact]
    public void Ratings_and_shared_links_are_noted_where_they_belong()
    {
        var run = Zip(
            ("conversations.json", $"[{Lone}]"),
            ("message_feedback.json", """[{"id":"m2","conversation_id":"c1","rating":"thumbs_up"}]"""),
            ("shared_conversations.json", """[{"id":"s1","conversation_id":"c1","title":"t","is_anonymous":true}]"""),
            ("model_comparisons.json", """[{"id":"x"},{"id":"y"}]"""),
            ("group_chats.json", """{"chats":[]}"""),
            ("user.json", """{"id":"user-1","email":"a@example.org","chatgpt_plus_user":true}""")
        );

        Assert.Contains(
            "\"feedback\":{\"id\":\"m2\"",
            run.Messages.Single(m => m.ProviderId == "m2").Extras,
            StringComparison.Ordinal
        );
        Assert.Contains("\"shared\":{\"id\":\"s1\"", run.Conversations[0].Extras, StringComparison.Ordinal);
        Assert.Contains(
            run.Ignored,
            i =>
                i.Code == "companion"
                && i.Reason.StartsWith("2 records of model_comparisons.json", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(run.Ignored, i => i.Entry == "group_chats.json");
    }

    [Fact]
    public void Group_chats_of_the_shape_of_conversations_are_conversations()
    {
        var group = Lone.Replace("\"c1\"", "\"g1\"", StringComparison.Ordinal);
        foreach (var file in new[] { $"[{group}]", $$"""{"chats":[{{group}}]}""" })
        {
            var run = Zip(("conversations.json", $"[{Lone}]"), ("group_chats.json", file));
            Assert.Equal(["c1", "g1"], run.Conversations.Select(c => c.ProviderId).Order());
            Assert.Empty(run.Failures);
        }
    }

    [Fact]
    public void Group_chats_of_another_shape_are_reported_by_name()
    {
        var run = Zip(
            ("conversations.json", $"[{Lone}]"),
            ("group_chats.json", """[{"members":[1]},{"members":[2]}]""")
        );
        Assert.Contains(
            run.Ignored,
            i => i.Entry == "group_chats.json" && i.Reason.StartsWith("2 records", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("""[{"textdoc_id":"t1","textdoc_type":"document","title":"Plan","content":"needle words"}]""")]
    [InlineData("""{"textdocs":[{"id":"t1","textdoc_type":"document","name":"Plan","content":"needle words"}]}""")]
    [InlineData("""{"t1":{"textdoc_id":"t1","title":"Plan","content":"needle words"}}""")]
    public void Canvas_documents_in_a_file_of_their_own_are_documents(string file)
    {
        var run = Zip(("conversations.json", $"[{Lone}]"), ("textdocs.json", file));
        var document = Assert.Single(run.Documents);
        Assert.Equal(("textdoc:t1", "Plan"), (document.ProviderId, document.Name));
        Assert.Equal("needle words", System.Text.Encoding.UTF8.GetString(document.Text.Span));
        Assert.DoesNotContain(run.Ignored, i => i.Entry == "textdocs.json");
    }

    [Fact]
    public void Broken_companions_do_not_stop_the_conversations()
    {
        var run = Zip(
            ("conversations.json", $"[{Lone}]"),
            ("message_feedback.json", "[{\"id\":\"m2\","),
            ("conversation_asset_file_names.json", "[1]"),
            ("export_manifest.json", "{\"logical_files\":7}")
        );

        Assert.Single(run.Conversations);
        Assert.Contains(run.Warnings, w => w is { Code: "bad-companion", Entry: "message_feedback.json" });
    }

    [Fact]
    public void A_bad_record_is_failed_with_its_place_and_the_next_is_read()
    {
        var run = FormatRun.OfText(
            "conversations.json",
            $"[{Lone},{{\"title\":\"x\",\"id\":\"bad\",\"mapping\":}},{{\"title\":\"x\",\"id\":\"worse\",\"mapping\":\"text\"}},{Lone.Replace("c1", "c2")}]"
        );

        Assert.Equal(["c1", "c2"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal([("bad-json", 1L), ("bad-conversation", 2L)], run.Failures.Select(f => (f.Code, f.Index)));
    }

    [Fact]
    public void A_file_that_ends_early_gives_what_is_whole()
    {
        var run = FormatRun.OfText("conversations.json", $"[{Lone},{Lone.Replace("c1", "c2")[..400]}");

        Assert.Equal(["c1"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal("bad-json", Assert.Single(run.Failures).Code);
    }

    [Fact]
    public void A_conversation_without_id_is_known_again_when_it_has_grown()
    {
        static string Conversation(string more) =>
            """
                {"title":"t","create_time":1,"mapping":{"client-created-root":{"message":null,"parent":null},
                 "u":{"parent":"client-created-root","message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["q"]}}}MORE}}
                """.Replace("MORE", more);

        var before = Assert.Single(FormatRun.OfText("a.json", Conversation("")).Conversations);
        var after = Assert.Single(
            FormatRun
                .OfText(
                    "b.json",
                    Conversation(
                        ""","v":{"parent":"u","message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["a"]}}}"""
                    )
                )
                .Conversations
        );
        var other = Assert.Single(FormatRun.OfText("c.json", Conversation("").Replace("\"u\"", "\"w\"")).Conversations);

        Assert.StartsWith("derived-", before.ProviderId, StringComparison.Ordinal);
        Assert.Equal(before.ProviderId, after.ProviderId);
        Assert.NotEqual(before.ProviderId, other.ProviderId);
    }

    [Fact]
    public void Other_exports_with_a_mapping_are_left_to_their_own_format()
    {
        Assert.DoesNotContain(
            "chatgpt",
            FormatRun
                .OfText(
                    "conversations.json",
                    """[{"id":"d","inserted_at":"2026-01-01","mapping":{"1":{"message":{"fragments":[]}}}}]"""
                )
                .Formats
        );
        Assert.Empty(FormatRun.OfText("user.json", """{"chatgpt_plus_user":true}""").Formats);
        Assert.Empty(FormatRun.OfText("map.json", """{"mapping":[1,2,3]}""").Formats);
    }

    [Fact]
    public void A_mapping_longer_than_the_head_is_recognised_by_its_nodes()
    {
        const string Node =
            """{"id":"n","parent":null,"children":[],"message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["TEXT"]}}}""";
        var filler = string.Join(
            ',',
            Enumerable.Range(0, 3000).Select(i => $"\"n{i}\":{Node.Replace("TEXT", new string('x', 500))}")
        );

        var run = FormatRun.OfText(
            "x.json",
            "[{\"mapping\":{" + filler + "},\"title\":\"t\",\"conversation_id\":\"late\"}]"
        );

        Assert.Equal("late", Assert.Single(run.Conversations).ProviderId);
        Assert.Equal(3000, run.Messages.Count());
    }

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
